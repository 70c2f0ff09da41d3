"""Purchase histories: what was known of a customer's rhythm on each of its purchase days."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError

EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class Histories:
    """All purchase days, sorted by customer and day; arrays of equal length but for ``customer_ids``.

    ``customer``: position in ``customer_ids``; ``day``: days since 1970; ``first_row``: row of the customer's first
    purchase day; ``n_repeats``: purchase days before this one; ``age_days``: days since the first one;
    ``gap_days``: days since the one before (NaN on the first); ``gap_variation``: standard deviation / mean of the
    gaps so far (NaN below two gaps). Each value uses this row and earlier rows only.
    """

    customer_ids: pd.Index
    customer: np.ndarray
    day: np.ndarray
    first_row: np.ndarray
    n_repeats: np.ndarray
    age_days: np.ndarray
    gap_days: np.ndarray
    gap_variation: np.ndarray

    @property
    def mean_gap_days(self) -> np.ndarray:
        """Mean of the gaps so far in days; NaN on a customer's first purchase day."""
        return np.divide(self.age_days, self.n_repeats, out=np.full(len(self.day), np.nan), where=self.n_repeats > 0)

    @property
    def is_last(self) -> np.ndarray:
        """Whether the row is its customer's last purchase day."""
        return np.append(self.customer[1:] != self.customer[:-1], True) if len(self.day) else np.zeros(0, bool)


def build_histories(order_days: pd.DataFrame, *, as_of: pd.Timestamp | None = None) -> Histories:
    """Return the purchase history of every customer with a purchase up to ``as_of`` (default: all rows).

    ``order_days``: customer_id, order_date and, where there is one, is_purchase_day (other days are left out); days
    met twice count once. Raises AnalysisError for a missing column, customer or date.
    """
    days = _purchase_days(order_days, as_of=as_of)
    customer, ids = _number(days["customer_id"])
    day = days["order_date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((day, customer))
    customer, day = customer[order], day[order]
    fresh = np.ones(len(day), bool)
    fresh[1:] = (customer[1:] != customer[:-1]) | (day[1:] != day[:-1])
    return _describe(pd.Index(ids, name="customer_id"), customer[fresh], day[fresh])


def _number(customers: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """A number for each row's customer, and the customers in order; rows that stand together are looked up once."""
    values = customers.to_numpy()
    is_new = np.ones(len(values), bool)
    is_new[1:] = values[1:] != values[:-1]
    codes, ids = pd.factorize(values[is_new], sort=True)
    return codes[np.cumsum(is_new) - 1], pd.Index(ids)


def as_dates(days: np.ndarray) -> pd.DatetimeIndex:
    """Return days since 1970 as dates; NaN becomes an empty date."""
    known = np.isfinite(np.asarray(days, float))
    whole = np.where(known, days, 0).astype(np.int64)
    dates = (EPOCH + whole).astype("datetime64[ns]")
    return pd.DatetimeIndex(np.where(known, dates, np.datetime64("NaT")))


def as_day(date: object) -> int:
    """Return a date as days since 1970."""
    return int((np.datetime64(pd.Timestamp(date), "D") - EPOCH).astype(int))


def _purchase_days(order_days: pd.DataFrame, *, as_of: pd.Timestamp | None) -> pd.DataFrame:
    if missing := [name for name in ("customer_id", "order_date") if name not in order_days]:
        raise AnalysisError("order_days lacks a column", remedy="give customer_id and order_date", value=missing)
    if order_days[["customer_id", "order_date"]].isna().to_numpy().any():
        raise AnalysisError("order_days has rows without customer or date", remedy="leave them out at the border")
    wanted = np.ones(len(order_days), bool)
    if "is_purchase_day" in order_days:
        wanted &= order_days["is_purchase_day"].to_numpy(bool)
    if as_of is not None:
        wanted &= (order_days["order_date"] < pd.Timestamp(as_of).normalize() + pd.Timedelta(days=1)).to_numpy()
    return order_days.loc[wanted, ["customer_id", "order_date"]]


def _describe(ids: pd.Index, customer: np.ndarray, day: np.ndarray) -> Histories:
    rows = np.arange(len(day))
    starts = np.ones(len(day), bool)
    starts[1:] = customer[1:] != customer[:-1]
    first_row = np.maximum.accumulate(np.where(starts, rows, 0))
    gap = np.where(starts, np.nan, np.diff(day, prepend=0).astype(float))
    n_repeats, age = rows - first_row, (day - day[first_row]) if len(day) else day
    return Histories(ids, customer, day, first_row, n_repeats, age, gap, _variation(gap, first_row, n_repeats, age))


def _variation(gap: np.ndarray, first_row: np.ndarray, n: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Sample standard deviation over mean, from running sums: one pass whatever the number of customers."""
    squares = np.cumsum(np.nan_to_num(gap) ** 2)
    total = squares - squares[first_row] if len(gap) else squares
    out = np.full(len(gap), np.nan)
    some = n >= 2
    mean = age[some] / n[some]
    out[some] = np.sqrt(np.maximum(total[some] - n[some] * mean**2, 0) / (n[some] - 1)) / mean
    return out
