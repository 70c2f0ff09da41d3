"""The bridge from the net sales of one period to those of another, one floating bar per step."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import ACCENT, INK, MUTED, WARNING, format_change, format_money, format_number

STEPS_OF_MONEY = ((1e9, "billion "), (1e6, "million "), (1e3, "thousand "), (1, ""))


def plot_bridge(
    bridge: pd.DataFrame, *, ax: Axes, names: tuple[str, str], labels: Mapping[str, str], currency: str, locale: str
) -> Axes:
    """Draw the bridge (contract ``Bridge``): the first bar is the earlier period, the last one this period.

    ``names`` are those of the two periods, ``labels`` those of the steps. Steps that nobody is on are left out.
    """
    steps = bridge[bridge["n_customers"] > 0]
    start, end = float(bridge["base_amount"].sum()), float(bridge["amount"].sum())
    left = start + steps["change_amount"].cumsum() - steps["change_amount"]
    reach = [start, end, *left, *(left + steps["change_amount"])]
    width = max([*map(abs, reach), 1.0])
    _bar(ax, 0, 0.0, start, colour=MUTED, text=format_money(start, currency=currency, locale=locale), width=width)
    for place, (row, origin) in enumerate(zip(steps.itertuples(), left, strict=True), start=1):
        shown = format_change(row.change_amount, "currency", locale=locale, currency=currency)
        colour = ACCENT if row.change_amount >= 0 else WARNING
        _bar(ax, place, origin, row.change_amount, colour=colour, text=shown, width=width)
    last = len(steps) + 1
    _bar(ax, last, 0.0, end, colour=MUTED, text=format_money(end, currency=currency, locale=locale), width=width)
    rows = [f"{labels[row.step]} ({format_number(row.n_customers, locale=locale)})" for row in steps.itertuples()]
    ax.set_yticks(range(last + 1), [names[0], *rows, names[1]])
    ax.invert_yaxis()
    ax.set_xlim(min(0.0, *reach) * 1.05, width * 1.3)
    ax.grid(visible=False, axis="y")
    _money_axis(ax, width, currency=currency, locale=locale)
    return ax


def _bar(ax: Axes, place: int, left: float, width_of_bar: float, *, colour: str, text: str, width: float) -> None:
    ax.barh(place, width_of_bar, left=left, color=colour, height=0.62)
    ax.text(max(left, left + width_of_bar, 0) + width * 0.01, place, text, va="center", ha="left", color=INK)


def _money_axis(ax: Axes, largest: float, *, currency: str, locale: str) -> None:
    step, name = next((step for step in STEPS_OF_MONEY if largest >= 2 * step[0]), STEPS_OF_MONEY[-1])
    ax.xaxis.set_major_locator(MaxNLocator(5))
    digits = 0 if largest / step >= 5 else 1
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: format_number(value / step, locale=locale, digits=digits))
    )
    ax.set_xlabel(f"Net sales ({name}{currency})")
