"""Figures of contacts without a draw: ranges in one row each, and what follows after so many contacts."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import ACCENT, INK, MUTED, RULE, SERIES_COLOURS, format_number

GREY = "#9aa3a6"


def plot_ranges(rows: pd.DataFrame, *, ax: Axes, label: str, locale: str) -> Axes:
    """Draw effects with their ranges, one row each, the first on top: label, effect, low, high.

    Ranges that leave out 0 are coloured; ``label`` names what lies on the axis.
    """
    shown = rows.iloc[::-1].reset_index(drop=True)
    colours = np.where((shown["low"] > 0) | (shown["high"] < 0), ACCENT, MUTED)
    place = _draw_ranges(shown, colours, ax=ax, label=label, locale=locale)
    ax.scatter(shown["effect"], place, color=colours, zorder=3)
    return ax


def plot_lines(rows: pd.DataFrame, *, ax: Axes, label: str, locale: str) -> Axes:
    """Draw effects alone with their ranges and drawn towards their kind, one row each, the first on top.

    ``rows``: label, effect, low, high, shrunk_effect (empty = none), is_grey. Grey rows have hollow dots.
    """
    shown = rows.iloc[::-1].reset_index(drop=True)
    is_grey = shown["is_grey"].to_numpy(dtype=bool)
    place = _draw_ranges(shown, np.where(is_grey, GREY, ACCENT), ax=ax, label=label, locale=locale)
    for chosen, face, name in ((~is_grey, ACCENT, "alone"), (is_grey, "white", "small groups, joined")):
        if chosen.any():
            edge = {"edgecolors": ACCENT if face == ACCENT else GREY, "linewidths": 1.6}
            ax.scatter(shown["effect"][chosen], place[chosen], color=face, zorder=3, label=name, **edge)
    drawn = shown["shrunk_effect"].notna().to_numpy()
    if drawn.any():
        pooled = {"color": SERIES_COLOURS[1], "marker": "D", "s": 26, "zorder": 4, "label": "drawn to its channel"}
        ax.scatter(shown["shrunk_effect"][drawn], place[drawn], **pooled)
    for text, grey in zip(ax.get_yticklabels(), is_grey, strict=True):
        text.set_color(MUTED if grey else INK)
        text.set_style("italic" if grey else "normal")
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, columnspacing=1.2, handletextpad=0.3)
    return ax


def _draw_ranges(shown: pd.DataFrame, colours: np.ndarray, *, ax: Axes, label: str, locale: str) -> np.ndarray:
    """Draw a line from low to high for each row, the zero line, names and scale; the heights of the rows come back."""
    place = np.arange(len(shown), dtype=float)
    ax.axvline(0, color=INK, linewidth=1)
    ax.hlines(place, shown["low"], shown["high"], color=colours, linewidth=2)
    ax.set_yticks(place, list(shown["label"]))
    ax.set_ylim(-0.6, len(shown) - 0.4)
    ax.grid(visible=True, axis="x", color=RULE)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(label)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))
    return place


def plot_dose(levels: pd.DataFrame, *, ax: Axes, title: str, as_good: tuple[int, ...], locale: str) -> Axes:
    """Draw what customers do after each number of contacts with its range: dose, mean, low, high.

    Numbers that are as good as the best are filled, the others hollow; the last number stands for itself and more.
    """
    dose = levels["dose"].to_numpy(float)
    ax.plot(dose, levels["mean"], color=ACCENT, linewidth=1.5)
    ax.vlines(dose, levels["low"], levels["high"], color=ACCENT, linewidth=2)
    fill = [ACCENT if int(each) in as_good else "white" for each in dose]
    ax.scatter(dose, levels["mean"], facecolors=fill, edgecolors=ACCENT, linewidths=1.5, s=42, zorder=3)
    last = int(dose[-1])
    ax.set_xticks(dose, [f"{int(each)} or more" if int(each) == last else str(int(each)) for each in dose])
    ax.set_xlim(dose[0] - 0.35, dose[-1] + 0.35)
    # panels share their scale: a limit once set would cut those that are drawn later
    ax.set_ylim(0, max(ax.get_ylim()[1], 1.08 * float(levels["high"].max())))
    ax.set_title(title)
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale, digits=1)))
    return ax
