import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.plots import twr as plots


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


LEAGUE = pd.DataFrame(
    {
        "portfolio_id": ["a", "b", "c", "d"],
        "management_return": [0.3, 0.1, -0.2, np.nan],
        "low": [0.1, -0.1, -0.3, np.nan],
        "high": [0.5, 0.3, -0.1, np.nan],
        "n_customers": [40, 50, 60, 5],
        "verdict": ["above", "not_proven", "below", "undefined"],
    }
)


def test_growth_leaves_a_single_valuation_out_without_a_warning(ax):
    valuations = pd.DataFrame(
        {"portfolio_id": ["a", "a", "b"], "valuation_date": pd.to_datetime(["2026-01-01", "2026-04-01", "2026-01-01"]),
         "nav_before": [100.0, 110.0, 50.0]}
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plots.plot_growth(compute_returns(valuations), ax=ax, locale="en_GB", discount_rate=0.1)
    assert [line.get_label() for line in ax.lines] == ["a", "required return"]
    assert ax.lines[0].get_ydata().tolist() == pytest.approx([100, 110])


def test_growth_of_100_starts_each_segment_anew_and_ends_at_its_return(ax):
    valuations = pd.DataFrame(
        {
            "portfolio_id": "p",
            "valuation_date": pd.date_range("2021-01-01", periods=5, freq="YS"),
            "nav_before": [0.0, 110, 0, 0, 120],
            "cash_flow": [100.0, -110, 0, 200, 0],
        }
    )
    plots.plot_growth(compute_returns(valuations), ax=ax, locale="en_GB", discount_rate=0.1)
    lines = [np.asarray(line.get_ydata(), float) for line in ax.get_lines()]
    assert lines[0] == pytest.approx([100, 110])
    assert lines[1] == pytest.approx([100, 60])
    assert lines[2][-1] == pytest.approx(100 * 1.1 ** (1461 / 365))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["p", "required return"]


def test_the_league_shows_every_defined_return_with_its_interval_best_on_top(ax):
    plots.plot_league(LEAGUE, ax=ax, locale="en_GB")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["c (60)", "b (50)", "a (40)"]
    points = np.concatenate([np.asarray(c.get_offsets()) for c in ax.collections if isinstance(c, PathCollection)])
    assert sorted(points[:, 0]) == pytest.approx([-0.2, 0.1, 0.3])
    labels = {text.get_text() for text in ax.get_legend().get_texts()}
    assert labels == {"above the required return", "below it", "not to be told apart from it"}
    assert _legend_is_above(ax)


def test_timing_draws_both_rates_of_portfolios_that_have_both(ax):
    table = pd.DataFrame({"portfolio_id": ["a", "b"], "ear": [0.1, 0.2], "mwr": [0.15, np.nan]})
    plots.plot_timing(table, ax=ax, locale="en_GB", title_note="under a year")
    assert ax.get_title(loc="left") == "under a year"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a"]


def test_the_waterfall_arrives_at_the_closing_value(ax):
    line = pd.Series(
        {"opening": 1600.0, "unwind": 160, "experience": -560, "income": 400, "new": 500, "transfer_in": 0,
         "transfer_out": 800, "basis_change": 0, "closing": 500}
    )  # fmt: skip
    plots.plot_statement(line, ax=ax, currency="EUR", locale="en_GB")
    bars = ax.patches
    assert bars[0].get_height() == 1600
    assert bars[3].get_height() == -400
    assert bars[-2].get_y() + bars[-2].get_height() == pytest.approx(500)
    assert (bars[-1].get_y(), bars[-1].get_height()) == (0, 500)
    assert ax.get_ylim()[1] > 1760
    assert "EUR" in ax.get_ylabel()
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert "Handed out" in labels and "Handed in" not in labels and "Change of basis" not in labels


def test_attribution_bars_sum_to_the_difference(ax):
    effects = pd.DataFrame(
        {
            "portfolio_id": ["a", "b"],
            "allocation": [0.02, -0.01],
            "selection": [-0.05, 0.04],
            "interaction": [0.01, 0.0],
        }
    )
    plots.plot_attribution(effects, ax=ax, locale="en_GB")
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(3, 2)
    assert widths.sum(axis=0) == pytest.approx([-0.02, 0.03])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert _legend_is_above(ax)


def _legend_is_above(ax):
    ax.figure.canvas.draw()
    return ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1
