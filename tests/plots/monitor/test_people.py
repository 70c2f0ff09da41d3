import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.plots.monitor import people as plots


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_groups_stand_below_one_another_with_their_goal(ax):
    groups = pd.DataFrame(
        {"group": ["Ana", "Ben"], "n_customers": [40, 20], "positivation_rate": [0.9, 0.3], "low": [0.8, 0.2],
         "high": [0.95, 0.5], "goal": [0.6, 0.6], "reading": ["above", "below"]}
    )  # fmt: skip
    plots.plot_positivation(groups, ax=ax, locale="en_GB")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ana (40)", "Ben (20)"]
    shares, goals = (np.asarray(marks.get_offsets())[:, 0].tolist() for marks in ax.collections[1:3])
    assert shares == [0.9, 0.3]
    assert goals == [0.6, 0.6]


def test_causes_are_bars_with_intervals(ax):
    causes = pd.DataFrame(
        {"cause": ["In default", "Unknown"], "share": [0.3, 0.7], "low": [0.2, 0.6], "high": [0.4, 0.8]}
    )
    plots.plot_causes(causes, ax=ax, locale="en_GB")
    assert [bar.get_width() for bar in ax.patches] == [0.3, 0.7]
    assert len(ax.collections[0].get_segments()) == 2


@pytest.mark.parametrize(("break_at", "n_lines"), [(np.nan, 0), (180.0, 1)])
def test_a_line_only_where_a_break_is_visible(ax, break_at, n_lines):
    people = pd.DataFrame({"n_customers": [100.0, 300.0], "positivation_rate": [0.6, 0.4]})
    plots.plot_sizes(people, result="positivation_rate", label="Share", break_at=break_at, ax=ax, locale="en_GB")
    assert len(ax.get_lines()) == n_lines
    assert np.asarray(ax.collections[0].get_offsets()).tolist() == [[100.0, 0.6], [300.0, 0.4]]
