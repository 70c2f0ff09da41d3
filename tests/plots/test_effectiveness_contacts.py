"""Ranges and curves of contacts: what is drawn is what was given."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from portfolio_lab.plots import effectiveness_contacts as plots
from portfolio_lab.plots.style import ACCENT, MUTED


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_ranges_first_on_top_and_coloured_where_they_leave_out_zero(ax):
    rows = pd.DataFrame({"label": ["call", "message"], "effect": [3.0, -1.0], "low": [1.0, -4.0], "high": [5.0, 2.0]})
    plots.plot_ranges(rows, ax=ax, label="Days earlier", locale="en_GB")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["message", "call"]
    lines, points = ax.collections
    assert [segment[:, 0].tolist() for segment in lines.get_segments()] == [[-4.0, 2.0], [1.0, 5.0]]
    assert [to_hex(colour) for colour in lines.get_colors()] == [MUTED, ACCENT]
    assert points.get_offsets()[:, 0].tolist() == [-1.0, 3.0]
    assert ax.get_xlabel() == "Days earlier"


def test_lines_alone_and_drawn_to_their_kind_small_groups_grey_and_hollow(ax):
    rows = pd.DataFrame({"label": ["a", "b"], "effect": [0.3, 0.1], "low": [0.1, 0.0], "high": [0.5, 0.2]})
    rows = rows.assign(shrunk_effect=[0.2, None], is_grey=[False, True]).astype({"shrunk_effect": float})
    plots.plot_lines(rows, ax=ax, label="More orders", locale="en_GB")
    ranges, alone, joined, pooled = ax.collections
    assert [to_hex(colour) for colour in ranges.get_colors()] == [plots.GREY, ACCENT]
    assert alone.get_offsets().tolist() == [[0.3, 1.0]] and to_hex(alone.get_facecolor()[0]) == ACCENT
    assert joined.get_offsets().tolist() == [[0.1, 0.0]] and to_hex(joined.get_facecolor()[0]) == "#ffffff"
    assert to_hex(joined.get_edgecolor()[0]) == plots.GREY and joined.get_linewidth()[0] > 1
    assert pooled.get_offsets().tolist() == [[0.2, 1.0]]
    grey, dark = ax.get_yticklabels()
    assert (grey.get_text(), grey.get_style(), dark.get_style()) == ("b", "italic", "normal")
    told = [text.get_text() for text in ax.get_legend().get_texts()]
    assert told == ["alone", "small groups, joined", "drawn to its channel"]


def test_a_curve_marks_the_numbers_that_are_as_good_as_the_best(ax, monkeypatch):
    monkeypatch.setitem(plt.rcParams, "patch.linewidth", 0.0)  # as in the style of the pages
    levels = pd.DataFrame({"dose": [0, 1, 2], "mean": [1.0, 1.5, 1.6]})
    levels = levels.assign(low=[0.9, 1.3, 1.1], high=[1.1, 1.7, 2.1])
    plots.plot_dose(levels, ax=ax, title="call", as_good=(1, 2), locale="en_GB")
    assert [text.get_text() for text in ax.get_xticklabels()] == ["0", "1", "2 or more"]
    assert ax.lines[0].get_ydata().tolist() == [1.0, 1.5, 1.6]
    ranges, points = ax.collections
    assert [segment[:, 1].tolist() for segment in ranges.get_segments()] == [[0.9, 1.1], [1.3, 1.7], [1.1, 2.1]]
    assert [to_hex(colour) for colour in points.get_facecolors()] == ["#ffffff", ACCENT, ACCENT]
    assert {to_hex(colour) for colour in points.get_edgecolors()} == {ACCENT} and min(points.get_linewidths()) > 1
    assert "call" in (ax.get_title(loc="left"), ax.get_title()) and ax.get_ylim()[0] == 0


def test_curves_that_share_their_scale_are_whole_whatever_their_order():
    levels = pd.DataFrame({"dose": [0, 1], "mean": [1.0, 1.5], "low": [0.9, 1.3], "high": [1.1, 1.7]})
    figure, axes = plt.subplots(1, 3, sharey=True)
    for panel, times in zip(axes, (1, 3, 2), strict=True):
        grown = levels.assign(**{name: levels[name] * times for name in ("mean", "low", "high")})
        plots.plot_dose(grown, ax=panel, title="call", as_good=(1,), locale="en_GB")
    assert axes[0].get_ylim()[0] == 0 and axes[0].get_ylim()[1] > 3 * 1.7
    plt.close(figure)
