"""Purchase histories: how often, until when and for how long each customer could have bought."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError

KEYS = ["n_repeats", "last_repeat_days", "tenure_days"]


class PurchaseHistories(pa.DataFrameModel):
    """One row per customer with at least one purchase day; days from the first purchase day (any one unit will do).

    ``n_repeats``: purchase days after the first; ``last_repeat_days``: first to last purchase day;
    ``tenure_days``: first purchase day to as_of. Further columns are kept.
    """

    n_repeats: Series[float] = pa.Field(ge=0, coerce=True)
    last_repeat_days: Series[float] = pa.Field(ge=0, coerce=True)
    tenure_days: Series[float] = pa.Field(ge=0, coerce=True)


@dataclass(frozen=True)
class DistinctHistories:
    """The distinct histories with the number of customers of each; ``inverse`` leads from customer to history."""

    n_repeats: np.ndarray
    last_repeat: np.ndarray
    tenure: np.ndarray
    counts: np.ndarray
    inverse: np.ndarray

    @property
    def n_customers(self) -> float:
        """Number of customers behind the distinct histories."""
        return float(self.counts.sum())


def build_histories(order_days: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return the purchase history of every customer with a purchase day up to as_of.

    Grain: customer_id. Days. ``order_days`` needs customer_id, order_date, is_purchase_day, one row per day.
    """
    bought = order_days[order_days["is_purchase_day"] & (order_days["order_date"] <= pd.Timestamp(as_of))]
    days = bought.groupby("customer_id", sort=True)["order_date"].agg(["min", "max", "size"])
    return pd.DataFrame(
        {
            "customer_id": days.index.to_numpy(),
            "n_repeats": days["size"].to_numpy(float) - 1,
            "last_repeat_days": (days["max"] - days["min"]).dt.days.to_numpy(float),
            "tenure_days": (pd.Timestamp(as_of) - days["min"]).dt.days.to_numpy(float),
        }
    )


def derive_histories(snapshots: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return the purchase histories that a snapshot of the customers holds; customers without a purchase are left out.

    Grain: customer_id. Days. Needs customer_id, first_purchase_date, last_purchase_date, n_purchase_days.
    """
    bought = snapshots[snapshots["n_purchase_days"].fillna(0) > 0]
    first, last = bought["first_purchase_date"], bought["last_purchase_date"]
    return pd.DataFrame(
        {
            "customer_id": bought["customer_id"].to_numpy(),
            "n_repeats": bought["n_purchase_days"].to_numpy(float) - 1,
            "last_repeat_days": (last - first).dt.days.to_numpy(float),
            "tenure_days": (pd.Timestamp(as_of) - first).dt.days.to_numpy(float),
        }
    )


def assert_histories(histories: pd.DataFrame) -> None:
    """Refuse histories that cannot have happened.

    Raises AnalysisError naming the first bad row: empty, not finite, negative, a repeat after as_of, a fractional
    number of repeats, repeats without time between them, time between purchases without a repeat.
    """
    missing = [key for key in KEYS if key not in histories]
    if missing or histories.empty:
        raise AnalysisError(
            "there are no purchase histories to read" if histories.empty else f"columns {missing} are missing",
            remedy="give one row per customer with n_repeats, last_repeat_days, tenure_days",
        )
    x, last, tenure = (histories[key].to_numpy(float) for key in KEYS)
    _refuse(~np.isfinite(x + last + tenure), histories, "a purchase history holds an empty or infinite value")
    _refuse(
        (x < 0) | (last < 0) | (x % 1 != 0), histories, "a purchase history is negative or counts part of a purchase"
    )
    _refuse(last > tenure, histories, "the last purchase lies after as_of")
    _refuse((x == 0) & (last > 0), histories, "there is time between purchases but no repeat purchase")
    _refuse((x > 0) & (last == 0), histories, "there are repeat purchases but no time between them")


def _refuse(bad: np.ndarray, histories: pd.DataFrame, problem: str) -> None:
    if bad.any():
        row = int(np.argmax(bad))
        raise AnalysisError(
            f"{problem} in row {row}",
            remedy="count purchase days (several orders on a day are one purchase) and measure from the first one",
            value=dict(zip(KEYS, histories[KEYS].iloc[row].to_numpy(float).tolist(), strict=True)),
        )


def distinct_histories(histories: pd.DataFrame) -> DistinctHistories:
    """Return the distinct histories with the number of customers of each. Raises AnalysisError for bad histories."""
    assert_histories(histories)
    columns = [histories[key].to_numpy(float) for key in KEYS]
    codes, sizes = zip(*(_codes(column) for column in columns), strict=True)
    packed = (codes[0].astype(np.int64) * sizes[1] + codes[1]) * sizes[2] + codes[2]
    first, inverse, counts = _first_of_each(packed)
    x, last, tenure = (column[first] for column in columns)
    return DistinctHistories(x, last, tenure, counts.astype(float), inverse)


def _codes(column: np.ndarray) -> tuple[np.ndarray, int]:
    codes, distinct = pd.factorize(column)
    return codes, len(distinct)


def _first_of_each(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    inverse, distinct = pd.factorize(keys)
    first = np.empty(len(distinct), dtype=np.int64)
    first[inverse[::-1]] = np.arange(len(keys))[::-1]
    return first, inverse, np.bincount(inverse)


def on_distinct(histories: pd.DataFrame, compute: Callable[[DistinctHistories], np.ndarray], name: str) -> pd.Series:
    """Return compute(distinct histories) for every row of the histories, as a series of that name."""
    distinct = distinct_histories(histories)
    return pd.Series(compute(distinct)[distinct.inverse], index=histories.index, name=name)
