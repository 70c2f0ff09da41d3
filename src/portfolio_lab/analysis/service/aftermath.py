"""Buying after a case, against customers who at that time were just like it but had none.

A case often follows an order, so a customer who opens one has just bought: its own months before would be a false
measure. Each case is therefore compared with customers who on the same day had been silent for as long and had bought
as often in the year before (coarsened exact matching: Iacus, King and Porro, 2012).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.intervals import resample_ratio
from portfolio_lab.analysis.service.purchase_counts import (
    SPAN,
    PurchaseDays,
    build_event_days,
    build_purchase_days,
    day_numbers,
)

MONTH_DAYS = 30
BASE_DAYS = 365
QUIET_DAYS = 180
N_MONTHS = 6
MIN_CASES = 30
SILENT_EDGES = np.array([1, 4, 8, 15, 22, 31, 46, 61, 91, 121])
COUNT_STEP = 0.25
MAX_POOL_ROWS = 4_000_000


@dataclass(frozen=True)
class Aftermath:
    """What followed cases of one kind.

    ``months``: month, n_bought, n_expected, ratio, low, high (1 = as the customers compared with). ``n_depressed``: in
    how many months in a row from the first the whole interval lies below 1. ``n_unmatched``: cases like nobody else.
    """

    n_cases: int
    n_unmatched: int
    n_controls: float
    n_depressed: int
    months: pd.DataFrame

    @property
    def is_telling(self) -> bool:
        """Whether there are enough matched cases to say anything."""
        return self.n_cases >= MIN_CASES


def compare_aftermath(
    cases: pd.DataFrame,
    order_days: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    n_bootstrap: int = 500,
    seed: int = 1,
    n_months: int = N_MONTHS,
) -> Aftermath:
    """Return how much customers bought in each month after a case, as a ratio to like customers without one.

    Purchase days in months of 30 days. ``cases``: customer_id, opened_date of one kind; ``order_days``: customer_id,
    order_date, is_purchase_day. Only first cases after half a year without one, of customers with a year of history,
    and with all months over by as_of; those compared with had no such case in the half year before either. What
    happens later, another case or leaving, is left as it falls on both sides.
    """
    bought = build_purchase_days(order_days, as_of=pd.Timestamp(as_of))
    opened = cases.rename(columns={"opened_date": "event_date"})
    events = build_event_days(opened, bought.customer_ids)
    rows = _describe(*_usable(events, bought, as_of=_day(as_of), n_months=n_months), bought)
    pool = _build_pool(rows["day"].to_numpy(), bought, events, seed=seed)
    matched = _match(rows, pool, bought, n_months=n_months)
    if matched.empty:
        return Aftermath(0, len(rows), 0.0, 0, _empty_months())
    months = _compare(matched, n_months=n_months, n_bootstrap=n_bootstrap, seed=seed)
    n_controls = float(matched["n_controls"].mean())
    return Aftermath(len(matched), len(rows) - len(matched), n_controls, count_depressed(months), months)


def count_depressed(months: pd.DataFrame) -> int:
    """Return in how many months in a row, from the first, the upper limit of the ratio lies below 1."""
    return int((months["high"] < 1).cumprod().sum())


def _usable(events: PurchaseDays, bought: PurchaseDays, *, as_of: int, n_months: int) -> tuple[np.ndarray, np.ndarray]:
    """Customer codes and days of the cases that can be followed from a year before to n months after."""
    codes, days = events.keys // SPAN, events.keys % SPAN
    is_first = events.count(codes, days - QUIET_DAYS - 1, days - 1) == 0
    is_over = days + n_months * MONTH_DAYS <= as_of
    is_old = bought.next_day(codes, np.zeros(len(codes), np.int64)) <= days - BASE_DAYS
    keep = is_first & is_over & is_old & (bought.last_day(codes, days) >= 0)
    return codes[keep], days[keep]


def _describe(codes: np.ndarray, days: np.ndarray, bought: PurchaseDays) -> pd.DataFrame:
    """What a customer looked like on a day: silent for how long, and how often it had bought before its last order."""
    last = bought.last_day(codes, days)
    often = bought.count(codes, days - BASE_DAYS, last - 1)
    silent_band = np.digitize(days - last, SILENT_EDGES)
    count_band = np.round(np.log1p(often) / COUNT_STEP).astype(int)
    return pd.DataFrame({"code": codes, "day": days, "silent_band": silent_band, "count_band": count_band})


def _build_pool(days: np.ndarray, bought: PurchaseDays, events: PurchaseDays, *, seed: int) -> pd.DataFrame:
    """Customers with a year of history and no case in the half year before, described on every day that has a case."""
    dates, n = np.unique(days), len(bought.customer_ids)
    everybody = np.arange(n)
    most = max(MAX_POOL_ROWS // max(len(dates), 1), 1)
    if n > most:
        everybody = np.sort(np.random.default_rng(seed).choice(n, size=most, replace=False))
    codes, day = np.tile(everybody, len(dates)), np.repeat(dates, len(everybody))
    is_old = bought.next_day(codes, np.zeros(len(codes), np.int64)) <= day - BASE_DAYS
    keep = is_old & (bought.last_day(codes, day) >= 0) & (events.count(codes, day - QUIET_DAYS - 1, day) == 0)
    return _describe(codes[keep], day[keep], bought)


def _match(rows: pd.DataFrame, pool: pd.DataFrame, bought: PurchaseDays, *, n_months: int) -> pd.DataFrame:
    """Each case with its own purchases per month and the mean of those it is compared with; cases like nobody drop."""
    cell = ["day", "silent_band", "count_band"]
    wanted = pool.merge(rows[cell].drop_duplicates(), on=cell)
    names = [f"control_{m}" for m in range(n_months)]
    controls = wanted.join(_count_months(wanted, bought, n_months=n_months, prefix="control"))
    means = controls.groupby(cell)[names].mean().join(controls.groupby(cell).size().rename("n_controls"))
    return rows.join(_count_months(rows, bought, n_months=n_months, prefix="case")).merge(means.reset_index(), on=cell)


def _count_months(rows: pd.DataFrame, bought: PurchaseDays, *, n_months: int, prefix: str) -> pd.DataFrame:
    codes, days = rows["code"].to_numpy(), rows["day"].to_numpy()
    counts = {
        f"{prefix}_{m}": bought.count(codes, days + m * MONTH_DAYS, days + (m + 1) * MONTH_DAYS)
        for m in range(n_months)
    }
    return pd.DataFrame(counts, index=rows.index).astype(float)


def _compare(matched: pd.DataFrame, *, n_months: int, n_bootstrap: int, seed: int) -> pd.DataFrame:
    """Ratios of sums, with limits from drawing customers again, for a customer may have several cases."""
    own, others = ([f"{name}_{m}" for m in range(n_months)] for name in ("case", "control"))
    by_customer = matched.groupby("code")[own + others].sum()
    low, high = resample_ratio(by_customer[own], by_customer[others], n_bootstrap=n_bootstrap, seed=seed)
    bought, expected = by_customer[own].sum().to_numpy(), by_customer[others].sum().to_numpy()
    ratio = np.divide(bought, expected, out=np.full(n_months, np.nan), where=expected > 0)
    return pd.DataFrame(
        {
            "month": np.arange(1, n_months + 1),
            "n_bought": bought,
            "n_expected": expected,
            "ratio": ratio,
            "low": low,
            "high": high,
        }
    )


def _empty_months() -> pd.DataFrame:
    return pd.DataFrame(columns=["month", "n_bought", "n_expected", "ratio", "low", "high"], dtype=float)


def _day(as_of: pd.Timestamp) -> int:
    return int(day_numbers(pd.Series([pd.Timestamp(as_of)]))[0])
