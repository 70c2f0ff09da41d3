"""Customer snapshots: everything that was known about each customer at the end of one day."""

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.attributes import (
    assert_names_are_free,
    list_attributes,
    name_attributes,
    pick_customer_columns,
    pivot_attributes,
)
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.orders import find_days, find_named_orders, has_margin, sum_if_complete
from portfolio_lab.measures.schema import Snapshots, conform

# Where the salesperson of a customer may be found, best first; the customers table's own column comes last.
CANDIDATES = ("assigned_salesperson_id", "order_salesperson", "order_salespeople")


def build_snapshots(tables: Mapping[str, ir.Table], *, as_of: date, window_months: int | None) -> pd.DataFrame:
    """Return each customer as it was known at the end of as_of; contract ``Snapshots``.

    One row per customer of the customers table or with an order line up to as_of; money in currency units.
    ``window_months=None`` takes all history. Raises ``DataError`` for an attribute named like a measure.
    """
    cut = cut_at(tables, as_of)
    columns = [name for name in _columns(cut, "customers") if name != "customer_id"]
    attributes = list_attributes(cut)
    assert_names_are_free([*columns, *attributes])
    start = find_window_start(as_of, window_months=window_months)
    days = find_days(cut)
    parts = [_purchase_gaps(days), *_snapshot_parts(cut, as_of=as_of, start=start)]
    if attributes:
        parts.append(pivot_attributes(cut, names=attributes))
    served = _order_facts(days, start=start)
    everybody = _join_everybody(pick_customer_columns(cut, names=columns), served) if "customers" in cut else served
    frame = fetch(_join_parts(everybody, parts))
    named = name_attributes(frame, columns=columns, attributes=attributes)
    return conform(_derive_snapshot(named, as_of=as_of, has_margin=has_margin(cut["orders"])), contract=Snapshots)


def find_window_start(as_of: date, *, window_months: int | None) -> date | None:
    """Return the day before the window of so many months that ends with as_of; None = all history.

    The window is (start, as_of]. From the last day of a month it starts with the last day of a month.
    """
    if window_months is None:
        return None
    day = pd.Timestamp(as_of)
    start = day - pd.DateOffset(months=window_months)
    return (start + pd.offsets.MonthEnd(0) if day.is_month_end else start).date()


def _snapshot_parts(tables: Mapping[str, ir.Table], *, as_of: date, start: date | None) -> list[ir.Table]:
    """What there is to say beside amounts and purchases: one expression per source, each with one row per customer."""
    orders = find_named_orders(tables)
    parts = [_count_orders(orders, start=start)]
    if "salesperson_id" in orders.columns:
        parts.append(_last_salespeople(orders))
    if "assignments" in tables:
        parts.append(_salespeople_in_charge(tables["assignments"], as_of=as_of))
    if "contacts" in tables:
        parts.append(_contact_facts(tables["contacts"], start=start))
    return parts


def _join_everybody(customers: ir.Table, served: ir.Table) -> ir.Table:
    """One row per customer of the customers table or with an order line."""
    both = customers.outer_join(served, "customer_id")
    return both.mutate(customer_id=both.customer_id.coalesce(both.customer_id_right)).drop("customer_id_right")


def _join_parts(everybody: ir.Table, parts: Sequence[ir.Table]) -> ir.Table:
    """The columns of all parts for everybody, joined in one step, for engines and Ibis are slow at nested ones."""
    joined = everybody
    for place, part in enumerate(parts):
        joined = joined.left_join(part, "customer_id", rname=f"{{name}}_{place}")
    return joined.drop(*(f"customer_id_{place}" for place in range(len(parts))))


def _columns(tables: Mapping[str, ir.Table], table: str) -> tuple[str, ...]:
    return tuple(tables[table].columns) if table in tables else ()


def _in_window(day: ir.DateValue, start: date | None) -> ir.BooleanValue:
    return ibis.literal(True) if start is None else day > ibis.literal(start)


def _order_facts(days: ir.Table, *, start: date | None) -> ir.Table:
    """Amounts and purchase days. One row per customer with an order line."""
    dated = days.mutate(
        purchase_date=days.is_purchase_day.ifelse(days.order_date, ibis.null("date")),
        in_window=_in_window(days.order_date, start),
    )
    return dated.group_by("customer_id").aggregate(
        first_order_date=dated.order_date.min(),
        last_order_date=dated.order_date.max(),
        first_purchase_date=dated.purchase_date.min(),
        last_purchase_date=dated.purchase_date.max(),
        n_purchase_days=dated.purchase_date.count(),
        n_order_lines=dated.n_lines.sum(where=dated.in_window),
        amount=dated.amount.sum(where=dated.in_window).cast("float64"),
        margin_amount=sum_if_complete(dated.margin_amount, of=dated, where=dated.in_window).cast("float64"),
        amount_total=dated.amount.sum().cast("float64"),
    )


