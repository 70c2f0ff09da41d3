"""Figures of the data page."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import ACCENT, WARNING, format_number


def plot_months(months: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw order lines by month; a month without any is marked by a cross on the axis and a word.

    ``months``: one row per calendar month with ``month``, ``n_lines`` and ``is_missing``.
    """
    ax.bar(months["month"], months["n_lines"], width=24, color=ACCENT, linewidth=0)
    gaps = months[months["is_missing"]]
    ax.plot(gaps["month"], [0] * len(gaps), linestyle="", marker="x", markersize=9, markeredgewidth=2, color=WARNING)
    for month in gaps["month"]:
        ax.annotate("none", (month, 0), xytext=(0, 8), textcoords="offset points", ha="center", color=WARNING)
    ax.set_xlabel("Month of the order")
    ax.set_ylabel("Order lines")
    ax.set_ylim(bottom=0)
    dates = AutoDateLocator()
    ax.xaxis.set_major_locator(dates)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(dates))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale, digits=0)))
    return ax
