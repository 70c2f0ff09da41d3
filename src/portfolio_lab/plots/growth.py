"""Figures of the growth report: room for more, new customers beside older ones."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import SERIES_COLOURS, STAGE_COLOURS, format_number, label_of

LINES = ("-", "--", "-.", ":")
MONEY_STEPS = ((1e6, "million "), (1e3, "thousand "), (1.0, ""))


def plot_headroom(summary: pd.DataFrame, *, ax: Axes, currency: str, locale: str) -> Axes:
    """Draw the headroom of each class as one bar, cut by stage; ``summary`` by abc_class and stage."""
    wide = summary.pivot_table(index="abc_class", columns="stage", values="headroom_amount", aggfunc="sum").fillna(0)
    wide = wide.sort_index(ascending=False)
    left = np.zeros(len(wide))
    for stage in [name for name in STAGE_COLOURS if name in wide]:
        ax.barh(range(len(wide)), wide[stage], left=left, color=STAGE_COLOURS[stage], label=label_of(stage), height=0.7)
        left += wide[stage].to_numpy()
    ax.set_yticks(range(len(wide)), [label_of(name) for name in wide.index])
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, columnspacing=1, handlelength=1)
    show_money(ax.xaxis, left, label="Headroom", currency=currency, locale=locale)
    return ax


def plot_ages(summary: pd.DataFrame, *, ax: Axes, currency: str, locale: str) -> Axes:
    """Draw what customers had bought on average by each age, a line per cohort; ``summary`` of ``summarise_ages``."""
    for place, (cohort, rows) in enumerate(summary.groupby("cohort", sort=False)):
        colour = SERIES_COLOURS[place % len(SERIES_COLOURS)]
        label = f"first order {cohort} ({format_number(rows['n'].max(), locale=locale)})"
        ax.plot(rows["age"], rows["mean_amount"], color=colour, linestyle=LINES[place % len(LINES)], label=label)
        ax.fill_between(rows["age"], rows["low"], rows["high"], color=colour, alpha=0.13, linewidth=0)
    ax.set_xlabel("Months since the first order")
    ax.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    ax.set_ylim(0, None)
    ax.legend(loc="upper left")
    show_money(ax.yaxis, summary["high"].to_numpy(), label="Bought so far", currency=currency, locale=locale)
    return ax


def show_money(axis: Axis, amounts: np.ndarray, *, label: str, currency: str, locale: str) -> None:
    """Write the ticks of an axis as money in a unit that keeps them short, and say so in its label."""
    known = amounts[np.isfinite(amounts)]
    largest = float(np.abs(known).max()) if len(known) else 0.0
    step, name = next((step for step in MONEY_STEPS if largest >= 2 * step[0]), MONEY_STEPS[-1])
    axis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value / step, locale=locale)))
    axis.set_label_text(f"{label} ({name}{currency})")