def _purchase_gaps(days: ir.Table) -> ir.Table:
    """Days between consecutive purchases. One row per customer with a purchase; apart, for wide rows sort slowly."""
    bought = days.filter(days.is_purchase_day).select("customer_id", "order_date")
    previous = bought.order_date.lag().over(ibis.window(group_by="customer_id", order_by="order_date"))
    # float64 before any mean: PostgreSQL would otherwise divide integers
    spaced = bought.select("customer_id", gap_days=bought.order_date.delta(previous, unit="day").cast("float64"))
    return spaced.group_by("customer_id").aggregate(
        n_gaps=spaced.gap_days.count(), mean_gap_days=spaced.gap_days.mean(), median_gap_days=spaced.gap_days.median()
    )


def _count_orders(orders: ir.Table, *, start: date | None) -> ir.Table:
    """Orders in the window. One row per customer; a day's lines without an order_id are one order."""
    inside = orders.filter(_in_window(orders.order_date, start))
    if "order_id" not in orders.columns:
        return inside.group_by("customer_id").aggregate(n_orders=inside.order_date.nunique())
    days_without_id = inside.order_id.isnull().ifelse(inside.order_date, ibis.null("date"))
    return inside.group_by("customer_id").aggregate(n_orders=inside.order_id.nunique() + days_without_id.nunique())


def _last_salespeople(orders: ir.Table) -> ir.Table:
    """Who is named on the last day of a customer that names anybody. One row per customer with such a day.

    Several people come as a list, for engines order texts differently; a list for everybody would be slow to fetch.
    """
    named = orders.filter(orders.salesperson_id.notnull()).select("customer_id", "salesperson_id", "order_date")
    newest = named.group_by("customer_id").aggregate(order_date=named.order_date.max())
    people = named.inner_join(newest, ["customer_id", "order_date"]).select("customer_id", "salesperson_id").distinct()
    n_people = people.count()
    return people.group_by("customer_id").aggregate(
        order_salesperson=ibis.cases((n_people == 1, people.salesperson_id.max())),
        order_salespeople=ibis.cases((n_people > 1, people.salesperson_id.collect())),
    )


def _salespeople_in_charge(assignments: ir.Table, *, as_of: date) -> ir.Table:
    """Who is in charge at as_of: start_date <= as_of < end_date. One row per customer that somebody is in charge of."""
    day = ibis.literal(as_of)
    ended = assignments.end_date <= day if "end_date" in assignments.columns else ibis.literal(False)
    current = assignments.filter(assignments.start_date <= day, ~ended.fill_null(False))
    return current.group_by("customer_id").aggregate(
        assigned_salesperson_id=current.salesperson_id.argmax(current.start_date)
    )


def _contact_facts(contacts: ir.Table, *, start: date | None) -> ir.Table:
    """Last contact, and contacts in the window. One row per customer with a contact."""
    return contacts.group_by("customer_id").aggregate(
        last_contact_date=contacts.contact_date.max(),
        n_contacts=contacts.count(where=_in_window(contacts.contact_date, start)),
    )


def _derive_snapshot(frame: pd.DataFrame, *, as_of: date, has_margin: bool) -> pd.DataFrame:
    """The joined parts with what follows from them; who ordered nothing has zeros, not gaps."""
    idle = frame["n_order_lines"].isna() | (frame["n_order_lines"] == 0)
    day = pd.Timestamp(as_of)
    return frame.assign(
        amount=_round_cents(frame["amount"].fillna(0.0)),
        amount_total=_round_cents(frame["amount_total"].fillna(0.0)),
        margin_amount=_round_cents(frame["margin_amount"]).mask(idle, 0.0 if has_margin else np.nan),
        tenure_days=(day - pd.to_datetime(frame["first_purchase_date"])).dt.days,
        days_since_last_order=(day - pd.to_datetime(frame["last_purchase_date"])).dt.days,
        salesperson_id=_choose_salesperson(frame),
    ).drop(columns=list(CANDIDATES), errors="ignore")


def _round_cents(amount: pd.Series) -> pd.Series:
    """Sums of six decimals in cents, half away from zero. Here, for engines round their widest decimals slowly."""
    millionths = (amount.abs() * 1e6).round()
    return np.sign(amount) * ((millionths + 5_000) // 10_000) / 100 + 0.0  # no minus zero


def _choose_salesperson(frame: pd.DataFrame) -> pd.Series:
    """In charge at as_of, else of the last order (the first of several by code point), else the customers table's."""
    chosen = pd.Series(None, index=frame.index, dtype="object")
    for name in (*CANDIDATES, "salesperson_id"):
        if name in frame:
            found = frame[name].map(min, na_action="ignore") if name == "order_salespeople" else frame[name]
            chosen = chosen.where(chosen.notna(), found)
    return chosen
