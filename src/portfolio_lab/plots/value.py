"""Figures of the value report: how well the basis fits, who holds the value, and at what risk."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import ACCENT, INK, MUTED, SERIES_COLOURS, format_number, write_numbers, write_shares

EXPECTED = SERIES_COLOURS[1]


def plot_repeat_counts(counts: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw customers by number of repeat purchases, actual and expected side by side; ``summarise_repeat_counts``."""
    place = counts["n_repeats"].to_numpy()
    ax.bar(place - 0.2, counts["actual"], width=0.4, color=ACCENT, label="actual")
    ax.bar(place + 0.2, counts["expected"], width=0.4, color=EXPECTED, label="expected")
    labels = [str(n) for n in place]
    ax.set_xticks(place, [*labels[:-1], f"{labels[-1]}+"])
    ax.set_xlabel("Repeat purchases")
    ax.set_ylabel("Customers")
    ax.legend()
    _number_axis(ax.yaxis, locale)
    return ax


def plot_tracking(tracking: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw repeat purchases added up over time, actual and expected; ``summarise_tracking``."""
    ax.plot(tracking["step_end"], tracking["actual_total"], color=ACCENT, label="actual")
    ax.plot(tracking["step_end"], tracking["expected_total"], color=EXPECTED, linestyle="--", label="expected")
    ax.set_ylabel("Repeat purchases, added up")
    ax.set_ylim(bottom=0)
    ax.legend()
    ax.tick_params(axis="x", rotation=30)
    _number_axis(ax.yaxis, locale)
    return ax


def plot_conditional_expectation(table: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw mean purchases in the hold-out by earlier repeats: outcome with interval, and forecast."""
    place = table["n_repeats"].to_numpy()
    ax.vlines(place, table["low"], table["high"], color=ACCENT, linewidth=1.4)
    ax.plot(place, table["actual_purchases"], color=ACCENT, marker="o", label="actual")
    ax.plot(place, table["expected_purchases"], color=EXPECTED, marker="s", linestyle="--", label="forecast")
    ax.set_xlabel("Repeat purchases until then (the last: and more)")
    ax.set_ylabel("Purchase days in the period, mean")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    write_numbers(ax.yaxis, locale=locale)
    return ax


def plot_value_curve(values: pd.Series, *, ax: Axes, locale: str) -> Axes:
    """Draw the share of the positive value that the most valuable customers hold, and equality as a dashed line."""
    ordered = np.sort(values[values > 0].to_numpy(float))[::-1]
    share = np.append(0.0, np.cumsum(ordered) / ordered.sum()) if len(ordered) else np.zeros(1)
    ax.plot(np.linspace(0, 1, len(share)), share, color=ACCENT)
    ax.plot([0, 1], [0, 1], color=INK, linestyle="--", linewidth=1)
    ax.set_xlabel("Share of customers with value, most valuable first")
    ax.set_ylabel("Share of the value")
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    for axis in (ax.xaxis, ax.yaxis):
        write_shares(axis, locale=locale)
    return ax


def plot_value_at_risk(customers: pd.DataFrame, *, ax: Axes, currency: str, locale: str) -> Axes:
    """Draw each customer's value (in powers of ten) against its chance of still being one.

    Columns alive_probability, value_amount (above zero; others are not drawn).
    """
    customers = customers[customers["value_amount"] > 0]
    ax.scatter(customers["alive_probability"], customers["value_amount"], color=MUTED, s=8, alpha=0.5, linewidths=0)
    ax.set_xlabel("Chance that the customer still is one")
    ax.set_ylabel(f"Value, {currency}")
    ax.set_xlim(0, 1.02)
    ax.set_yscale("log")
    # what is worth less than a hundred-thousandth of the largest would only stretch the axis
    largest = customers["value_amount"].max() if len(customers) else 1.0
    ax.set_ylim(bottom=max(min(1.0, largest / 10), largest / 1e5))
    ax.minorticks_off()
    write_shares(ax.xaxis, locale=locale)
    _number_axis(ax.yaxis, locale)
    return ax


def _number_axis(axis: Axis, locale: str) -> None:
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale, digits=0)))
