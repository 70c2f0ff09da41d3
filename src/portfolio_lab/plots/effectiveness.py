"""Figures of the effectiveness report: effects against the break-even, adherence, the simple comparison beside it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import (
    ACCENT,
    INK,
    MUTED,
    RULE,
    SERIES_COLOURS,
    WARNING,
    format_money,
    format_number,
    format_share,
    write_shares,
)

POOLED = SERIES_COLOURS[1]
MAX_ROWS = 16
GREY = "#9aa3a6"


def plot_forest(rows: pd.DataFrame, *, ax: Axes, unit: str, locale: str, currency: str) -> Axes:
    """Draw effects with their intervals, one row each, the first on top, and the break-even where one is known.

    ``rows``: label, effect, low, high, mwe and, where cells are shown, shrunk_effect, shrunk_low, shrunk_high. ``unit``
    is "share" (drawn in percentage points), "currency" or "days".
    """
    shown = rows.head(MAX_ROWS).iloc[::-1].reset_index(drop=True)
    place = np.arange(len(shown), dtype=float)
    has_pooled = "shrunk_effect" in shown and shown["shrunk_effect"].notna().any()
    lift = 0.14 if has_pooled else 0.0
    ax.axvline(0, color=INK, linewidth=1)
    _intervals(ax, shown, place + lift, ("effect", "low", "high"), ACCENT, "alone" if has_pooled else "effect")
    if has_pooled:
        names = ("shrunk_effect", "shrunk_low", "shrunk_high")
        _intervals(ax, shown, place - lift, names, POOLED, "pooled with the others")
    known = shown["mwe"].notna()
    if known.any():
        ax.vlines(
            shown.loc[known, "mwe"], place[known] - 0.38, place[known] + 0.38, color=WARNING, linewidth=2,
            label="break-even",
        )  # fmt: skip
    ax.set_yticks(place, list(shown["label"]))
    _grey_out(ax, shown, place)
    ax.set_ylim(-0.6, len(shown) - 0.4)
    ax.grid(visible=True, axis="x", color=RULE)
    ax.grid(visible=False, axis="y")
    _effect_axis(ax.xaxis, unit, locale, currency)
    if known.any() or has_pooled:
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return ax


def plot_funnel(steps: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw how many of the planned contacts passed each step and all before it: label, n, share; planned on top."""
    rows = steps.iloc[::-1].reset_index(drop=True)
    place = np.arange(len(rows))
    ax.barh(place, rows["share"], color=ACCENT)
    for at, row in zip(place, rows.itertuples(), strict=True):
        text = f" {format_number(row.n, locale=locale, digits=0)} · {format_share(row.share, locale=locale, digits=0)}"
        ax.text(row.share, at, text, va="center", ha="left", fontsize=10, color=INK)
    ax.set_yticks(place, list(rows["label"]))
    ax.set_xlim(0, 1.28)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("Share of the planned contacts")
    _share_axis(ax.xaxis, locale)
    return ax


def plot_people(people: pd.DataFrame, *, total: float, ax: Axes, locale: str) -> Axes:
    """Draw each salesperson's share of planned contacts made with its interval, and the whole company as a line.

    ``people``: group, adherence_rate, low, high; the least first from below.
    """
    rows = people.sort_values("adherence_rate", ignore_index=True)
    place = np.arange(len(rows), dtype=float)
    colours = np.where(rows["high"] < total, WARNING, np.where(rows["low"] > total, ACCENT, MUTED))
    ax.axvline(total, color=INK, linewidth=1, linestyle="--", label="whole company")
    ax.hlines(place, rows["low"], rows["high"], color=colours, linewidth=2)
    ax.scatter(rows["adherence_rate"], place, color=colours, zorder=3)
    ax.set_yticks(place, list(rows["group"]))
    ax.tick_params(axis="y", labelsize=9)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.grid(visible=True, axis="x", color=RULE)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("Planned contacts made")
    _share_axis(ax.xaxis, locale)
    ax.legend(loc="lower right")
    return ax


def plot_naive(rows: pd.DataFrame, *, ax: Axes, unit: str, locale: str, currency: str, fair: str = "hold-out") -> Axes:
    """Draw, per plan, what the simple comparison tells beside what a fair one tells: label, naive_effect, effect.

    ``fair`` is what the fair comparison is called.
    """
    shown = rows.iloc[::-1].reset_index(drop=True)
    place = np.arange(len(shown), dtype=float)
    ax.axvline(0, color=INK, linewidth=1)
    ax.barh(place + 0.19, shown["naive_effect"], height=0.34, color=GREY, label="simple comparison")
    ax.barh(place - 0.19, shown["effect"], height=0.34, color=ACCENT, label=fair)
    ax.hlines(place - 0.19, shown["low"], shown["high"], color=INK, linewidth=1)
    ax.set_yticks(place, list(shown["label"]))
    ax.grid(visible=False, axis="y")
    _effect_axis(ax.xaxis, unit, locale, currency)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return ax


def _intervals(
    ax: Axes, rows: pd.DataFrame, place: np.ndarray, names: tuple[str, str, str], colour: str, label: str
) -> None:
    middle, low, high = (rows[name].to_numpy(float) for name in names)
    ax.hlines(place, low, high, color=colour, linewidth=2)
    ax.plot(middle, place, marker="o", linestyle="none", color=colour, label=label)


def _grey_out(ax: Axes, rows: pd.DataFrame, place: np.ndarray) -> None:
    """Rows without any effect, alone or pooled, are named in grey: too few customers to tell."""
    pooled = rows["shrunk_effect"] if "shrunk_effect" in rows else rows["effect"]
    empty = (rows["effect"].isna() & pooled.isna()).to_numpy()
    for at, label in zip(place[empty], np.array(ax.get_yticklabels(), dtype=object)[empty], strict=True):
        label.set_color(GREY)
        ax.text(0, at, " too few to tell", va="center", ha="left", fontsize=9, color=GREY)


def _effect_axis(axis: Axis, unit: str, locale: str, currency: str) -> None:
    """Percentage points for shares; whole steps, few of them, so that a phone can show them."""
    texts = {
        "share": lambda value: _tick(value * 100, locale),
        "currency": lambda value: format_money(value, currency=currency, locale=locale),
        "days": lambda value: _tick(value, locale),
    }
    words = {"share": "More of 100 customers than without", "currency": "More per customer than without"}
    axis.set_major_locator(MaxNLocator(6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: texts[unit](value)))
    axis.axes.set_xlabel(words.get(unit, "Days earlier than without"))


def _tick(value: float, locale: str) -> str:
    """As many digits as the tick needs: 4, 1.5, 0.15."""
    return format_number(
        value, locale=locale, digits=next(d for d in range(5) if d == 4 or abs(value - round(value, d)) < 1e-9)
    )


def _share_axis(axis: Axis, locale: str) -> None:
    write_shares(axis, locale=locale)
