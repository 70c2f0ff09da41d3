"""Customer months: what each customer bought in each month, with zeros where it bought nothing."""

from collections.abc import Mapping
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.codes import encode_texts
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.orders import find_days, has_margin, sum_if_complete
from portfolio_lab.measures.schema import CustomerMonths, conform


def build_customer_months(tables: Mapping[str, ir.Table], *, as_of: date) -> pd.DataFrame:
    """Return each customer's months from its first order line to as_of, none missing; contract ``CustomerMonths``.

    One row per customer and calendar month; money in currency units; the month of as_of ends at as_of.
    """
    cut = cut_at(tables, as_of)
    months = fetch(_sum_months(find_days(cut)))
    idle = {"amount": 0.0, "margin_amount": 0.0 if has_margin(cut["orders"]) else np.nan, "n_purchase_days": 0}
    last = (as_of.year - 1970) * 12 + as_of.month - 1
    return conform(_complete(months, last=last, idle=idle), contract=CustomerMonths)


def _sum_months(days: ir.Table) -> ir.Table:
    """One row per customer and month with an order line, as an expression; months are counted from January 1970."""
    day = days.order_date
    # the number of a month is found and compared faster than its first day
    dated = days.mutate(month=((day.year() - 1970) * 12 + day.month() - 1).cast("int32"))
    months = dated.group_by("customer_id", "month").aggregate(
        amount=dated.amount.sum(),
        margin_amount=sum_if_complete(dated.margin_amount, of=dated),
        n_purchase_days=dated.is_purchase_day.sum(),
    )
    return months.mutate(amount=months.amount.cast("float64"), margin_amount=months.margin_amount.cast("float64"))


def _complete(months: pd.DataFrame, *, last: int, idle: dict[str, float]) -> pd.DataFrame:
    """Lay customer months into a calendar from each customer's first month to the last, idle months filled."""
    codes, customers = encode_texts(months["customer_id"])
    number = months["month"].to_numpy(dtype="int64")
    first = np.full(len(customers), last, dtype="int64")
    np.minimum.at(first, codes, number)
    n_months = last - first + 1
    start = n_months.cumsum() - n_months  # where each customer's months begin
    everyone = np.repeat(np.arange(len(customers)), n_months)
    oldest = first.min(initial=last)
    calendar = np.arange(oldest, last + 1).astype("datetime64[M]").astype("datetime64[ns]")
    columns = {
        "customer_id": pd.Categorical.from_codes(everyone, categories=customers),
        "month": calendar[np.arange(len(everyone)) + np.repeat(first - start - oldest, n_months)],
    }
    for name, nothing in idle.items():
        columns[name] = np.full(len(everyone), nothing)
        columns[name][start[codes] + number - first[codes]] = months[name]
    return pd.DataFrame(columns, copy=False)
