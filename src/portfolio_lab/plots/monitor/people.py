"""Figures of the monitor on people: who bought, why others stopped, and what portfolio size does."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from portfolio_lab.plots.style import ACCENT, INK, MUTED, WARNING, format_number, write_shares

READING_COLOURS = {"above": ACCENT, "in reach": MUTED, "below": WARNING, "no goal": MUTED}


def plot_positivation(groups: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the share of each group that bought with its interval, the first on top, and its goal as a stroke."""
    place = np.arange(len(groups))[::-1]
    colours = [READING_COLOURS[reading] for reading in groups["reading"]]
    ax.hlines(place, groups["low"], groups["high"], color=colours, linewidth=1.6)
    ax.scatter(groups["positivation_rate"], place, color=colours, s=26, zorder=3)
    ax.scatter(groups["goal"], place, color=INK, marker="|", s=70, zorder=4, label="goal")
    ax.set_yticks(place, [f"{name} ({n})" for name, n in zip(groups["group"], groups["n_customers"], strict=True)])
    ax.set_xlabel("Share of the portfolio that bought")
    ax.grid(axis="x")
    ax.legend(loc="lower right")
    _share_axis(ax, locale)
    return ax


def plot_causes(causes: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the share of each cause with its interval, the first on top; ``summarise_causes`` in words."""
    place = np.arange(len(causes))[::-1]
    ax.barh(place, causes["share"], color=ACCENT, height=0.6)
    ax.hlines(place, causes["low"], causes["high"], color=INK, linewidth=1.2)
    ax.set_yticks(place, causes["cause"])
    ax.set_xlabel("Share of the regular customers who did not buy")
    ax.set_xlim(left=0)
    _share_axis(ax, locale)
    return ax


def plot_sizes(people: pd.DataFrame, *, result: str, label: str, break_at: float, ax: Axes, locale: str) -> Axes:
    """Draw a result of each salesperson over the size of the portfolio; a dashed line where a break is visible."""
    ax.scatter(people["n_customers"], people[result], color=ACCENT, s=30)
    if not np.isnan(break_at):
        ax.axvline(break_at, color=WARNING, linestyle="--", linewidth=1.2)
    ax.set_xlabel("Customers in the portfolio, mean of the periods")
    ax.set_ylabel(label)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale, digits=0)))
    if result.endswith("_rate"):
        write_shares(ax.yaxis, locale=locale)
    return ax


def _share_axis(ax: Axes, locale: str) -> None:
    write_shares(ax.xaxis, locale=locale)
    ax.grid(axis="y", visible=False)
