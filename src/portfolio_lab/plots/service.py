"""Figures of the service report: waiting, causes, scores, and what customers did after a case."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import (
    ACCENT,
    INK,
    SERIES_COLOURS,
    WARNING,
    format_number,
    format_share,
    write_numbers,
    write_shares,
)

LINES = ("-", "--", "-.", ":")


def plot_waits(curves: pd.DataFrame, *, ax: Axes, locale: str, standard_days: float | None = None) -> Axes:
    """Draw the share of each group that still waits after so many days; ``curves`` of ``build_wait_curves``."""
    for place, (group, rows) in enumerate(curves.groupby("group", sort=False)):
        colour, line = SERIES_COLOURS[place % len(SERIES_COLOURS)], LINES[place % len(LINES)]
        ax.step(rows["t"], rows["survival"], where="post", color=colour, linestyle=line, label=group)
        ax.fill_between(rows["t"], rows["low"], rows["high"], step="post", color=colour, alpha=0.12, linewidth=0)
    if standard_days is not None:
        ax.axvline(standard_days, color=WARNING, linewidth=1.2, linestyle=(0, (4, 2)))
        text = f" standard: {format_number(standard_days, locale=locale)} days"
        ax.text(standard_days, 1.0, text, color=WARNING, va="top", ha="left")
    ax.set_ylim(0, 1.03)
    ax.set_xlim(0, curves["t"].max())
    ax.set_xlabel("Days since the case was opened")
    ax.set_ylabel("Still waiting")
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.9))
    show_shares(ax.yaxis, locale)
    return ax


def plot_causes(causes: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the number of cases per cause, the most frequent first, with the share reached so far written beside it."""
    rows = causes.head(10).iloc[::-1].reset_index(drop=True)
    ax.barh(rows.index, rows["n"], color=ACCENT, height=0.65)
    for place, row in rows.iterrows():
        number = format_number(row["n"], locale=locale)
        share = format_share(row["cumulative_share"], locale=locale, digits=0)
        ax.text(row["n"], place, f"  {number} (so far {share})", va="center", ha="left", color=INK)
    ax.set_yticks(rows.index, rows["cause"])
    ax.set_xlim(0, rows["n"].max() * 1.35)
    ax.set_xlabel("Cases")
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    show_counts(ax.xaxis, locale)
    return ax


def plot_scores(aspects: pd.DataFrame, benchmarks: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the mean score of each aspect with its interval; others (``compare_benchmarks``) are dashed lines."""
    rows = aspects.iloc[::-1].reset_index(drop=True)
    ax.hlines(rows.index, rows["low"], rows["high"], color=ACCENT, linewidth=2.5)
    ax.plot(rows["mean"], rows.index, marker="o", linestyle="none", color=ACCENT)
    for place, row in enumerate(benchmarks.itertuples()):
        colour = SERIES_COLOURS[(place + 1) % len(SERIES_COLOURS)]
        ax.axvline(row.value, color=colour, linestyle=LINES[1 + place % 3], linewidth=1.4, label=row.peer)
    ax.set_yticks(rows.index, rows["aspect"])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlabel("Mean score")
    write_numbers(ax.xaxis, locale=locale)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    if len(benchmarks):
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, columnspacing=1)
    return ax


def plot_aftermath(months: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw buying in each month after a case against like customers, with intervals; 100 % = as they bought.

    ``months``: kind, month, ratio, low, high.
    """
    kinds = list(months["kind"].unique())
    for place, kind in enumerate(kinds):
        rows = months[months["kind"] == kind]
        at = rows["month"] + (place - (len(kinds) - 1) / 2) * 0.2
        colour, marker = SERIES_COLOURS[place % len(SERIES_COLOURS)], "os^D"[place % 4]
        ax.vlines(at, rows["low"], rows["high"], color=colour, linewidth=2)
        ax.plot(at, rows["ratio"], marker=marker, linestyle="none", color=colour, label=kind)
    ax.axhline(1, color=INK, linewidth=1)
    ax.set_xticks(sorted(months["month"].unique()), [format_number(m, locale=locale) for m in months["month"].unique()])
    ax.set_xlabel("Month after the case")
    ax.set_ylabel("Orders against like customers")
    ax.set_ylim(0, max(float(np.nanmax(months["high"])) * 1.08, 1.2))
    ax.legend(loc="lower right", ncols=len(kinds))
    show_shares(ax.yaxis, locale)
    return ax


def plot_leaving(curves: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the share that had left after so many days, answered late and in time; ``curves`` of ``LateEffect``."""
    colours = {"late": WARNING, "in time": ACCENT}
    for group, rows in curves.groupby("group", sort=False):
        line = "--" if group == "late" else "-"
        ax.plot(rows["t"], 1 - rows["survival"], color=colours[group], linestyle=line, label=f"answered {group}")
        ax.fill_between(rows["t"], 1 - rows["high"], 1 - rows["low"], color=colours[group], alpha=0.13, linewidth=0)
    ax.set_xlabel("Days since the answer was due")
    ax.set_ylabel("Left by then")
    ax.set_ylim(0, None)
    ax.set_xlim(0, curves["t"].max())
    ax.legend(loc="upper left")
    show_shares(ax.yaxis, locale)
    return ax


def show_shares(axis: Axis, locale: str) -> None:
    """Write the ticks of an axis as percentages."""
    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    write_shares(axis, locale=locale)


def show_counts(axis: Axis, locale: str) -> None:
    """Write the ticks of an axis as whole numbers."""
    axis.set_major_locator(MaxNLocator(5, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))
