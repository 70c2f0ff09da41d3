"""Customer months: what each customer bought in each month, with zeros where it bought nothing."""

from collections.abc import Mapping
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.order_days import has_margin, sum_if_complete, sum_order_days
from portfolio_lab.measures.schema import CustomerMonths, conform


def build_customer_months(tables: Mapping[str, ir.Table], *, as_of: date) -> pd.DataFrame:
    """Return each customer's months from its first order line to as_of, none missing; contract ``CustomerMonths``.

    One row per customer and calendar month; money in currency units; the month of as_of ends at as_of.
    """
    lines = cut_at(tables, as_of)["orders"]
    months = conform(_sum_months(sum_order_days(lines)).to_pandas(), contract=CustomerMonths)
    calendar = _calendar(months, last=pd.Timestamp(as_of).to_period("M"))
    complete = calendar.merge(months, on=["customer_id", "month"], how="left")
    nothing = {"amount": 0.0, "margin_amount": 0.0 if has_margin(lines) else np.nan, "n_purchase_days": 0}
    idle = complete["amount"].isna()
    return conform(complete.assign(**{name: complete[name].mask(idle, zero) for name, zero in nothing.items()}),
                   contract=CustomerMonths)  # fmt: skip


def _sum_months(days: ir.Table) -> ir.Table:
    """One row per customer and month with an order line, as an expression."""
    dated = days.mutate(month=days.order_date.truncate("M"))
    months = dated.group_by("customer_id", "month").aggregate(
        amount=dated.amount.sum(),
        margin_amount=sum_if_complete(dated.margin_amount),
        n_purchase_days=dated.is_purchase_day.sum(),
    )
    return months.mutate(amount=months.amount.cast("float64"), margin_amount=months.margin_amount.cast("float64"))


def _calendar(months: pd.DataFrame, *, last: pd.Period) -> pd.DataFrame:
    """One row per customer and month, from each customer's first month to the last."""
    first = months.groupby("customer_id", sort=False)["month"].min().dt.to_period("M")
    start = first.array.asi8
    n_months = last.ordinal - start + 1
    steps = np.arange(n_months.sum()) - np.repeat(n_months.cumsum() - n_months, n_months)
    month = pd.PeriodIndex.from_ordinals(np.repeat(start, n_months) + steps, freq="M").to_timestamp()
    return pd.DataFrame({"customer_id": np.repeat(first.index.to_numpy(), n_months), "month": month})
