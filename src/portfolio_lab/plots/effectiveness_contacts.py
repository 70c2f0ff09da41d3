"""Figures of contacts without a draw: ranges in one row each, and what follows after so many contacts."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import ACCENT, INK, MUTED, RULE, format_number


def plot_ranges(rows: pd.DataFrame, *, ax: Axes, label: str, locale: str) -> Axes:
    """Draw effects with their ranges, one row each, the first on top: label, effect, low, high.

    Ranges that leave out 0 are coloured; ``label`` names what lies on the axis.
    """
    shown = rows.iloc[::-1].reset_index(drop=True)
    place = np.arange(len(shown), dtype=float)
    colours = np.where((shown["low"] > 0) | (shown["high"] < 0), ACCENT, MUTED)
    ax.axvline(0, color=INK, linewidth=1)
    ax.hlines(place, shown["low"], shown["high"], color=colours, linewidth=2)
    ax.scatter(shown["effect"], place, color=colours, zorder=3)
    ax.set_yticks(place, list(shown["label"]))
    ax.set_ylim(-0.6, len(shown) - 0.4)
    ax.grid(visible=True, axis="x", color=RULE)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(label)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))
    return ax


def plot_dose(levels: pd.DataFrame, *, ax: Axes, title: str, as_good: tuple[int, ...], locale: str) -> Axes:
    """Draw what customers do after each number of contacts with its range: dose, mean, low, high.

    Numbers that are as good as the best are filled, the others hollow; the last number stands for itself and more.
    """
    dose = levels["dose"].to_numpy(float)
    ax.plot(dose, levels["mean"], color=ACCENT, linewidth=1.5)
    ax.vlines(dose, levels["low"], levels["high"], color=ACCENT, linewidth=2)
    fill = [ACCENT if int(each) in as_good else "white" for each in dose]
    ax.scatter(dose, levels["mean"], color=fill, edgecolors=ACCENT, s=42, zorder=3)
    last = int(dose[-1])
    ax.set_xticks(dose, [f"{int(each)} or more" if int(each) == last else str(int(each)) for each in dose])
    ax.set_xlim(dose[0] - 0.35, dose[-1] + 0.35)
    ax.set_ylim(bottom=0)
    ax.set_title(title)
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale, digits=1)))
    return ax
