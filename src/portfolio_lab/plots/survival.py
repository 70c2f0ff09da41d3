"""Figures of the survival report: curves with the number at risk, effects, groups, calibration and the line moved."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, NullFormatter

from portfolio_lab.plots.style import (
    ACCENT,
    CLASS_COLOURS,
    INK,
    MUTED,
    RULE,
    SERIES_COLOURS,
    WARNING,
    format_number,
    label_of,
    write_shares,
)

LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
MAX_CURVES = 6
# a curve is also read on a telephone, where the page shows it at little more than half its size
TEXT_SIZE = 14
RATIO_TICKS = (0.1, 0.2, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10)
FEW_RATIO_TICKS = (0.1, 0.2, 0.5, 1, 2, 3, 5, 10)


def plot_curves(
    curves: pd.DataFrame, *, ax: Axes, unit: str, locale: str, until: float | None = None, since: str = "the start"
) -> Axes:
    """Draw one staircase per group with its band, at most six; ``curves`` is that of ``build_curves`` for one grouping.

    Where fewer than 30 are at risk the curve is empty and nothing is drawn.
    """
    for place, (group, rows) in enumerate(list(curves.groupby("group", sort=True))[:MAX_CURVES]):
        colour = CLASS_COLOURS.get(group, SERIES_COLOURS[place])
        rows = rows[rows["survival"].notna()]
        ax.step(rows["t"], rows["survival"], where="post", color=colour, linestyle=LINES[place], label=label_of(group))
        ax.fill_between(rows["t"], rows["low"], rows["high"], step="post", color=colour, alpha=0.15, linewidth=0)
    ax.axhline(0.5, color=MUTED, linewidth=0.8, linestyle=":")
    ax.set_ylim(0, 1.03)
    ax.set_xlim(0, until or curves.loc[curves["survival"].notna(), "t"].max())
    ax.set_xlabel(f"{unit.capitalize()} since {since}", fontsize=TEXT_SIZE)
    ax.set_ylabel("Still there", fontsize=TEXT_SIZE)
    ax.tick_params(labelsize=TEXT_SIZE)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))
    _share_axis(ax.yaxis, locale)
    if len(curves["group"].unique()) > 1:
        ax.legend(loc="best", fontsize=TEXT_SIZE)
    return ax


def plot_at_risk(table: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Write the numbers at risk below a curve: groups as rows, times as columns (``build_at_risk_table``)."""
    groups = list(table.index)[:MAX_CURVES]
    for row, group in enumerate(groups):
        for time in table.columns:
            text = format_number(table.loc[group, time], locale=locale)
            ax.text(time, row, text, ha="center", va="center", fontsize=TEXT_SIZE, color=INK)
    ax.set_yticks(range(len(groups)), [label_of(group) for group in groups])
    ax.set_ylim(len(groups) - 0.4, -0.6)
    # the axis of time is shared with the curves above, which keep its ticks
    ax.tick_params(length=0, labelbottom=False)
    ax.tick_params(axis="y", pad=28, labelsize=TEXT_SIZE)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_title("At risk", fontsize=TEXT_SIZE, color=MUTED)
    return ax


def plot_effects(effects: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw hazard ratios with their intervals, one row each: label, hazard_ratio, low, high; 1 = no difference."""
    rows = effects.iloc[::-1].reset_index(drop=True)
    place = np.arange(len(rows))
    ax.axvline(1, color=INK, linewidth=1)
    ax.hlines(place, rows["low"], rows["high"], color=ACCENT, linewidth=2)
    ax.plot(rows["hazard_ratio"], place, marker="o", linestyle="none", color=ACCENT)
    ax.set_yticks(place, list(rows["label"]))
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlabel("Times as likely to leave next")
    _ratio_axis(ax, rows["low"].min(), rows["high"].max(), locale)
    return ax


def plot_group_means(groups: pd.DataFrame, *, ax: Axes, unit: str, locale: str) -> Axes:
    """Draw the mean stay of each group with its 95 % interval, longest first; groups without a number are left out."""
    rows = groups[groups["rmst"].notna()].sort_values("rmst", ignore_index=True)
    place = np.arange(len(rows))
    ax.errorbar(rows["rmst"], place, xerr=1.96 * rows["rmst_se"], fmt="o", color=ACCENT, ecolor=ACCENT, capsize=0)
    ax.set_yticks(place, [label_of(group) for group in rows["group"]])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlabel(f"Mean stay in {unit}, counted up to {format_number(rows['rmst_limit'].max(), locale=locale)}")
    ax.grid(axis="x")
    return ax


def plot_calibration(calibration: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the observed against the predicted share of each tenth; on the diagonal they are equal."""
    limit = max(calibration["predicted"].max(), calibration["observed"].max()) * 1.08 + 0.01
    ax.plot([0, limit], [0, limit], color=MUTED, linewidth=1, linestyle="--")
    ax.plot(calibration["predicted"], calibration["observed"], marker="o", color=ACCENT)
    ax.set(xlim=(0, limit), ylim=(0, limit))
    ax.set_xlabel("Predicted share")
    ax.set_ylabel("Share that did")
    _share_axis(ax.xaxis, locale)
    _share_axis(ax.yaxis, locale)
    return ax


def plot_sensitivity(table: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw each effect at each line of inactivity; an effect whose sign turns is drawn in the colour of a warning.

    ``table``: that of ``compare_thresholds`` with a ``label`` per term.
    """
    for place, (label, rows) in enumerate(table.groupby("label", sort=False)):
        turned = bool(rows["is_sign_changed"].any())
        colour = WARNING if turned else SERIES_COLOURS[place % len(SERIES_COLOURS)]
        ax.plot(
            rows["inactive_days"],
            rows["hazard_ratio"],
            marker="o",
            color=colour,
            linestyle=LINES[place % len(LINES)],
            label=label,
        )
    ax.axhline(1, color=INK, linewidth=1)
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.set_yticks([tick for tick in RATIO_TICKS if _inside(tick, table["hazard_ratio"])])
    ax.set_xlabel("Line of inactivity (days without an order)")
    ax.set_ylabel("Times as likely")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def _inside(tick: float, values: pd.Series) -> bool:
    return min(values.min(), 1) / 1.3 <= tick <= max(values.max(), 1) * 1.3


def _ratio_axis(ax: Axes, low: float, high: float, locale: str) -> None:
    ax.set_xscale("log")
    ax.set_xlim(min(low, 0.8) / 1.1, max(high, 1.25) * 1.1)
    left, right = ax.get_xlim()
    # over a wide range the ticks between would run into each other
    ticks = RATIO_TICKS if right / left < 3.5 else FEW_RATIO_TICKS
    ax.set_xticks([tick for tick in ticks if left <= tick <= right])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.grid(axis="x", color=RULE)
    ax.grid(axis="y", visible=False)


def _share_axis(axis: Axis, locale: str) -> None:
    write_shares(axis, locale=locale)
