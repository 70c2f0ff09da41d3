"""What the figures of the ABC report show: the plotted data, labels and units."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.concentration import build_whale_curve
from portfolio_lab.analysis.abc_classes.fairness import summarise_class_shares
from portfolio_lab.analysis.abc_classes.migration import compute_transition_shares
from portfolio_lab.analysis.abc_classes.phases import build_curve, classify_customers, summarise_classes
from portfolio_lab.plots import abc_classes as plots
from portfolio_lab.plots.style import CLASS_COLOURS, INK, PAPER

SHOWN = {"measure": "Sales", "locale": "en_GB"}


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(scope="module")
def classes() -> pd.DataFrame:
    amounts = [100000.0, 80000, 60000, 40000, 30000, 20000, 10000, 5000, 3000, 2000, 0, -7000]
    ids = [f"c{i:02d}" for i in range(len(amounts))]
    return classify_customers(pd.DataFrame({"customer_id": ids, "amount": amounts}))


def _texts(ax) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_text()]


def _ticks(axis) -> list[str]:
    axis.figure.canvas.draw()
    return [label.get_text() for label in axis.get_ticklabels()]


def test_sorted_values_fall_and_carry_their_unit(ax, classes):
    assert plots.plot_sorted_values(classes, ax=ax, currency="EUR", **SHOWN) is ax
    values = ax.patches[0].get_data().values
    assert values.tolist() == [100000, 80000, 60000, 40000, 30000, 20000, 10000, 5000, 3000, 2000]
    assert ax.patches[0].get_linewidth() >= 1 and ax.get_xlim()[0] < 0
    assert ax.get_ylabel() == "Sales (thousand EUR)"
    assert "100" in _ticks(ax.yaxis) and "100,000" not in _ticks(ax.yaxis)


@pytest.mark.parametrize(
    ("largest", "label"), [(1500.0, "EUR"), (2e3, "thousand EUR"), (2e6, "million EUR"), (3e9, "billion EUR")]
)
def test_money_is_stated_in_a_unit_that_fits(ax, largest, label):
    plots.plot_sorted_values(pd.DataFrame({"amount": [largest, 1.0]}), ax=ax, currency="EUR", **SHOWN)
    assert ax.get_ylabel() == f"Sales ({label})"


def test_cumulative_share_runs_over_the_customers(ax, classes):
    curve = build_curve(classes)
    plots.plot_cumulative_share(curve, ax=ax, **SHOWN)
    x, y = ax.lines[0].get_data()
    assert x.tolist() == list(range(11))
    assert y.tolist() == curve["cumulative_share"].tolist()
    assert ax.get_ylabel() == "Cumulative share of sales"
    assert "20%" in _ticks(ax.yaxis)


def test_zones_meet_where_the_classes_do(ax, classes):
    curve = build_curve(classes)
    plots.plot_zones(curve, summarise_classes(classes), ax=ax, **SHOWN)
    edges = [np.unique(zone.get_paths()[0].vertices[:, 0])[[0, -1]].tolist() for zone in ax.collections]
    assert edges == [pytest.approx([0, 0.4]), pytest.approx([0.4, 0.7]), pytest.approx([0.7, 1])]
    assert _texts(ax) == ["A", "B", "C"]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend[0] == "A: 40.0% bring 80.0%"
    assert legend[-1] == "if all were equal"


def test_an_empty_zone_is_left_out(ax):
    frame = pd.DataFrame({"customer_id": list("abc"), "amount": [96.0, 1, 1]})
    classes = classify_customers(frame)
    plots.plot_zones(build_curve(classes), summarise_classes(classes), ax=ax, **SHOWN)
    assert _texts(ax) == ["A", "C"]
    assert len(ax.collections) == 2


def test_whale_curve_marks_its_peak_and_draws_the_fall_apart(ax, classes):
    plots.plot_whale_curve(build_whale_curve(classes), ax=ax, currency="EUR", **SHOWN)
    rise, fall, peak = ax.lines
    assert rise.get_ydata()[-1] == fall.get_ydata()[0] == peak.get_ydata()[0] == 350000
    assert fall.get_ydata().tolist() == [350000, 343000]
    assert fall.get_color() == CLASS_COLOURS["N"]
    assert ax.get_ylabel() == "Sales so far (thousand EUR)"


def test_rfm_shows_every_customer_once_and_leaves_empty_fields_empty(ax):
    grid = pd.DataFrame(
        [(r, f, 1200 * (r == f), 10.0 * r * (r == f)) for r in range(1, 6) for f in range(1, 6)],
        columns=["recency_score", "frequency_score", "n_customers", "amount"],
    )
    plots.plot_rfm(grid, ax=ax, locale="en_GB")
    assert _texts(ax) == ["1,200"] * 5
    assert _ticks(ax.yaxis) == ["5", "4", "3", "2", "1"]
    # recency 5, frequency 5 brings the most: top right, darkest, with light text
    assert ax.texts[4].get_position() == (4.5, 0.5)
    assert ax.texts[4].get_color() == PAPER
    assert ax.texts[20].get_color() == INK


def test_migration_states_share_and_number_of_each_row(ax):
    states = ["A", "B", "C", "C0", "N", "new"]
    transitions = pd.DataFrame(0, index=states, columns=["A", "B", "C", "C0", "N", "lost"])
    transitions.loc["A", ["A", "lost"]] = [996, 4]
    transitions.loc["new", "C"] = 7
    plots.plot_migration(compute_transition_shares(transitions), transitions, ax=ax, locale="en_GB")
    assert _texts(ax) == ["100%\n996", "<1%\n4", "100%\n7"]
    assert _ticks(ax.yaxis) == ["A", "new"]
    assert _ticks(ax.xaxis) == ["A", "B", "C", "C0", "N", "lost"]


def test_stability_draws_each_customer_with_a_value_by_class(ax, classes):
    customers = classes.assign(p_class=np.linspace(0.1, 1, len(classes)))
    plots.plot_stability(customers, stable_share=0.8, ax=ax, locale="en_GB")
    drawn = {marks.get_label(): marks.get_offsets().data.tolist() for marks in ax.collections}
    assert [len(drawn[name]) for name in ("A", "B", "C")] == [4, 3, 3]
    assert drawn["A"][1] == [2.0, pytest.approx(customers["p_class"].iloc[1])]
    assert ax.lines[0].get_ydata() == [0.8, 0.8]


def test_class_shares_fill_each_bar_and_name_the_size(ax):
    classes = pd.DataFrame({"abc_class": ["A", "C", "C", "B"]})
    shares = summarise_class_shares(classes, pd.Series(["N", "N", "N", "S"]))
    plots.plot_class_shares(shares, ax=ax, locale="en_GB")
    widths = pd.DataFrame([(bar.get_y(), bar.get_width()) for bar in ax.patches]).groupby(0)[1].sum()
    assert widths.tolist() == pytest.approx([1.0, 1.0])
    # upper bar (N): A up to a third, then C; each part starts where the one before ends
    starts = sorted(bar.get_x() for bar in ax.patches if bar.get_y() > 0.5 and bar.get_width() > 0)
    assert starts == pytest.approx([0, 1 / 3])
    assert _ticks(ax.yaxis) == ["S (1)", "N (3)"]
    # a class that nobody is in has no entry
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("shares", "ticks", "right"),
    [([0.007, 0.017, 0.025], ["0.5%", "1.0%"], 0.03), ([0.5, 0.8, 1.0], ["20%", "100%"], 1.15)],
)
def test_losses_state_their_share_on_an_axis_that_tells_ticks_apart(ax, shares, ticks, right):
    losses = pd.DataFrame({"n_customers": [1, 3, 5], "lost_share": shares})
    plots.plot_losses(losses, ax=ax, **SHOWN)
    assert [bar.get_width() for bar in ax.patches] == shares
    assert [text.strip() for text in _texts(ax)] == [f"{share:.1%}" for share in shares]
    assert set(ticks) <= set(_ticks(ax.xaxis))
    assert len(set(_ticks(ax.xaxis))) == len(_ticks(ax.xaxis))
    assert ax.get_xlim()[1] == pytest.approx(right)
    assert _ticks(ax.yaxis) == ["the largest", "the largest 3", "the largest 5"]


def test_stage_mix_counts_customers_and_shades_by_value(ax):
    counts = pd.DataFrame({"active": [1200, 0], "pre_inactive": [3, 4]}, index=["A", "N"])
    amounts = pd.DataFrame({"active": [30.0, 0.0], "pre_inactive": [10.0, -5.0]}, index=["A", "N"])
    plots.plot_stage_mix(counts, amounts, ax=ax, locale="en_GB")
    assert [text.get_text() for text in ax.texts] == ["1,200", "3", "", "4"]
    assert ax.collections[0].get_array().ravel().tolist() == [0.75, 0.25, 0.0, 0.0]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Active", "Pre-inactive"]
