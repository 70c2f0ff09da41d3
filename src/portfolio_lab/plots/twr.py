"""Figures of the returns report: growth of 100, league with intervals, timing, equity statement, attribution."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis

from portfolio_lab.plots.style import (
    ACCENT,
    INK,
    MUTED,
    RULE,
    SERIES_COLOURS,
    WARNING,
    format_number,
    write_numbers,
    write_shares,
)

VERDICT_COLOURS = {"above": ACCENT, "below": WARNING, "not_proven": MUTED, "too_small": RULE, "undefined": RULE}
VERDICT_COLOURS |= {"total_loss": WARNING}
VERDICT_LABELS = {
    "above": "above the required return",
    "below": "below it",
    "total_loss": "total loss, begun anew",
    "not_proven": "not to be told apart from it",
    "too_small": "too small to tell",
}
STATEMENT_LABELS = {
    "opening": "Opening",
    "unwind": "Required",
    "experience": "Beyond required",
    "income": "Margin paid out",
    "new": "New customers",
    "transfer_in": "Handed in",
    "transfer_out": "Handed out",
    "basis_change": "Change of basis",
    "closing": "Closing",
}
EFFECT_LABELS = {"allocation": "Customers assigned", "selection": "Work with them", "interaction": "Both together"}
OUTFLOWS = ("income", "transfer_out")
MAX_LINES = 5


def plot_growth(returns: pd.DataFrame, *, ax: Axes, locale: str, discount_rate: float, title_note: str = "") -> Axes:
    """Draw what 100 became in each portfolio (first five by name in bold colours), and at the required rate, dashed.

    ``returns``: PortfolioReturns. A segment that ended is not joined to the next one.
    """
    for place, (portfolio, table) in enumerate(returns.groupby("portfolio_id", sort=False)):
        bold = place < MAX_LINES
        colour = SERIES_COLOURS[place] if bold else RULE
        known = table[table["r"].notna()]
        for number, (_, rows) in enumerate(known.groupby("segment", sort=True)):
            label = str(portfolio) if bold and number == 0 else None
            begun = [rows["start_date"].iloc[0], *rows["valuation_date"]]
            values = [100.0, *(rows["growth"] * 100)]
            ax.plot(begun, values, color=colour, linewidth=1.8 if bold else 0.8, label=label, zorder=3 if bold else 1)
    first, last = returns["valuation_date"].min(), returns["valuation_date"].max()
    days = pd.date_range(first, last, periods=30)
    required = 100 * (1 + discount_rate) ** ((days - first).days / 365)
    ax.plot(days, required, color=INK, linestyle="--", linewidth=1, label="required return")
    ax.set_ylabel("Growth of 100")
    if title_note:
        ax.set_title(title_note, loc="left", fontsize="medium")
    ax.legend(loc="best", frameon=True)
    _number_axis(ax.yaxis, locale)
    ax.tick_params(axis="x", rotation=30)
    return ax


def plot_league(league: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw return less required return of each portfolio with its interval, best on top; ``judge_portfolios``."""
    rows = league[league["management_return"].notna()].iloc[::-1].reset_index(drop=True)
    for verdict, own in rows.groupby("verdict", sort=False):
        colour = VERDICT_COLOURS[verdict]
        ax.hlines(own.index, own["low"], own["high"], color=colour, linewidth=1.6)
        label = VERDICT_LABELS.get(verdict, verdict)
        ax.scatter(own["management_return"], own.index, color=colour, s=28, zorder=3, label=label)
    ax.axvline(0, color=INK, linewidth=0.8)
    names = [
        f"{row.portfolio_id} ({format_number(row.n_customers, locale=locale)})" if row.n_customers else row.portfolio_id
        for row in rows.itertuples()
    ]
    ax.set_yticks(range(len(rows)), names)
    ax.set_xlabel("Return less required return, whole span")
    ax.set_ylabel("Portfolio (customers)" if rows["n_customers"].any() else "Portfolio")
    ax.grid(visible=True, axis="x")
    _legend_above(ax, ncols=2)
    _share_axis(ax.xaxis, locale)
    return ax


