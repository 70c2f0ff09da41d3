"""Figures of the ABC report: the phases, concentration, movement, stability, fairness and contingency.

``measure`` is the reader's word for what is summed, such as "Sales" or "Margin".
"""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FuncFormatter, MaxNLocator

from portfolio_lab.plots.style import (
    ACCENT,
    CLASS_COLOURS,
    INK,
    MUTED,
    PAPER,
    RULE,
    WARNING,
    format_number,
    format_share,
    label_of,
    tick_digits,
    write_shares,
)

RANKED = ("A", "B", "C")
SHADES = LinearSegmentedColormap.from_list("shades", [PAPER, CLASS_COLOURS["C"], CLASS_COLOURS["A"]])
MARKERS = {"A": "o", "B": "^", "C": "s"}
MONEY_STEPS = ((1e9, "billion "), (1e6, "million "), (1e3, "thousand "), (1, ""))


def plot_sorted_values(ranking: pd.DataFrame, *, ax: Axes, measure: str, currency: str, locale: str) -> Axes:
    """Draw phase 2: the value of each customer above zero, largest first, as one falling step line."""
    amounts = ranking.loc[ranking["amount"] > 0, "amount"].to_numpy()
    # the edge keeps a single large customer visible where a step is narrower than a pixel
    ax.stairs(amounts, np.arange(len(amounts) + 1), fill=True, color=ACCENT, edgecolor=ACCENT, linewidth=1.5)
    ax.set_xlabel("Customers, largest first")
    # a little room on the left, or the largest would stand on the axis itself
    ax.set_xlim(-0.012 * len(amounts), len(amounts))
    _count_axis(ax.xaxis, locale)
    _money_axis(ax.yaxis, amounts, measure=measure, currency=currency, locale=locale)
    return ax


def plot_cumulative_share(curve: pd.DataFrame, *, ax: Axes, measure: str, locale: str) -> Axes:
    """Draw phase 3: the cumulative share after each customer; ``curve`` is that of ``build_curve``."""
    n = len(curve) - 1
    ax.plot(np.arange(n + 1), curve["cumulative_share"], color=ACCENT, marker="o" if n <= 30 else None, markersize=4)
    ax.set_xlabel("Customers, largest first")
    ax.set_ylabel(f"Cumulative share of {measure.lower()}")
    ax.set_xlim(0, n)
    ax.set_ylim(0, 1.03)
    _count_axis(ax.xaxis, locale)
    _share_axis(ax.yaxis, locale)
    return ax


def plot_zones(curve: pd.DataFrame, summary: pd.DataFrame, *, ax: Axes, measure: str, locale: str) -> Axes:
    """Draw phase 4: the curve over the share of customers with its three zones, and equality as a dashed line.

    ``curve`` is that of ``build_curve``, ``summary`` that of ``summarise_classes``.
    """
    ranked = summary.set_index("abc_class").loc[list(RANKED)]
    n, start = len(curve) - 1, 0
    for name, row in ranked[ranked["n_customers"] > 0].iterrows():
        end = start + int(row["n_customers"])
        zone = curve.iloc[start : end + 1]
        customers, value = (format_share(share, locale=locale) for share in ((end - start) / n, row["amount_share"]))
        label = f"{name}: {customers} bring {value}"
        ax.fill_between(
            zone["customer_share"], zone["cumulative_share"], color=CLASS_COLOURS[name], linewidth=0, label=label
        )
        ax.text((start + end) / 2 / n, 1.02, name, ha="center", va="bottom", color=INK, fontweight="bold")
        start = end
    ax.plot([0, 1], [0, 1], color=PAPER, linewidth=2.5)
    ax.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle="--", label="if all were equal")
    ax.plot(curve["customer_share"], curve["cumulative_share"], color=INK)
    ax.set_xlabel(f"Share of customers with {measure.lower()}, largest first")
    ax.set_ylabel(f"Cumulative share of {measure.lower()}")
    ax.set(xlim=(0, 1), ylim=(0, 1.1), yticks=np.linspace(0, 1, 6))
    ax.legend(loc="lower right", frameon=True, facecolor=PAPER, framealpha=0.92)
    _share_axis(ax.xaxis, locale)
    _share_axis(ax.yaxis, locale)
    return ax


