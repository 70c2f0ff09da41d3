"""Who is classified, and the months that their value is made of."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.phases import CRITERION_COLUMNS, Criterion
from portfolio_lab.analysis.periods import shift_months
from portfolio_lab.errors import AnalysisError


class MonthBlocks(pa.DataFrameModel):
    """One row per customer and month of the window with an order line; ``block`` counts months back from as_of.

    Every block ends on as_of's day of the month, so that the blocks of a customer add up to its window.
    """

    customer_id: Series[str]
    block: Series[np.int64] = pa.Field(ge=0)
    amount_cents: Series[np.int64]
    n_purchase_days: Series[np.int64] = pa.Field(ge=0)

    class Config:
        unique = ["customer_id", "block"]


@dataclass(frozen=True)
class Window:
    """The days from ``start`` to ``as_of``, both included, whose value is summed: so many months."""

    start: date
    as_of: date
    n_months: int


def select_population(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Return the snapshots of everybody with an order line up to as_of: those who are classified, in the same order."""
    return snapshots[snapshots["first_order_date"].notna()].reset_index(drop=True)


def compute_window(order_days: pd.DataFrame, *, as_of: date, window_months: int | None) -> Window:
    """Return the window that ends with as_of; without ``window_months`` enough months to reach the first order.

    Raises AnalysisError when there is no order day at all.
    """
    if order_days.empty:
        raise AnalysisError("there is no order up to as_of", remedy="take a later as_of", value=str(as_of))
    first = order_days["order_date"].min().date()
    n_months = window_months or 1
    while window_months is None and start_months_back(as_of, n_months) > first:
        n_months += 1
    return Window(start_months_back(as_of, n_months), as_of, n_months)


def start_months_back(as_of: date, months: int) -> date:
    """Return the first day of the window of so many months that ends with as_of, as the snapshots count them.

    From the last day of a month it is the first day of a month.
    """
    following = as_of + timedelta(days=1)
    if following.day == 1:
        return shift_months(following, -months)
    return shift_months(as_of, -months) + timedelta(days=1)


def build_month_blocks(order_days: pd.DataFrame, *, window: Window, criterion: Criterion = "amount") -> pd.DataFrame:
    """Return the criterion of each customer and month of the window (contract MonthBlocks).

    ``order_days`` has customer_id, order_date, amount or margin_amount (currency) and is_purchase_day.
    """
    column = CRITERION_COLUMNS[criterion]
    day = order_days["order_date"]
    inside = order_days[day.between(pd.Timestamp(window.start), pd.Timestamp(window.as_of))]
    starts = pd.DatetimeIndex([start_months_back(window.as_of, back) for back in range(1, window.n_months + 1)])
    # starts fall with the block's number: the first start that is not after a day is the start of its block
    block = (-starts.asi8).searchsorted(-inside["order_date"].astype(starts.dtype).to_numpy().view("i8"), side="left")
    keyed = inside.assign(block=block.astype(np.int64)).groupby(["customer_id", "block"], as_index=False)
    sums = keyed.agg(value=(column, "sum"), n_purchase_days=("is_purchase_day", "sum"))
    cents = np.round(sums.pop("value") * 100).astype(np.int64)
    return MonthBlocks.validate(sums.assign(amount_cents=cents).astype({"n_purchase_days": np.int64}))


def count_purchase_days(blocks: pd.DataFrame, customer_ids: pd.Series) -> np.ndarray:
    """Return the purchase days of each customer in the window, in the order of ``customer_ids``; none = 0."""
    counts = blocks.groupby("customer_id")["n_purchase_days"].sum()
    return counts.reindex(customer_ids, fill_value=0).to_numpy()
