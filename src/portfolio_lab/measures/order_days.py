"""Order days: what each customer ordered on each day, the table that the other measures of orders build on."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.schema import OrderDays, conform

# Sums of money are exact and do not depend on the order of the rows; six decimals leave room for unit prices.
MONEY = "decimal(28, 6)"


def build_order_days(tables: Mapping[str, ir.Table], *, as_of: date) -> pd.DataFrame:
    """Return what each customer ordered on each day up to as_of; contract ``OrderDays``.

    One row per customer and day with an order line; money in currency units.
    """
    days = sum_order_days(cut_at(tables, as_of)["orders"])
    floats = days.mutate(amount=days.amount.cast("float64"), margin_amount=days.margin_amount.cast("float64"))
    return conform(fetch(floats), contract=OrderDays)


def sum_order_days(lines: ir.Table) -> ir.Table:
    """Return the order days of order lines as an expression; money still in decimals.

    One row per customer and day. ``margin_amount`` is null where the margin of a line is not known.
    """
    orders = sum_orders(lines)
    return orders.group_by("customer_id", "order_date").aggregate(
        amount=orders.amount.sum(),
        margin_amount=sum_if_complete(orders.margin_amount, of=orders),
        n_orders=orders.count(),
        n_lines=orders.n_lines.sum(),
        is_purchase_day=(orders.amount > 0).any(),
    )


def sum_if_complete(
    values: ir.NumericColumn, *, of: ir.Table, where: ir.BooleanValue | None = None
) -> ir.NumericScalar:
    """Return the sum of the rows ``of`` of a group as an expression, null if one value is null: a part is no sum."""
    is_complete = values.count(where=where) == of.count(where=where)
    return ibis.cases((is_complete, values.sum(where=where)))


def has_margin(lines: ir.Table) -> bool:
    """Tell whether the order lines say anything about margin."""
    return "margin_amount" in lines.columns or "cost_amount" in lines.columns


def sum_orders(lines: ir.Table) -> ir.Table:
    """Return the orders of order lines as an expression: amount, margin_amount, n_lines; money in decimals.

    One row per customer, day and order; lines of a day without an order_id are one order.
    """
    exact = lines.mutate(amount=lines.amount.cast(MONEY), margin_amount=_margin(lines))
    key = ["customer_id", "order_date", *(["order_id"] if "order_id" in lines.columns else [])]
    return exact.group_by(key).aggregate(
        amount=exact.amount.sum(), margin_amount=sum_if_complete(exact.margin_amount, of=exact), n_lines=exact.count()
    )


def _margin(lines: ir.Table) -> ir.DecimalValue:
    """The margin of a line: as given, else amount less cost, else null."""
    given = [lines.margin_amount.cast(MONEY)] if "margin_amount" in lines.columns else []
    if "cost_amount" in lines.columns:
        given.append(lines.amount.cast(MONEY) - lines.cost_amount.cast(MONEY))
    return ibis.coalesce(*given).cast(MONEY) if given else ibis.null(MONEY)
