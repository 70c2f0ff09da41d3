"""Order days: what each customer ordered on each day."""

from collections.abc import Mapping
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.orders import find_days
from portfolio_lab.measures.schema import OrderDays, conform


def build_order_days(tables: Mapping[str, ir.Table], *, as_of: date) -> pd.DataFrame:
    """Return what each customer ordered on each day up to as_of; contract ``OrderDays``.

    One row per customer and day with an order line; money in currency units.
    """
    days = find_days(cut_at(tables, as_of))
    floats = days.mutate(amount=days.amount.cast("float64"), margin_amount=days.margin_amount.cast("float64"))
    return conform(fetch(floats), contract=OrderDays)
