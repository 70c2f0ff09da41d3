"""Customer periods: what each customer ordered in the days up to as_of, in money, orders, families and deliveries."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.orders import find_days, find_orders, has_margin, sum_if_complete
from portfolio_lab.measures.schema import CustomerPeriods, conform


def build_customer_periods(tables: Mapping[str, ir.Table], *, as_of: date, start: date) -> pd.DataFrame:
    """Return what each customer ordered from ``start`` to as_of, both included; contract ``CustomerPeriods``.

    One row per customer with an order line or a promised delivery in those days; money in currency units. A delivery
    counts as it was known at the end of as_of.
    """
    cut = cut_at(tables, as_of)
    lines = cut["orders"]
    since = ibis.literal(start)
    parts = _sum_period(*(found.filter(found.order_date >= since) for found in (find_days(cut), find_orders(cut))))
    families = _count_families(lines.filter(lines.order_date >= since), cut)
    if families is not None:
        parts = parts.left_join(families, "customer_id").drop("customer_id_right")
    if "promised_date" in lines.columns:
        parts = _outer(parts, _count_deliveries(lines, start=start, as_of=as_of))
    frame = fetch(parts)
    idle = frame["amount"].isna()
    frame["margin_amount"] = frame["margin_amount"].mask(idle, 0.0 if has_margin(lines) else np.nan)
    frame["amount"] = frame["amount"].fillna(0.0)
    if "n_families" in frame:
        frame["n_families"] = frame["n_families"].fillna(0)
    return conform(frame, contract=CustomerPeriods)


def _sum_period(days: ir.Table, orders: ir.Table) -> ir.Table:
    """Money, orders and purchase days. One row per customer."""
    sums = days.group_by("customer_id").aggregate(
        amount=days.amount.sum().cast("float64"),
        margin_amount=sum_if_complete(days.margin_amount, of=days).cast("float64"),
        n_orders=days.n_orders.sum(),
        n_purchase_days=days.is_purchase_day.sum(),
    )
    largest = orders.group_by("customer_id").aggregate(largest_order_amount=orders.amount.max().cast("float64"))
    return sums.left_join(largest, "customer_id").drop("customer_id_right")


def _count_families(lines: ir.Table, tables: Mapping[str, ir.Table]) -> ir.Table | None:
    """Product families bought. One row per customer who bought a product of a known family; None without families."""
    if "product_id" not in lines.columns or "products" not in tables or "family" not in tables["products"].columns:
        return None
    bought = lines.filter(lines.amount > 0).select("customer_id", "product_id")
    known = bought.inner_join(tables["products"].select("product_id", "family"), "product_id")
    return known.group_by("customer_id").aggregate(n_families=known.family.nunique())


def _count_deliveries(lines: ir.Table, *, start: date, as_of: date) -> ir.Table:
    """Deliveries promised for these days, and those on time. One row per customer with one."""
    due = lines.filter(lines.promised_date >= ibis.literal(start), lines.promised_date <= ibis.literal(as_of))
    arrived = due.delivered_date if "delivered_date" in due.columns else ibis.null("date")
    due = due.mutate(is_on_time=(arrived <= due.promised_date).fill_null(False))
    key = ["customer_id", "order_date", *(["order_id"] if "order_id" in due.columns else []), "promised_date"]
    deliveries = due.group_by(key).aggregate(is_on_time=due.is_on_time.all())
    return deliveries.group_by("customer_id").aggregate(
        n_due_deliveries=deliveries.count(), n_on_time_deliveries=deliveries.is_on_time.sum()
    )


def _outer(left: ir.Table, right: ir.Table) -> ir.Table:
    """One row per customer of either side."""
    both = left.outer_join(right, "customer_id")
    return both.mutate(customer_id=both.customer_id.coalesce(both.customer_id_right)).drop("customer_id_right")
