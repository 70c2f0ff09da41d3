"""Figures of the stage tuning: what gaps say, what each rule gains, and what each line would have meant."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from portfolio_lab.plots.style import (
    ACCENT,
    INK,
    MUTED,
    SERIES_COLOURS,
    WARNING,
    format_number,
    format_share,
    write_shares,
)

RULE_LABELS = {
    "fixed_days": "Fixed days",
    "purchases_in_months": "Purchases in months",
    "own_cycle": "Own cycle",
    "falling_frequency": "Falling frequency",
    "gap_tail": "Tail of own gaps",
    "hazard": "Chance to return (gaps)",
    "mbg_nbd": "Chance to return (purchase model)",
    "pareto_nbd": "Chance to return (second purchase model)",
    "in_force": "Definition in force",
}
# Precision, recall and balanced accuracy, for a reader who has not studied statistics.
METRIC_LABELS = {
    "precision": "Alarms that are right",
    "recall": "Lapses that are seen",
    "balanced_accuracy": "Leavers told from stayers (a coin: 50%)",
}


def plot_gap_curve(curve: pd.DataFrame, *, ax: Axes, last_day: int, locale: str) -> Axes:
    """Draw the share of gaps longer than so many days, with open gaps counted and with closed gaps only."""
    seen = curve[(curve["n_at_risk"] >= 50) & (curve["days"] <= last_day)]
    ax.plot(seen["days"], seen["longer_share"], color=ACCENT, label="all gaps, those still open included")
    ax.plot(seen["days"], seen["closed_share"], color=MUTED, linestyle="--", label="closed gaps only (misleading)")
    ax.set_xlabel("Days since a purchase")
    ax.set_ylabel("Share without the next purchase")
    ax.set_ylim(0, 1.02)
    ax.set_xlim(0)
    ax.legend(loc="upper right")
    _share_axis(ax.yaxis, locale)
    return ax


def plot_return_curve(
    returns: pd.DataFrame, *, ax: Axes, lost_share: float, line_days: int | None, last_day: int, locale: str
) -> Axes:
    """Draw the chance to return by days of silence with its interval; dashed, the share from which we call it lost."""
    seen = returns[returns["days"] <= last_day].dropna(subset=["return_share"])
    ax.fill_between(seen["days"], seen["low"], seen["high"], color=ACCENT, alpha=0.25, linewidth=0)
    ax.plot(seen["days"], seen["return_share"], color=ACCENT)
    ax.axhline(lost_share, color=MUTED, linestyle="--")
    if line_days is not None:
        ax.axvline(line_days, color=WARNING)
        days = format_number(line_days, locale=locale)
        ax.annotate(
            f"inactive from {days} days", (line_days, 0.97), xycoords=("data", "axes fraction"), xytext=(5, 0),
            textcoords="offset points", va="top", color=INK,
        )  # fmt: skip
    ax.set_xlabel("Days without a purchase so far")
    ax.set_ylabel("Chance of a purchase")
    ax.set_ylim(0)
    ax.set_xlim(0)
    _share_axis(ax.yaxis, locale)
    return ax


def plot_two_errors(errors: pd.DataFrame, *, ax: Axes, last_day: int, locale: str) -> Axes:
    """Draw both errors of a line by the day on which it is drawn."""
    seen = errors[errors["days"] <= last_day].dropna(subset=["false_alarm_share"])
    ax.plot(seen["days"], seen["false_alarm_share"], color=SERIES_COLOURS[0], label="called lost, yet returns")
    ax.plot(seen["days"], seen["missed_share"], color=SERIES_COLOURS[1], linestyle="--", label="lost, not yet seen")
    ax.set_xlabel("Days of silence at which the line is drawn")
    ax.set_ylabel("Share in error")
    ax.set_ylim(0, 1.02)
    ax.set_xlim(0)
    ax.legend(loc="upper right")
    _share_axis(ax.yaxis, locale)
    return ax


def plot_gains(families: pd.DataFrame, *, ax: Axes, chosen: str, measure: str, locale: str) -> Axes:
    """Draw what each rule gains over fixed days on later dates, with its interval; the chosen one in colour."""
    others = families[families["name"] != "fixed_days"].iloc[::-1]
    for place, row in enumerate(others.itertuples()):
        colour = ACCENT if row.name == chosen else MUTED
        ax.plot([row.gain_low, row.gain_high], [place, place], color=colour, linewidth=3, solid_capstyle="butt")
        ax.plot(row.gain, place, marker="o", color=colour, linestyle="none")
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(range(len(others)), [RULE_LABELS.get(name, name) for name in others["name"]])
    ax.set_xlabel(f"Gain over fixed days\nin {measure}")
    ax.grid(axis="x")
    _measure_axis(ax.xaxis, others[["gain_low", "gain_high"]], locale)
    return ax


def plot_lines(table: pd.DataFrame, *, ax: Axes, chosen: float, locale: str) -> Axes:
    """Draw precision, recall and balanced accuracy of one family by where its line is drawn, in typical days."""
    seen = table.sort_values("pre_inactive_days")
    styles = {"precision": "-", "recall": "--", "balanced_accuracy": "-."}
    for colour, (metric, style) in zip(SERIES_COLOURS, styles.items(), strict=False):
        line = {"color": colour, "linestyle": style, "label": METRIC_LABELS[metric]}
        ax.plot(seen["pre_inactive_days"], seen[metric], **line)
    ax.axvline(chosen, color=WARNING)
    ax.set_xlabel("Pre-inactive from, in typical days without a purchase")
    ax.set_ylabel("Share")
    ax.set_ylim(0, 1.02)
    ax.legend(loc="best")
    _share_axis(ax.yaxis, locale)
    return ax


def plot_pareto(table: pd.DataFrame, *, ax: Axes, chosen: int, measure: str, locale: str) -> Axes:
    """Draw all rules by lead time and what they bring; rings are the ones that no other beats, larger = more alarms."""
    rest, best = table[~table["is_pareto"]], table[table["is_pareto"]]
    sizes = 12 + 30 * table["entries_per_year"] / max(float(table["entries_per_year"].max()), 1e-9)
    ax.scatter(rest["lead_days_median"], rest["primary"], s=sizes[rest.index], color=MUTED, alpha=0.5, label="beaten")
    ax.scatter(
        best["lead_days_median"], best["primary"], s=2 * sizes[best.index], facecolor="none", edgecolor=ACCENT,
        linewidth=1.5, label="not beaten by any other",
    )  # fmt: skip
    row = table.loc[chosen]
    ax.plot(row["lead_days_median"], row["primary"], "D", color=WARNING, markersize=8, label="recommended")
    ax.set_xlabel("Days from the alarm to inactivity (median)")
    ax.set_ylabel(measure[:1].upper() + measure[1:])
    ax.legend(loc="best")
    _measure_axis(ax.yaxis, table["primary"], locale)
    return ax


def plot_seasons(seasons: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw recall by calendar quarter."""
    ax.bar([f"Q{quarter}" for quarter in seasons["quarter"]], seasons["recall"], color=ACCENT, width=0.6)
    for place, value in enumerate(seasons["recall"]):
        ax.text(place, value, format_share(value, locale=locale, digits=0), ha="center", va="bottom", color=INK)
    ax.set_xlabel("Quarter of the date")
    ax.set_ylabel("Share of lapses seen")
    ax.set_ylim(0, min(1.1, np.nanmax([*seasons["recall"], 0.1]) * 1.2))
    _share_axis(ax.yaxis, locale)
    return ax


def _share_axis(axis: Axis, locale: str) -> None:
    write_shares(axis, locale=locale)


def _measure_axis(axis: Axis, values: pd.Series | pd.DataFrame, locale: str) -> None:
    """Balanced accuracy as a share, money as a number."""
    if np.nanmax(np.abs(values.to_numpy(float))) <= 1:
        _share_axis(axis, locale)
    else:
        axis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))
