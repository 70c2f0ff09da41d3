"""Orders and order days as sums of lines: what is an order, what it came to, who is named in it, what is a purchase."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from portfolio_lab.data.load import ORDER_DAYS, ORDER_SHARES

# Sums of money are exact and do not depend on the order of the rows; six decimals leave room for unit prices.
MONEY = "decimal(28, 6)"
# Engines make something wider of a sum of counts.
COUNT = "int64"


def find_days(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return the order days as an expression, as ``sum_days`` does; the kept ones where they are there."""
    return tables[ORDER_DAYS] if ORDER_DAYS in tables else sum_days(find_orders(tables))


def find_orders(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return the orders as an expression, as ``sum_orders`` does; from the shares where they are there."""
    if ORDER_SHARES not in tables:
        return sum_orders(tables["orders"])
    shares = tables[ORDER_SHARES]
    if "salesperson_id" not in shares.columns:
        return shares
    sums = {"amount", "margin_amount", "n_lines", "salesperson_id"}
    return shares.group_by([name for name in shares.columns if name not in sums]).aggregate(
        amount=shares.amount.sum(),
        margin_amount=sum_if_complete(shares.margin_amount, of=shares),
        n_lines=shares.n_lines.sum().cast(COUNT),
    )


def find_named_orders(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return a table that has each customer, day, order_id and salesperson_id of the lines at least once."""
    return tables[ORDER_SHARES if ORDER_SHARES in tables else "orders"]


def sum_days(orders: ir.Table) -> ir.Table:
    """Return the order days of orders (``sum_orders``) as an expression; money still in decimals.

    One row per customer and day. ``margin_amount`` is null where the margin of a line is not known.
    """
    return orders.group_by("customer_id", "order_date").aggregate(
        amount=orders.amount.sum(),
        margin_amount=sum_if_complete(orders.margin_amount, of=orders),
        n_orders=orders.count(),
        n_lines=orders.n_lines.sum().cast(COUNT),
        is_purchase_day=(orders.amount > 0).any(),
    )


def sum_orders(lines: ir.Table) -> ir.Table:
    """Return the orders of order lines as an expression: amount, margin_amount, n_lines; money in decimals.

    One row per customer, day and order; lines of a day without an order_id are one order.
    """
    return sum_lines(lines, by=())


def sum_order_shares(lines: ir.Table) -> ir.Table:
    """Return the order shares of order lines as an expression, with the columns of ``sum_orders``.

    One row per customer, day, order and salesperson, as far as the lines name them.
    """
    return sum_lines(lines, by=("salesperson_id",))


def sum_lines(lines: ir.Table, *, by: tuple[str, ...]) -> ir.Table:
    """Return the sums of ``sum_orders`` for each order and each value of the columns ``by`` that the lines have."""
    exact = lines.mutate(amount=lines.amount.cast(MONEY), margin_amount=_margin(lines))
    key = ["customer_id", "order_date", *(name for name in ("order_id", *by) if name in lines.columns)]
    return exact.group_by(key).aggregate(
        amount=exact.amount.sum(), margin_amount=sum_if_complete(exact.margin_amount, of=exact), n_lines=exact.count()
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


def _margin(lines: ir.Table) -> ir.DecimalValue:
    """The margin of a line: as given, else amount less cost, else null."""
    given = [lines.margin_amount.cast(MONEY)] if "margin_amount" in lines.columns else []
    if "cost_amount" in lines.columns:
        given.append(lines.amount.cast(MONEY) - lines.cost_amount.cast(MONEY))
    return ibis.coalesce(*given).cast(MONEY) if given else ibis.null(MONEY)
