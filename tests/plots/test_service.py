import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.plots import service as plots


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def curve(group):
    t = np.arange(0.0, 4.0)
    return pd.DataFrame({"group": group, "t": t, "survival": 1 - t / 4, "low": 0.9 - t / 4, "high": 1 - t / 5})


def test_waits_have_a_line_per_group_and_the_standard(ax):
    plots.plot_waits(pd.concat([curve("claims"), curve("others")]), ax=ax, locale="en_GB", standard_days=2)
    assert [line.get_label() for line in ax.lines[:2]] == ["claims", "others"]
    assert ax.lines[2].get_xdata()[0] == 2
    assert "standard: 2 days" in ax.texts[0].get_text()


def test_waits_without_one_standard_draw_none(ax):
    plots.plot_waits(curve("claims"), ax=ax, locale="en_GB")
    assert len(ax.lines) == 1
    assert not ax.texts


def test_causes_are_bars_with_the_most_frequent_on_top(ax):
    causes = pd.DataFrame({"cause": ["late", "broken"], "n": [3, 1], "cumulative_share": [0.75, 1.0]})
    plots.plot_causes(causes, ax=ax, locale="en_GB")
    assert [bar.get_width() for bar in ax.patches] == [1, 3]
    assert ax.texts[1].get_text().strip() == "3 (so far 75%)"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["broken", "late"]


def test_scores_stand_beside_those_of_others(ax):
    aspects = pd.DataFrame({"aspect": ["a", "all"], "mean": [6.0, 7.0], "low": [5.0, 6.5], "high": [7.0, 7.5]})
    plots.plot_scores(aspects, pd.DataFrame({"peer": ["P"], "value": [8.0]}), ax=ax, locale="en_GB")
    assert ax.lines[0].get_xdata().tolist() == [7.0, 6.0]
    assert ax.lines[1].get_xdata()[0] == 8.0
    assert ax.get_legend().get_texts()[0].get_text() == "P"


def test_scores_without_others_have_no_legend(ax):
    aspects = pd.DataFrame({"aspect": ["all"], "mean": [7.0], "low": [6.5], "high": [7.5]})
    plots.plot_scores(aspects, pd.DataFrame({"peer": [], "value": []}), ax=ax, locale="en_GB")
    assert ax.get_legend() is None


def test_months_after_a_case_stand_side_by_side(ax):
    months = pd.DataFrame(
        {"kind": ["claims", "claims", "others", "others"], "month": [1, 2, 1, 2], "ratio": [0.7, 0.8, 1.0, 1.1]}
    )
    plots.plot_aftermath(months.assign(low=months["ratio"] - 0.1, high=months["ratio"] + 0.1), ax=ax, locale="en_GB")
    assert ax.lines[0].get_ydata().tolist() == [0.7, 0.8]
    assert ax.lines[0].get_xdata().tolist() == pytest.approx([0.9, 1.9])
    assert ax.lines[1].get_xdata().tolist() == pytest.approx([1.1, 2.1])


def test_leaving_is_what_is_not_left_of_the_curve(ax):
    plots.plot_leaving(pd.concat([curve("late"), curve("in time")]), ax=ax, locale="en_GB")
    assert ax.lines[0].get_ydata().tolist() == [0, 0.25, 0.5, 0.75]
    assert [line.get_label() for line in ax.lines] == ["answered late", "answered in time"]


def test_ticks_are_percentages_that_can_be_told_apart(ax):
    ax.set_ylim(0, 0.16)
    plots.show_shares(ax.yaxis, "en_GB")
    ax.figure.canvas.draw()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(set(labels)) == len(labels)
