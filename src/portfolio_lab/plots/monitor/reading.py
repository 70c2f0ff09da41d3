"""The three-dimensional reading as a heat table: groups in rows, class and stage in columns, customers and money."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from portfolio_lab.plots.style import CLASS_COLOURS, INK, PAPER, RULE, WARNING, format_number

CALM = LinearSegmentedColormap.from_list("calm", [PAPER, CLASS_COLOURS["C"]])
ALARM = LinearSegmentedColormap.from_list("alarm", [PAPER, "#e8b4ae", WARNING])
# Half of a group's money that is not active any more is as bad as it gets: darker shades would tell nothing.
DARKEST_ALARM = 0.5
MAX_LABEL = 18
THOUSAND = 1000


def plot_reading(
    n_customers: pd.DataFrame,
    amount: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    ax: Axes,
    labels: Mapping[str, str],
    locale: str,
) -> Axes:
    """Draw customers (above) and money in thousands (below) of each group by class and block of stages.

    All tables: group × (class, block), from ``cross_reading``. A field is the darker, the larger its share; the first
    block of a class is calm, the others alarm, and a field without a share stays white.
    """
    first = amount.columns.get_level_values(1)[0]
    for y, group in enumerate(amount.index):
        for x, (abc_class, block) in enumerate(amount.columns):
            colours, darkest = (CALM, 1.0) if block == first else (ALARM, DARKEST_ALARM)
            shade = min(float(np.nan_to_num(shares.iloc[y, x])) / darkest, 1.0)
            ax.add_patch(Rectangle((x, y), 1, 1, facecolor=colours(shade), edgecolor=RULE, linewidth=0.8))
            n = int(n_customers.loc[group, (abc_class, block)])
            if n:
                money = format_number(amount.loc[group, (abc_class, block)] / THOUSAND, locale=locale, digits=0)
                colour = PAPER if block != first and shade > 0.75 else INK
                ax.text(x + 0.5, y + 0.5, f"{format_number(n, locale=locale)}\n{money}", ha="center", va="center",
                        color=colour, fontsize=8.5, linespacing=1.1)  # fmt: skip
    ax.set(xlim=(0, amount.shape[1]), ylim=(amount.shape[0], 0))
    ax.set_yticks(np.arange(len(amount)) + 0.5, [_short(str(group)) for group in amount.index])
    ax.set_xticks(np.arange(amount.shape[1]) + 0.5, [labels[block] for _, block in amount.columns], fontsize=8.5)
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    _mark_classes(ax, amount)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _mark_classes(ax: Axes, amount: pd.DataFrame) -> None:
    """The class above its columns, and a line between classes."""
    classes = list(dict.fromkeys(amount.columns.get_level_values(0)))
    width = amount.shape[1] / max(len(classes), 1)
    for place, abc_class in enumerate(classes):
        ax.annotate(f"Class {abc_class}", ((place + 0.5) * width, 0), xytext=(0, 29), textcoords="offset points",
                    ha="center", fontweight="bold", annotation_clip=False)  # fmt: skip
        if place:
            ax.axvline(place * width, color=INK, linewidth=1.2)


def _short(text: str) -> str:
    return text if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 1]}…"
