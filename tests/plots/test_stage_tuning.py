"""What the figures of the stage tuning show: the plotted data, labels and units."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.plots import stage_tuning as plots


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_gap_curve_ends_where_fewer_than_fifty_are_observed(ax):
    curve = pd.DataFrame(
        {"days": range(5), "n_at_risk": [100, 90, 50, 49, 10], "longer_share": 0.8, "closed_share": 0.5}
    )
    plots.plot_gap_curve(curve, ax=ax, last_day=100, locale="en_GB")
    assert ax.lines[0].get_xdata().tolist() == [0, 1, 2]
    assert ax.lines[0].get_ydata().tolist() == [0.8] * 3
    assert ax.lines[1].get_ydata().tolist() == [0.5] * 3
    assert ax.get_xlabel() == "Days since a purchase"


def returns() -> pd.DataFrame:
    return pd.DataFrame(
        {"days": range(4), "return_share": [0.9, 0.5, 0.2, np.nan], "low": [0.8, 0.4, 0.1, np.nan], "high": 0.95}
    )


def test_return_curve_with_its_line(ax):
    plots.plot_return_curve(returns(), ax=ax, lost_share=0.2, line_days=2, last_day=9, locale="en_GB")
    assert ax.lines[0].get_ydata().tolist() == [0.9, 0.5, 0.2]
    assert ax.lines[1].get_ydata()[0] == 0.2
    assert ax.lines[2].get_xdata()[0] == 2
    assert ax.texts[0].get_text() == "inactive from 2 days"


def test_return_curve_without_a_line_names_none(ax):
    plots.plot_return_curve(returns(), ax=ax, lost_share=0.2, line_days=None, last_day=1, locale="en_GB")
    assert ax.lines[0].get_xdata().tolist() == [0, 1]
    assert len(ax.lines) == 2
    assert not ax.texts


def test_both_errors(ax):
    errors = pd.DataFrame({"days": [0, 1], "false_alarm_share": [0.9, 0.4], "missed_share": [0.0, 0.3]})
    plots.plot_two_errors(errors, ax=ax, last_day=9, locale="en_GB")
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0.9, 0.4], [0.0, 0.3]]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["called lost, yet returns", "lost, not yet seen"]


def families(scale: float = 1.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["fixed_days", "own_cycle", "mbg_nbd"],
            "gain": [0.0, 0.03 * scale, -0.01 * scale],
            "gain_low": [0.0, 0.02 * scale, -0.02 * scale],
            "gain_high": [0.0, 0.04 * scale, 0.0],
        }
    )


@pytest.mark.parametrize(("scale", "unit"), [(1.0, "%"), (1e5, "")])
def test_gains_with_intervals_in_the_unit_of_the_measure(ax, scale, unit):
    plots.plot_gains(families(scale), ax=ax, chosen="own_cycle", measure="telling leavers from stayers", locale="en_GB")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Chance to return (purchase model)", "Own cycle"]
    assert np.allclose(ax.lines[2].get_xdata(), [0.02 * scale, 0.04 * scale])
    assert np.allclose(ax.lines[3].get_xdata(), [0.03 * scale])
    assert ax.lines[2].get_color() != ax.lines[0].get_color()
    assert ax.xaxis.get_major_formatter()(0.02, None).endswith(unit)


def test_lines_are_drawn_in_the_order_of_days(ax):
    table = pd.DataFrame(
        {"pre_inactive_days": [60, 40], "precision": [0.6, 0.5], "recall": [0.3, 0.4], "balanced_accuracy": [0.7, 0.65]}
    )
    plots.plot_lines(table, ax=ax, chosen=60, locale="en_GB")
    assert ax.lines[0].get_xdata().tolist() == [40, 60]
    assert ax.lines[1].get_ydata().tolist() == [0.4, 0.3]
    assert ax.lines[3].get_xdata()[0] == 60
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert named == ["Alarms that are right", "Lapses that are seen", "Leavers told from stayers (a coin: 50%)"]


def test_pareto_rings_are_the_rules_that_none_beats(ax):
    table = pd.DataFrame(
        {
            "primary": [0.7, 0.6],
            "lead_days_median": [30, 50],
            "entries_per_year": [1.0, 2.0],
            "is_pareto": [True, False],
        }
    )
    plots.plot_pareto(table, ax=ax, chosen=0, measure="telling leavers from stayers", locale="en_GB")
    beaten, best = ax.collections
    assert beaten.get_offsets().tolist() == [[50, 0.6]]
    assert best.get_offsets().tolist() == [[30, 0.7]]
    assert ax.lines[0].get_xdata().tolist() == [30]
    assert ax.get_ylabel() == "Telling leavers from stayers"


def test_seasons_show_recall(ax):
    plots.plot_seasons(pd.DataFrame({"quarter": [1, 3], "recall": [0.5, 0.62]}), ax=ax, locale="en_GB")
    assert [bar.get_height() for bar in ax.patches] == [0.5, 0.62]
    assert [text.get_text() for text in ax.texts] == ["50%", "62%"]
