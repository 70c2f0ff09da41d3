import matplotlib.pyplot as plt
import pandas as pd
import pytest

from portfolio_lab.plots import growth as plots
from portfolio_lab.plots.style import STAGE_COLOURS


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_headroom_is_stacked_by_stage_and_class_a_is_on_top(ax):
    summary = pd.DataFrame(
        {
            "abc_class": ["A", "A", "B"],
            "stage": ["active", "inactive", "active"],
            "headroom_amount": [3e6, 1e6, 2e6],
        }
    )
    plots.plot_headroom(summary, ax=ax, currency="EUR", locale="en_GB")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["B", "A"]
    assert [bar.get_width() for bar in ax.patches] == [2e6, 3e6, 0, 1e6]
    assert ax.patches[3].get_x() == 3e6
    assert ax.get_xlabel() == "Headroom (million EUR)"
    assert len(ax.get_legend().get_texts()) == 2 < len(STAGE_COLOURS)


def test_ages_have_a_line_per_cohort_with_its_number(ax):
    summary = pd.DataFrame(
        {
            "cohort": ["last 12 months", "last 12 months", "12 to 24 months ago"],
            "age": [1, 2, 1],
            "n": [40, 30, 50],
            "mean_amount": [10.0, 20.0, 15.0],
            "low": [8.0, 15.0, 12.0],
            "high": [12.0, 25.0, 18.0],
        }
    )
    plots.plot_ages(summary, ax=ax, currency="EUR", locale="en_GB")
    assert ax.lines[0].get_ydata().tolist() == [10, 20]
    assert ax.lines[0].get_label() == "first order last 12 months (40)"
    assert ax.get_ylabel() == "Bought so far (EUR)"


def test_money_without_a_known_amount_has_the_plain_unit(ax):
    plots.show_money(ax.xaxis, pd.Series([float("nan")]).to_numpy(), label="Sum", currency="EUR", locale="en_GB")
    assert ax.get_xlabel() == "Sum (EUR)"


@pytest.mark.parametrize(
    ("amount", "label"), [(3e6, "Sum (million EUR)"), (1.9e6, "Sum (thousand EUR)"), (50, "Sum (EUR)")]
)
def test_money_comes_in_a_unit_that_keeps_it_short(ax, amount, label):
    ax.set_xlim(0, amount)
    plots.show_money(ax.xaxis, pd.Series([amount]).to_numpy(), label="Sum", currency="EUR", locale="en_GB")
    ax.figure.canvas.draw()
    assert ax.get_xlabel() == label
    assert max(len(text.get_text()) for text in ax.get_xticklabels()) <= 5
