"""What the figures of the survival report show: the plotted data, labels and units."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.survival.curves import build_at_risk_table
from portfolio_lab.analysis.survival.group_summary import build_curves, summarise_groups
from portfolio_lab.analysis.survival.lifetimes import build_lifetimes
from portfolio_lab.plots import survival as plots
from portfolio_lab.plots.style import CLASS_COLOURS, SERIES_COLOURS, WARNING


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"duration": np.ceil(rng.exponential(100, 300)), "abc_class": np.resize(["A", "B", "C"], 300)})
    return build_lifetimes(frame.assign(event_observed=rng.random(300) < 0.7))


def test_curves_show_the_table_and_stop_where_it_is_empty(ax, rows):
    curves = build_curves(rows, "abc_class")
    plots.plot_curves(curves, ax=ax, unit="days", locale="en_GB")
    lines = [line for line in ax.lines if len(line.get_xdata()) > 2]
    assert [line.get_color() for line in lines] == [CLASS_COLOURS[name] for name in "ABC"]
    north = curves[(curves["group"] == "A") & curves["survival"].notna()]
    assert lines[0].get_ydata().tolist() == north["survival"].tolist()
    assert ax.get_xlabel() == "Days since the start"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["A", "B", "C"]


def test_one_curve_needs_no_legend(ax, rows):
    plots.plot_curves(build_curves(rows), ax=ax, unit="months", locale="en_GB")
    assert ax.get_legend() is None
    assert ax.get_xlabel() == "Months since the start"


def test_at_risk_numbers_stand_at_their_times(ax, rows):
    table = build_at_risk_table(rows, "abc_class", times=[0, 100])
    plots.plot_at_risk(table, ax=ax, locale="en_GB")
    assert [text.get_text() for text in ax.texts] == [str(n) for n in table.to_numpy().ravel()]
    assert [text.get_position()[0] for text in ax.texts][:2] == [0, 100]


def test_effects_are_on_a_logarithmic_axis_around_one(ax):
    effects = pd.DataFrame(
        {"label": ["late", "early"], "hazard_ratio": [2.0, 0.5], "low": [1.5, 0.3], "high": [2.5, 0.8]}
    )
    plots.plot_effects(effects, ax=ax, locale="en_GB")
    assert ax.get_xscale() == "log"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["early", "late"]
    assert ax.lines[-1].get_xdata().tolist() == [0.5, 2.0]
    low, high = ax.get_xlim()
    assert low < 0.3 < 2.5 < high


def test_group_means_are_sorted_and_the_empty_ones_left_out(ax, rows):
    groups = summarise_groups(rows, "abc_class", limit=50)
    groups.loc[1, "rmst"] = np.nan
    plots.plot_group_means(groups, ax=ax, unit="days", locale="en_GB")
    assert len(ax.get_yticklabels()) == 2
    assert "counted up to 50" in ax.get_xlabel()


def test_calibration_has_its_diagonal(ax):
    table = pd.DataFrame({"predicted": [0.1, 0.4], "observed": [0.2, 0.3]})
    plots.plot_calibration(table, ax=ax, locale="en_GB")
    assert ax.lines[0].get_xdata()[1] == ax.lines[0].get_ydata()[1]
    assert ax.lines[1].get_ydata().tolist() == [0.2, 0.3]


def test_an_effect_that_turns_is_drawn_in_the_colour_of_a_warning(ax):
    table = pd.DataFrame(
        {
            "label": ["x", "x", "y", "y"],
            "inactive_days": [90, 120, 90, 120],
            "hazard_ratio": [2.0, 1.9, 0.9, 1.1],
            "is_sign_changed": [False, False, True, False],
        }
    )
    plots.plot_sensitivity(table, ax=ax, locale="en_GB")
    assert [line.get_color() for line in ax.lines[:2]] == [SERIES_COLOURS[0], WARNING]
