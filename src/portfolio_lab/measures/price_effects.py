"""Price effects: how much of the change of a customer's sales is price, product by product."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.orders import MONEY
from portfolio_lab.measures.schema import PriceEffects, conform


def build_price_effects(
    tables: Mapping[str, ir.Table], *, as_of: date, start: date, base_start: date, base_end: date
) -> pd.DataFrame:
    """Return each customer's sales from ``start`` to as_of and in [base_start, base_end); contract ``PriceEffects``.

    One row per customer with an order line in either; money in currency units. Price is today's quantity times the
    change of the average price of each product bought in both (Paasche weights); all products are one where lines name
    none. What is left of a change is volume: more, less, or other products.
    """
    lines = cut_at(tables, as_of)["orders"]
    day = lines.order_date
    dated = lines.mutate(
        is_now=day >= ibis.literal(start), is_base=(day >= ibis.literal(base_start)) & (day < ibis.literal(base_end))
    )
    products = _derive_price(_sum_products(dated.filter(dated.is_now | dated.is_base)))
    customers = products.group_by("customer_id").aggregate(
        amount=products.amount.sum().cast("float64"),
        base_amount=products.base_amount.sum().cast("float64"),
        compared_amount=products.amount.sum(where=products.is_compared).coalesce(0).cast("float64"),
        price_amount=products.price_amount.sum().cast("float64"),
    )
    return conform(fetch(customers), contract=PriceEffects)


def _sum_products(lines: ir.Table) -> ir.Table:
    """Amount and quantity in both periods. One row per customer and product; a line without a product stands apart."""
    has_products = "product_id" in lines.columns
    quantity = lines.quantity if "quantity" in lines.columns else ibis.null("float64")
    exact = lines.mutate(
        amount=lines.amount.cast(MONEY),
        quantity=quantity.cast(MONEY),
        is_named=lines.product_id.notnull() if has_products else ibis.literal(True),
    )
    key = ["customer_id", "is_named", *(["product_id"] if has_products else [])]
    sums = {
        f"{prefix}{name}": exact[name].sum(where=where).coalesce(0).cast(MONEY)
        for prefix, where in (("", exact.is_now), ("base_", exact.is_base))
        for name in ("amount", "quantity")
    }
    return exact.group_by(key).aggregate(**sums)


def _derive_price(products: ir.Table) -> ir.Table:
    """Whether a product was bought in both periods, and what its price has added; empty for the others."""
    columns = ("amount", "quantity", "base_amount", "base_quantity")
    amount, quantity, base_amount, base_quantity = (products[name].cast("float64") for name in columns)
    is_compared = products.is_named & (amount > 0) & (quantity > 0) & (base_amount > 0) & (base_quantity > 0)
    # an own case for the divisor: an engine may compute both sides of a case before it chooses
    divisor = ibis.ifelse(base_quantity > 0, base_quantity, ibis.literal(1.0))
    price = (amount - quantity * base_amount / divisor).round(4).cast(MONEY)
    return products.mutate(is_compared=is_compared, price_amount=ibis.cases((is_compared, price)))
