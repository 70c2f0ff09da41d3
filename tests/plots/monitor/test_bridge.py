"""What the figure of the bridge shows: bars that start where the one before ends, with words and money."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from portfolio_lab.plots.monitor.bridge import plot_bridge
from portfolio_lab.plots.style import ACCENT, MUTED, WARNING

LABELS = {"new": "New", "lost": "Lost", "grown": "Grown"}
BRIDGE = pd.DataFrame(
    {"step": ["new", "grown", "lost"], "n_customers": [2, 0, 1], "base_amount": [0.0, 0, 3000],
     "amount": [1000.0, 0, 0], "change_amount": [1000.0, 0, -3000]}
)  # fmt: skip


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_the_bars_lead_from_one_period_to_the_other(ax):
    assert plot_bridge(BRIDGE, ax=ax, names=("Q2", "Q3"), labels=LABELS, currency="EUR", locale="en_GB") is ax
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert bars == [(0, 3000), (3000, 1000), (4000, -3000), (0, 1000)]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Q2", "New (2)", "Lost (1)", "Q3"]
    assert [text.get_text() for text in ax.texts] == ["€3,000", "+€1,000", "−€3,000", "€1,000"]
    assert ax.get_xlabel() == "Net sales (thousand EUR)"
    colours = [plt.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colours == [MUTED, ACCENT, WARNING, MUTED]


def test_a_fall_below_zero_is_inside_the_picture(ax):
    below = BRIDGE.assign(base_amount=[0.0, 0, -500], change_amount=[1000.0, 0, -2000], amount=[0.0, 0, -1500])
    plot_bridge(below, ax=ax, names=("Q2", "Q3"), labels=LABELS, currency="EUR", locale="en_GB")
    low, high = ax.get_xlim()
    assert low <= -1500
    assert high >= 500
