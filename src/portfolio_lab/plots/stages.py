"""Figures of stages: how the customers divide into them under one or more definitions."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from portfolio_lab.plots.style import PAPER, STAGE_COLOURS, format_number, format_share, label_of, write_shares


def plot_stage_shares(shares: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw one bar per definition, divided into its stages.

    ``shares``: definition × stage (columns), each row adds up to 1. A share below 4 % carries no number.
    """
    left = pd.Series(0.0, index=shares.index)
    for stage in shares.columns:
        ax.barh(shares.index, shares[stage], left=left, color=STAGE_COLOURS[stage], label=label_of(stage), height=0.6)
        for place, value in enumerate(shares[stage]):
            if value >= 0.04:
                text = format_share(value, locale=locale, digits=0)
                ax.text(left.iloc[place] + value / 2, place, text, ha="center", va="center", color=PAPER, fontsize=9)
        left += shares[stage]
    ax.set_xlabel("Share of customers")
    ax.set_xlim(0, 1)
    ax.invert_yaxis()
    ax.grid(visible=False)
    write_shares(ax.xaxis, locale=locale)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.3), ncol=3)
    return ax


def plot_stage_counts(counts: pd.Series, *, ax: Axes, locale: str) -> Axes:
    """Draw the number of customers of each stage, in the order of ``counts``."""
    ax.bar([label_of(stage) for stage in counts.index], counts, color=[STAGE_COLOURS[stage] for stage in counts.index])
    for place, value in enumerate(counts):
        ax.text(place, value, format_number(value, locale=locale), ha="center", va="bottom")
    ax.set_ylabel("Customers")
    ax.tick_params(axis="x", labelrotation=20)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))
    return ax