def plot_timing(timing: pd.DataFrame, *, ax: Axes, locale: str, title_note: str = "") -> Axes:
    """Draw time-weighted (circle) and money-weighted (square) return a year; columns portfolio_id, ear, mwr."""
    if title_note:
        ax.set_title(title_note, loc="left", fontsize="medium")
    rows = timing.dropna(subset=["ear", "mwr"]).sort_values("ear").reset_index(drop=True)
    ax.hlines(rows.index, rows["ear"], rows["mwr"], color=RULE, linewidth=2)
    ax.scatter(rows["ear"], rows.index, color=ACCENT, marker="o", zorder=3, label="time-weighted: the management")
    ax.scatter(
        rows["mwr"], rows.index, color=SERIES_COLOURS[1], marker="s", zorder=3, label="money-weighted: timing too"
    )
    ax.set_yticks(range(len(rows)), rows["portfolio_id"].astype(str))
    ax.set_xlabel("Return a year")
    ax.set_ylabel("Portfolio")
    ax.grid(visible=True, axis="x")
    ax.legend(loc="lower right", frameon=True)
    _share_axis(ax.xaxis, locale)
    return ax


def plot_statement(line: pd.Series, *, ax: Axes, currency: str, locale: str) -> Axes:
    """Draw the movements of the customer equity as a waterfall; ``line``: one row of ``summarise_statement``."""
    names = [name for name in STATEMENT_LABELS if name in ("opening", "closing") or line[name] != 0]
    steps = np.array([-line[name] if name in OUTFLOWS else line[name] for name in names], float)
    tops = np.cumsum(steps[:-1])
    starts = np.append(np.append(0.0, tops[:-1]), 0.0)
    ends = np.append(tops, line["closing"])
    colours = [
        INK if name in ("opening", "closing") else _sign_colour(step) for name, step in zip(names, steps, strict=True)
    ]
    ax.bar(range(len(names)), ends - starts, bottom=starts, color=colours, width=0.7)
    ax.set_xticks(range(len(names)), [STATEMENT_LABELS[name] for name in names], rotation=35, ha="right")
    ax.set_ylabel(f"Value held, {currency}")
    ax.set_ylim(top=1.05 * max(starts.max(), ends.max(), 1.0))
    _number_axis(ax.yaxis, locale)
    return ax


def plot_attribution(effects: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the parts of each portfolio's difference to the company, stacked; columns portfolio_id and the effects."""
    rows = effects.assign(total=effects[list(EFFECT_LABELS)].sum(axis=1)).sort_values("total").reset_index(drop=True)
    low, high = np.zeros(len(rows)), np.zeros(len(rows))
    for colour, (name, label) in zip((SERIES_COLOURS[3], ACCENT, MUTED), EFFECT_LABELS.items(), strict=True):
        part = rows[name].to_numpy()
        ax.barh(rows.index, part, left=np.where(part >= 0, high, low), color=colour, label=label)
        high, low = high + np.maximum(part, 0), low + np.minimum(part, 0)
    ax.scatter(rows["total"], rows.index, color=INK, marker="d", s=22, zorder=3, label="difference to the company")
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(rows)), rows["portfolio_id"].astype(str))
    ax.set_xlabel("Part of the difference in return")
    ax.set_ylabel("Portfolio")
    _legend_above(ax, ncols=2)
    _share_axis(ax.xaxis, locale)
    return ax


def _legend_above(ax: Axes, *, ncols: int) -> None:
    """A legend within the axes would hide the bars and ranges of whoever stands there."""
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=ncols, columnspacing=1)


def _sign_colour(step: float) -> str:
    return WARNING if step < 0 else ACCENT


def _share_axis(axis: Axis, locale: str) -> None:
    write_shares(axis, locale=locale)


def _number_axis(axis: Axis, locale: str) -> None:
    write_numbers(axis, locale=locale)
