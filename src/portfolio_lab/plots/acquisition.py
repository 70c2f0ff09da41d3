"""Figures of acquisition: how soon leads buy, and what a customer won costs, by lead source."""

import pandas as pd
from matplotlib.axes import Axes

from portfolio_lab.plots.growth import LINES, show_money
from portfolio_lab.plots.service import show_shares
from portfolio_lab.plots.style import ACCENT, SERIES_COLOURS

MAX_SOURCES = 6


def plot_conversion(curves: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the share of the leads of each source that had bought after so many days, at most six sources."""
    for place, (group, rows) in enumerate(list(curves.groupby("group", sort=False))[:MAX_SOURCES]):
        colour = SERIES_COLOURS[place]
        ax.plot(rows["t"], rows["share"], color=colour, linestyle=LINES[place % len(LINES)], label=group)
        ax.fill_between(rows["t"], rows["low"], rows["high"], color=colour, alpha=0.1, linewidth=0)
    ax.set_xlabel("Days since the lead became known")
    ax.set_ylabel("Have bought")
    ax.set_xlim(0, curves["t"].max())
    ax.set_ylim(0, 1)
    ax.legend(loc="upper left")
    show_shares(ax.yaxis, locale)
    return ax


def plot_costs(effort: pd.DataFrame, *, ax: Axes, currency: str, locale: str) -> Axes:
    """Draw the money spent per customer won with its interval, one row per lead source; of ``summarise_effort``."""
    rows = effort[effort["cost_per_won_amount"].notna()].iloc[::-1].reset_index(drop=True)
    ax.hlines(rows.index, rows["low_amount"], rows["high_amount"], color=ACCENT, linewidth=2.5)
    ax.plot(rows["cost_per_won_amount"], rows.index, marker="o", linestyle="none", color=ACCENT)
    ax.set_yticks(rows.index, rows["lead_source"])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlim(0, None)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    show_money(
        ax.xaxis, rows["high_amount"].to_numpy(), label="Spent per customer won", currency=currency, locale=locale
    )
    return ax
