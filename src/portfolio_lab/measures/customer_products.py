"""Customer products: which products each customer buys, and on how many days."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.schema import CustomerProducts, conform


def build_customer_products(tables: Mapping[str, ir.Table], *, as_of: date, start: date) -> pd.DataFrame:
    """Return on how many days each customer bought each product from ``start`` to as_of; contract ``CustomerProducts``.

    One row per customer and product with a line of positive amount; without products in the orders there is none.
    """
    lines = cut_at(tables, as_of)["orders"]
    if "product_id" not in lines.columns:
        return conform(pd.DataFrame({"customer_id": [], "product_id": []}, dtype=object), contract=CustomerProducts)
    bought = lines.filter(lines.order_date >= ibis.literal(start), lines.amount > 0, lines.product_id.notnull())
    counts = bought.group_by("customer_id", "product_id").aggregate(n_purchase_days=bought.order_date.nunique())
    return conform(fetch(counts), contract=CustomerProducts)
