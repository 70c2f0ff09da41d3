"""Fast counts of purchase days: how many fell into a window, and when the last one was."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SPAN = 1 << 20


@dataclass(frozen=True)
class PurchaseDays:
    """Every purchase day of every customer in one sorted array; days count from 1970."""

    customer_ids: pd.Index
    keys: np.ndarray

    def count(self, codes: np.ndarray, after: np.ndarray, until: np.ndarray) -> np.ndarray:
        """Return the purchase days of each customer in (after, until]; shape of ``codes``."""
        last = np.searchsorted(self.keys, codes * SPAN + until, "right")
        return np.maximum(last - np.searchsorted(self.keys, codes * SPAN + after, "right"), 0)

    def last_day(self, codes: np.ndarray, until: np.ndarray) -> np.ndarray:
        """Return the last purchase day up to and with ``until``; -1 without one. Shape of ``codes``."""
        found = np.searchsorted(self.keys, codes * SPAN + until, "right") - 1
        return np.where(self._owns(found, codes), self._key_at(found) % SPAN, -1)

    def next_day(self, codes: np.ndarray, since: np.ndarray) -> np.ndarray:
        """Return the first purchase day on or after ``since``; -1 without one. Shape of ``codes``."""
        found = np.searchsorted(self.keys, codes * SPAN + since, "left")
        return np.where(self._owns(found, codes), self._key_at(found) % SPAN, -1)

    def _owns(self, found: np.ndarray, codes: np.ndarray) -> np.ndarray:
        return (found >= 0) & (found < len(self.keys)) & (self._key_at(found) // SPAN == codes)

    def _key_at(self, found: np.ndarray) -> np.ndarray:
        # beside the array there is nobody: one key more, of no customer, stands for that
        return np.append(self.keys, -1)[np.clip(found, -1, len(self.keys))]


def build_purchase_days(order_days: pd.DataFrame, *, as_of: pd.Timestamp) -> PurchaseDays:
    """Return the purchase days up to as_of. ``order_days``: customer_id, order_date, is_purchase_day."""
    bought = order_days[order_days["is_purchase_day"] & (order_days["order_date"] <= pd.Timestamp(as_of))]
    ids = pd.Index(pd.unique(bought["customer_id"])).sort_values()
    keys = ids.get_indexer(bought["customer_id"]).astype(np.int64) * SPAN + day_numbers(bought["order_date"])
    return PurchaseDays(ids, np.unique(keys))


def build_event_days(events: pd.DataFrame, customer_ids: pd.Index) -> PurchaseDays:
    """Return other dated events of the same customers in the same shape; those of nobody else are left out.

    ``events``: customer_id, event_date. Several events of a customer on a day are one.
    """
    codes = customer_ids.get_indexer(events["customer_id"])
    keys = codes.astype(np.int64) * SPAN + day_numbers(events["event_date"])
    return PurchaseDays(customer_ids, np.unique(keys[codes >= 0]))


def day_numbers(dates: pd.Series) -> np.ndarray:
    """Return dates as whole days since 1970."""
    return pd.to_datetime(dates).to_numpy().astype("datetime64[D]").astype(np.int64)