def plot_whale_curve(curve: pd.DataFrame, *, ax: Axes, measure: str, currency: str, locale: str) -> Axes:
    """Draw the cumulative amount over the customers, with its peak and what net negative customers take back."""
    x, y = curve["n_customers"].to_numpy(), curve["cumulative_amount"].to_numpy()
    peak = int(y.argmax())
    ax.plot(x[: peak + 1], y[: peak + 1], color=ACCENT)
    ax.plot(x[peak:], y[peak:], color=CLASS_COLOURS["N"], linewidth=3)
    ax.plot(x[peak], y[peak], marker="o", color=INK, linestyle="none")
    ax.annotate("peak", (x[peak], y[peak]), xytext=(0, 7), textcoords="offset points", ha="center", color=INK)
    ax.set_xlabel("Customers, largest first")
    ax.set_xlim(0, max(len(x) - 1, 1) * 1.04)
    ax.set_ylim(min(0, y.min()), y.max() * 1.12)
    _count_axis(ax.xaxis, locale)
    _money_axis(ax.yaxis, y, measure=f"{measure} so far", currency=currency, locale=locale)
    return ax


def plot_rfm(grid: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the customers in the 25 fields of recency and frequency; darker fields bring more of the value."""
    table = grid.pivot_table(index="recency_score", columns="frequency_score", values=["n_customers", "amount"])
    counts, amounts = (table[name].sort_index(ascending=False) for name in ("n_customers", "amount"))
    texts = counts.map(lambda n: format_number(n, locale=locale) if n else "")
    total = amounts.to_numpy().clip(min=0).sum()
    shares = amounts.clip(lower=0) / total if total > 0 else amounts * 0.0
    _shade(shares, texts, ax)
    ax.set_xlabel("Frequency score (5 = buys on the most days)")
    ax.set_ylabel("Recency score (5 = bought last)")
    return ax


def plot_migration(shares: pd.DataFrame, transitions: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw where the customers of each class went: share of the row as shade, share and number of customers as text."""
    known = transitions.sum(axis=1) > 0
    rows, counts = shares[known], transitions[known]
    texts = counts.copy().astype(object)
    for before in counts.index:
        for after in counts.columns:
            n = counts.loc[before, after]
            texts.loc[before, after] = _share_and_count(rows.loc[before, after], n, locale) if n else ""
    _shade(rows, texts, ax)
    ax.set_xlabel("Now")
    ax.set_ylabel("Before")
    return ax


def plot_stage_mix(counts: pd.DataFrame, amounts: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the customers of each class and stage; the darker a field, the more of the value above zero it brings."""
    texts = counts.map(lambda n: format_number(n, locale=locale) if n else "")
    total = amounts.to_numpy().clip(min=0).sum()
    shares = amounts.clip(lower=0) / total if total > 0 else amounts * 0.0
    _shade(shares, texts, ax)
    ax.set_xticks(ax.get_xticks(), [label_of(stage) for stage in counts.columns])
    ax.set_xlabel("Stage")
    ax.set_ylabel("Class")
    return ax


def plot_stability(customers: pd.DataFrame, *, stable_share: float, ax: Axes, locale: str) -> Axes:
    """Draw for each customer with a value how often its class came back, with the limit below which it is unstable."""
    with_value = customers[customers["amount"] > 0]
    place = np.arange(1, len(with_value) + 1)
    size = 13 if len(with_value) < 2000 else 5
    for name in RANKED:
        is_in = (with_value["abc_class"] == name).to_numpy()
        shown = {"color": CLASS_COLOURS[name], "marker": MARKERS[name], "edgecolors": MUTED, "linewidths": 0.2}
        ax.scatter(place[is_in], with_value["p_class"].to_numpy()[is_in], s=size, label=name, **shown)
    ax.axhline(stable_share, color=WARNING, linewidth=1.2, linestyle="--")
    ax.set_xlabel("Customers, largest first")
    ax.set_ylabel("Draws with the same class")
    ax.set_xlim(0, len(with_value) + 1)
    ax.set_ylim(0, 1.03)
    ax.legend(
        title="Class", loc="lower right", markerscale=(60 / size) ** 0.5, frameon=True, facecolor=PAPER, framealpha=0.9
    )
    _count_axis(ax.xaxis, locale)
    _share_axis(ax.yaxis, locale)
    return ax


def plot_class_shares(class_shares: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw how the customers of each group spread over the classes, as one full bar per group."""
    wide = class_shares.pivot_table(index="group", columns="abc_class", values="share", sort=False).iloc[::-1]
    sizes = class_shares.groupby("group")["n_customers"].sum()
    left = np.zeros(len(wide))
    for name in CLASS_COLOURS:
        if wide[name].sum() > 0:
            ax.barh(
                range(len(wide)), wide[name], left=left, color=CLASS_COLOURS[name], label=label_of(name), height=0.7
            )
            left += wide[name].to_numpy()
    labels = [f"{group} ({format_number(sizes[group], locale=locale)})" for group in wide.index]
    ax.set_yticks(range(len(wide)), labels)
    ax.set_ylim(-0.6, len(wide) - 0.4)
    ax.set_xlabel("Share of the group's customers (their number in brackets)")
    ax.set_xlim(0, 1)
    ax.grid(visible=False)
    _share_axis(ax.xaxis, locale)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, columnspacing=1, handlelength=1)
    return ax


def plot_losses(losses: pd.DataFrame, *, ax: Axes, measure: str, locale: str) -> Axes:
    """Draw the share of the value that would go with the largest customers, one bar per scenario."""
    shares, places = losses["lost_share"].to_numpy(), range(len(losses))
    ax.barh(places, shares, color=CLASS_COLOURS["A"], height=0.6)
    for place, share in zip(places, shares, strict=True):
        ax.text(share, place, f" {format_share(share, locale=locale)}", va="center", ha="left", color=INK)
    names = ["the largest" if n == 1 else f"the largest {n}" for n in losses["n_customers"]]
    ax.set_yticks(places, names)
    ax.invert_yaxis()
    ax.set_xlabel(f"Share of {measure.lower()} lost")
    ax.set_xlim(0, min(1.0, shares.max() * 1.2) if shares.max() < 0.85 else 1.15)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    _share_axis(ax.xaxis, locale)
    return ax


def _share_and_count(share: float, n: int, locale: str) -> str:
    shown = format_share(max(share, 0.01), locale=locale, digits=0)
    return f"{'<' if share < 0.005 else ''}{shown}\n{format_number(n, locale=locale)}"


def _shade(shares: pd.DataFrame, texts: pd.DataFrame, ax: Axes) -> None:
    darkest = max(float(np.nanmax(shares.to_numpy())), 1e-9)
    sns.heatmap(shares, ax=ax, cmap=SHADES, vmin=0, vmax=darkest, cbar=False, linewidths=0.8, linecolor=RULE)
    for y, row in enumerate(texts.index):
        for x, column in enumerate(texts.columns):
            colour = _readable_on(SHADES(shares.loc[row, column] / darkest))
            ax.text(x + 0.5, y + 0.5, texts.loc[row, column], ha="center", va="center", color=colour)
    ax.tick_params(length=0)
    ax.tick_params(axis="y", rotation=0)


def _readable_on(colour: tuple[float, float, float, float]) -> str:
    """Return ink or paper, whichever contrasts more (relative luminance of WCAG 2; 0.18 is half way)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return INK if np.dot([0.2126, 0.7152, 0.0722], linear) > 0.18 else PAPER


def _count_axis(axis: Axis, locale: str) -> None:
    axis.set_major_locator(MaxNLocator(6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, locale=locale)))


def _share_axis(axis: Axis, locale: str) -> None:
    write_shares(axis, locale=locale)


def _money_axis(axis: Axis, amounts: np.ndarray, *, measure: str, currency: str, locale: str) -> None:
    step, name = next((step for step in MONEY_STEPS if np.abs(amounts).max() >= 2 * step[0]), MONEY_STEPS[-1])

    def show(value: float, _: int) -> str:
        digits = tick_digits(np.asarray(axis.get_majorticklocs()) / step)
        return format_number(value / step, locale=locale, digits=digits)

    axis.set_major_formatter(FuncFormatter(show))
    axis.set_label_text(f"{measure} ({name}{currency})")
