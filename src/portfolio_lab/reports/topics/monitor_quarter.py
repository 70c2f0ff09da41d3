"""The period in money as the monitor shows it: read from a review, compared, put on the page."""

from dataclasses import dataclass
from datetime import date

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis.monitor.bridge import Retention, build_changes, compute_retention, summarise_bridge
from portfolio_lab.analysis.monitor.quarter import Totals, is_covered, tabulate_money, tabulate_quality, total_period
from portfolio_lab.analysis.monitor.targets import sum_targets
from portfolio_lab.analysis.periods import Period, earlier_period
from portfolio_lab.measures.customer_periods import build_customer_periods
from portfolio_lab.measures.price_effects import build_price_effects
from portfolio_lab.plots.monitor.bridge import plot_bridge
from portfolio_lab.plots.style import figure_size
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.monitor import money as say
from portfolio_lab.reports.sentences.wording import Wording

MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Base:
    """An earlier period that this one is compared with: its totals, the bridge from it, what is left of its sales."""

    period: Period
    totals: Totals
    bridge: pd.DataFrame
    retention: Retention


@dataclass(frozen=True)
class Quarter:
    """The period of a review: its totals, the target, and the periods that it can be compared with (None: no data)."""

    period: Period
    totals: Totals
    target: float | None
    previous: Base | None
    year_ago: Base | None


def read_quarter(review: Review) -> Quarter:
    """Return the period of a review with its comparisons; a running period is compared over equal day counts."""
    customers = _customers(review, review.period)
    year_ago = earlier_period(review.period, months_back=MONTHS_PER_YEAR)
    bases = {name: _read_base(review, customers, period)
             for name, period in (("previous", review.previous_period), ("year_ago", year_ago))}  # fmt: skip
    return Quarter(review.period, _total(review, customers), _read_target(review), **bases)


def _customers(review: Review, period: Period) -> pd.DataFrame:
    return review.compute(build_customer_periods, as_of=period.last_day, start=period.start)


def _total(review: Review, customers: pd.DataFrame) -> Totals:
    return total_period(customers, small_order_amount=review.policy.monitor.small_order_amount)


def _read_base(review: Review, customers: pd.DataFrame, period: Period) -> Base | None:
    """The comparison with an earlier period, or None where the data do not reach back so far."""
    if not is_covered(period, _first_order(review)):
        return None
    earlier = _customers(review, period)
    first = review.snapshots().set_index("customer_id")["first_purchase_date"]
    dates = {"start": review.period.start, "base_end": period.end}
    prices = review.compute(build_price_effects, as_of=review.period.last_day, base_start=period.start, **dates)
    bridge = summarise_bridge(build_changes(customers, earlier, first, prices, **dates))
    return Base(period, _total(review, earlier), bridge, compute_retention(bridge))


def _first_order(review: Review) -> date | None:
    orders = review.quality.orders
    return date.fromisoformat(orders.first_date) if orders and orders.first_date else None


def _read_target(review: Review) -> float | None:
    if not review.has("targets"):
        return None
    targets = review.table("targets")
    if "amount" not in targets:
        return None
    return sum_targets(targets, start=review.period.start, end=review.period.end)


def show_money(review: Review, quarter: Quarter, *, wording: Wording) -> None:
    """Put net sales and margin beside the earlier periods and the target on the page, and the bridge between them."""
    out, totals = review.out, name_totals(quarter)
    out.say(say.money(quarter.totals, quarter.previous, quarter.year_ago, target=quarter.target, wording=wording))
    table = tabulate_money(totals, target=quarter.target)
    known = table.drop(columns=["margin_amount", "margin_rate"]) if quarter.totals.margin_amount is None else table
    labels = {name: text for name, text in say.MONEY_LABELS.items() if name in known}
    out.table("money", known, "The period in money", labels=labels)
    if lacks := say.lacking(quarter.totals, target=quarter.target, has_targets=review.has("targets")):
        out.missing(*lacks)
    if quarter.previous is None:
        out.say(say.no_base(review.previous_period, wording=wording))
        return
    show_bridge(review, quarter, wording=wording)


def show_bridge(review: Review, quarter: Quarter, *, wording: Wording) -> None:
    """Put the bridge from the period before on the page, as a figure and as a table beside that of a year ago."""
    out, base = review.out, quarter.previous
    text = say.bridge(base.bridge, base=say.name_period(base.period, wording=wording), wording=wording)
    figure, ax = plt.subplots(figsize=figure_size("wide"))
    names = (say.name_period(base.period, wording=wording), say.name_period(quarter.period, wording=wording))
    shown = {"labels": say.STEP_LABELS, "currency": wording.currency, "locale": wording.locale}
    plot_bridge(base.bridge, ax=ax, names=names, **shown)
    new = say.explain_steps(say.word_steps(base.bridge[base.bridge["n_customers"] > 0]), now=names[1])
    out.say(text)
    out.figure("bridge", figure, alt=f"{text} {new}", caption=say.bridge_caption(*names), thumbnail=True)
    out.say(say.retention(base.retention, base=names[0], wording=wording))
    table = say.word_steps(tabulate_bridges(quarter))
    with out.fold(say.fold_bridge(quarter.previous, quarter.year_ago)):
        out.say(say.explain_steps(table, now=names[1]))
        out.table("bridge", table, "From the earlier net sales to those of this period",
                  labels=say.bridge_labels(table, quarter.previous, quarter.year_ago, wording=wording))  # fmt: skip
        out.say(say.price(base.bridge, wording=wording))


def show_quality(review: Review, quarter: Quarter, *, wording: Wording) -> None:
    """Put the quality of the sales beside that of the earlier periods on the page."""
    out = review.out
    limit = review.policy.monitor.small_order_amount
    table = tabulate_quality(name_totals(quarter))
    out.say(say.quality(quarter.totals, quarter.previous, limit=limit, wording=wording))
    if table.empty:
        return
    with out.fold("Quality of sales beside the earlier periods"):
        out.table("quality", say.word_quality(table, limit=limit, wording=wording), "Quality of sales",
                  labels={"indicator": "Indicator"})  # fmt: skip


def name_totals(quarter: Quarter) -> dict[str, Totals]:
    """Return the totals of this and the earlier periods by the name of the period."""
    named = {say.plain_name(quarter.period): quarter.totals}
    for base in (quarter.previous, quarter.year_ago):
        if base is not None:
            named[say.plain_name(base.period)] = base.totals
    return named


def tabulate_bridges(quarter: Quarter) -> pd.DataFrame:
    """Return the bridge from the period before, with price and volume where known, and that from a year ago.

    One row per step that somebody is on, and a last one for the sum.
    """
    table = quarter.previous.bridge.drop(columns=["base_amount", "amount"]).set_index("step")
    if quarter.year_ago is not None:
        year = quarter.year_ago.bridge.set_index("step")[["n_customers", "change_amount"]].add_suffix("_year")
        table = table.join(year.rename(columns={"n_customers_year": "n_year", "change_amount_year": "year_amount"}))
    if table["price_amount"].isna().all():
        table = table.drop(columns=["price_amount", "volume_amount"])
    counts = [name for name in ("n_customers", "n_year") if name in table]
    table = table[table[counts].sum(axis=1) > 0]
    total = table.sum(min_count=1).round(2).rename("total")
    both = pd.concat([table, total.to_frame().T]).rename_axis("step").reset_index()
    return both.astype(dict.fromkeys(counts, "int64"))
