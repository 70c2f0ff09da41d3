"""What the flow picture shows: ribbons as wide as many, in the colour of the move, from bar to bar."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.patches import PathPatch, Rectangle

from portfolio_lab.plots.monitor.flows import GAP, MOVE_COLOURS, plot_flows
from portfolio_lab.plots.style import MUTED

STATES = ("new_here", "active", "inactive")
LABELS = {"lost": "Lost", "won": "Won", "new_here": "New here"}
FLOWS = pd.DataFrame(
    [("active", "active", "stayed", 6), ("active", "inactive", "lost", 2), ("new_here", "active", "won", 2)],
    columns=["stage_before", "stage", "move", "n_customers"],
)


@pytest.fixture
def drawn():
    figure, ax = plt.subplots()
    plot_flows(FLOWS, ax=ax, labels=LABELS, states=STATES, titles=("then", "now"), locale="en_GB")
    yield ax
    plt.close(figure)


def test_bars_add_up_to_all_customers_on_both_sides(drawn):
    bars = [patch for patch in drawn.patches if isinstance(patch, Rectangle)]
    left = [bar.get_height() for bar in bars if bar.get_x() < 0.5]
    right = [bar.get_height() for bar in bars if bar.get_x() > 0.5]
    assert left == pytest.approx([0.2, 0.8])
    assert right == pytest.approx([0.8, 0.2])


def test_ribbons_are_as_wide_as_many_and_leave_where_the_one_before_ended(drawn):
    ribbons = [patch for patch in drawn.patches if isinstance(patch, PathPatch)]
    at = [(p.get_path().vertices[0][1], p.get_path().vertices[3][1], p.get_path().vertices[0][1]
           - p.get_path().vertices[7][1]) for p in ribbons]  # fmt: skip
    won, stayed, lost = at
    assert won == pytest.approx((1.0, 1.0, 0.2))
    assert stayed == pytest.approx((0.8 - GAP, 0.8, 0.6))
    assert lost == pytest.approx((0.2 - GAP, 0.2 - GAP, 0.2))
    colours = [plt.matplotlib.colors.to_hex(p.get_facecolor()) for p in ribbons]
    assert colours == [MOVE_COLOURS["won"], MUTED, MOVE_COLOURS["lost"]]


def test_words_carry_the_counts_and_do_not_overlap(drawn):
    texts = {(text.get_text(), text.get_position()[0] < 0.5): text.get_position()[1] for text in drawn.texts}
    assert set(texts) == {("New here 2", True), ("Active 8", True), ("Active 8", False), ("Inactive 2", False),
                          ("then", True), ("now", False)}  # fmt: skip
    assert texts["New here 2", True] - texts["Active 8", True] >= 0.06
    assert [text.get_text() for text in drawn.get_legend().get_texts()] == ["Lost", "Won"]
