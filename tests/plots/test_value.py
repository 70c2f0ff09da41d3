import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.plots import value as plots


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_repeat_counts_stand_side_by_side(ax):
    counts = pd.DataFrame({"n_repeats": [0, 1, 2], "actual": [50, 30, 20], "expected": [48.0, 33.0, 19.0]})
    plots.plot_repeat_counts(counts, ax=ax, locale="en_GB")
    assert [bar.get_height() for bar in ax.patches] == [50, 30, 20, 48, 33, 19]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "1", "2+"]


def test_tracking_draws_both_totals(ax):
    tracking = pd.DataFrame(
        {"step_end": pd.date_range("2026-01-31", periods=2), "actual_total": [5.0, 9.0], "expected_total": [4.0, 10.0]}
    )
    plots.plot_tracking(tracking, ax=ax, locale="en_GB")
    assert [list(line.get_ydata()) for line in ax.get_lines()] == [[5, 9], [4, 10]]
    assert ax.get_ylim()[0] == 0


def test_forecast_and_outcome_by_repeats(ax):
    table = pd.DataFrame(
        {"n_repeats": [0, 1], "actual_purchases": [0.5, 1.0], "expected_purchases": [0.4, 1.2], "low": [0.4, 0.8],
         "high": [0.6, 1.2]}
    )  # fmt: skip
    plots.plot_conditional_expectation(table, ax=ax, locale="en_GB")
    assert [list(line.get_ydata()) for line in ax.get_lines()] == [[0.5, 1.0], [0.4, 1.2]]


def test_the_value_curve_leaves_out_what_is_not_positive(ax):
    plots.plot_value_curve(pd.Series([60.0, 30.0, 10.0, 0.0, -5.0]), ax=ax, locale="en_GB")
    assert ax.get_lines()[0].get_ydata() == pytest.approx([0, 0.6, 0.9, 1.0])
    plots.plot_value_curve(pd.Series([-5.0]), ax=ax, locale="en_GB")


def test_every_customer_is_a_mark(ax):
    customers = pd.DataFrame({"alive_probability": [0.1, 0.9], "value_amount": [10.0, 500.0]})
    plots.plot_value_at_risk(customers, ax=ax, currency="EUR", locale="en_GB")
    assert np.asarray(ax.collections[0].get_offsets()).tolist() == [[0.1, 10.0], [0.9, 500.0]]
    assert "EUR" in ax.get_ylabel()
