"""Movements between stages as a flow picture: stages before on the left, now on the right, ribbons as wide as many."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from portfolio_lab.plots.style import ACCENT, INK, MUTED, STAGE_COLOURS, WARNING, format_number, label_of

MOVE_COLOURS = {
    "lost": WARNING, "became_pre_inactive": "#c88a12", "recovered": ACCENT, "back_in_time": "#44a3cf",
    "won": "#6f5bc4",
}  # fmt: skip
GAP, BAR = 0.02, 0.03


def plot_flows(flows: pd.DataFrame, *, ax: Axes, labels: Mapping[str, str], states: tuple[str, ...],
               titles: tuple[str, str], locale: str) -> Axes:  # fmt: skip
    """Draw who moved from which stage to which; a ribbon has the colour of what its move is called, else grey.

    ``flows``: stage_before, stage, move, n_customers, one row per pair. ``labels``: words of the moves and of states
    that are no stage; ``states``: order from top to bottom; ``titles``: the two days.
    """
    total = max(float(flows["n_customers"].sum()), 1.0)
    left = _place(flows, "stage_before", states, total)
    right = _place(flows, "stage", states, total)
    order = {state: place for place, state in enumerate(states)}
    drawn = flows.assign(a=flows["stage_before"].map(order), b=flows["stage"].map(order))
    starts, ends = {key: top for key, (top, _) in left.items()}, {key: top for key, (top, _) in right.items()}
    for row in drawn.sort_values(["a", "b"]).itertuples():
        height = row.n_customers / total
        ribbon = (starts[row.stage_before], ends[row.stage], height)
        _ribbon(ax, *ribbon, colour=MOVE_COLOURS.get(row.move, MUTED), alpha=0.75 if row.move in MOVE_COLOURS else 0.22)
        starts[row.stage_before] -= height
        ends[row.stage] -= height
    for side, bars in ((0.0, left), (1.0, right)):
        counts = flows.groupby("stage_before" if side == 0 else "stage")["n_customers"].sum()
        _bars(ax, side, bars, counts, labels=labels, locale=locale)
    ax.text(-BAR, 1.06, titles[0], ha="left", fontweight="bold")
    ax.text(1 + BAR, 1.06, titles[1], ha="right", fontweight="bold")
    shown = [name for name in MOVE_COLOURS if (flows["move"] == name).any()]
    handles = [Patch(color=MOVE_COLOURS[name], alpha=0.75, label=labels[name]) for name in shown]
    if handles:
        ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.02), ncol=3, handlelength=1)
    bottom = min(top - height for bars in (left, right) for top, height in bars.values())
    ax.set(xlim=(-0.36, 1.36), ylim=(bottom - 0.02, 1.12))
    ax.axis("off")
    return ax


def _place(flows: pd.DataFrame, column: str, states: tuple[str, ...], total: float) -> dict[str, tuple[float, float]]:
    """Top and height of the bar of each state that somebody is in."""
    counts = flows.groupby(column)["n_customers"].sum()
    bars, top = {}, 1.0
    for state in states:
        if counts.get(state, 0):
            height = counts[state] / total
            bars[state] = (top, height)
            top -= height + GAP
    return bars


def _ribbon(ax: Axes, left: float, right: float, height: float, *, colour: str, alpha: float) -> None:
    x = np.array([BAR, 0.5, 0.5, 1 - BAR])
    upper = list(zip(x, [left, left, right, right], strict=True))
    lower = list(zip(x[::-1], [right - height, right - height, left - height, left - height], strict=True))
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    ax.add_patch(PathPatch(Path([*upper, *lower, upper[0]], codes), facecolor=colour, alpha=alpha, linewidth=0))


def _bars(ax: Axes, side: float, bars: Mapping[str, tuple[float, float]], counts: pd.Series, *,
          labels: Mapping[str, str], locale: str) -> None:  # fmt: skip
    """Bars with their words; words of thin bars are moved apart so that they do not overlap."""
    x, align, last = (side - BAR, "right", 2.0) if side == 0 else (side + BAR, "left", 2.0)
    for state, (top, height) in bars.items():
        colour = STAGE_COLOURS.get(state, MUTED)
        ax.bar(side, height, bottom=top - height, width=2 * BAR, color=colour)
        y = min(top - height / 2, last - 0.062)
        text = f"{labels.get(state, label_of(state))} {format_number(counts[state], locale=locale)}"
        ax.text(x - 0.01 if side == 0 else x + 0.01, y, text, ha=align, va="center", color=INK, fontsize=10)
        last = y
