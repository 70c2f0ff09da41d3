"""Customers whose room for more, start and way from lead to first order are known beforehand."""

import numpy as np
import pandas as pd
from scipy import stats

from portfolio_lab.analysis.growth.headroom import derive_level

AS_OF = pd.Timestamp("2026-06-30")
MEDIANS = {("industry", "quarterly"): 1_000.0, ("retail", "quarterly"): 4_000.0}
SPREAD = 0.6


def alike(rng: np.random.Generator, *, n: int) -> pd.DataFrame:
    """Return ``n`` customers of each of two groups whose yearly amounts are lognormal with known medians."""
    parts = []
    for (segment, rhythm), median in MEDIANS.items():
        amount = median * np.exp(SPREAD * rng.standard_normal(n))
        parts.append(pd.DataFrame({"segment": segment, "rhythm": rhythm, "amount": amount.round(2)}))
    frame = pd.concat(parts, ignore_index=True)
    ids = [f"k{i:05d}" for i in range(len(frame))]
    return frame.assign(customer_id=ids, region="north", tenure_days=800.0, potential_amount=np.nan)


def better_quarter(segment: str) -> float:
    """Return the true 75th percentile of a group of ``alike``."""
    return float(MEDIANS[(segment, "quarterly")] * np.exp(SPREAD * stats.norm.ppf(0.75)))


def sized(rng: np.random.Generator, *, n: int) -> pd.DataFrame:
    """Return ``n`` customers without attributes: two years of buying, each lognormal around a size of their own."""
    size = 300.0 * np.exp(1.5 * rng.standard_normal(n))
    before, amount = (size * np.exp(0.3 * rng.standard_normal(n)) for _ in range(2))
    frame = pd.DataFrame({"customer_id": [f"k{i:06d}" for i in range(n)], "before": before, "amount": amount.round(2)})
    frame = frame.assign(tenure_days=800.0, rhythm="quarterly")
    return frame.join(derive_level(frame["before"], frame["tenure_days"]))


def newcomers(rng: np.random.Generator, *, n: int, ratio: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return order_days and snapshots of customers that began over three years; the new buy ``ratio`` times as much."""
    first = AS_OF - pd.to_timedelta(rng.integers(1, 3 * 365, n), "D")
    is_new = first > AS_OF - pd.DateOffset(months=12)
    rows = []
    for i in range(n):
        days = np.append(0, np.cumsum(rng.integers(10, 50, 40)))
        dates = first[i] + pd.to_timedelta(days, "D")
        amounts = rng.gamma(2, 100, len(days)) * (ratio if is_new[i] else 1.0)
        rows.append(pd.DataFrame({"customer_id": f"k{i:05d}", "order_date": dates, "amount": amounts}))
    orders = pd.concat(rows, ignore_index=True)
    orders = orders[orders["order_date"] <= AS_OF].assign(is_purchase_day=True)
    people = orders.groupby("customer_id")["order_date"].min().rename("first_purchase_date").reset_index()
    return orders, people.assign(created_date=people["first_purchase_date"])


def sourced(rng: np.random.Generator, *, n: int, per_day: dict[str, float], winnable: float = 0.7) -> pd.DataFrame:
    """Return snapshots of leads that buy at a known rate a day by source, if they can be won at all."""
    source = rng.choice(list(per_day), n)
    created = AS_OF - pd.to_timedelta(rng.integers(1, 900, n), "D")
    wait = np.ceil(rng.exponential(1 / np.vectorize(per_day.get)(source)))
    wait = np.where(rng.random(n) < winnable, wait, 1e6)
    first = pd.Series(created + pd.to_timedelta(np.minimum(wait, 5000), "D"))
    return pd.DataFrame(
        {
            "customer_id": [f"k{i:05d}" for i in range(n)],
            "created_date": created,
            "first_purchase_date": first.where(first <= AS_OF),
            "closed_date": pd.NaT,
            "lead_source": source,
            "referred_by": np.where(source == "referral", "k00000", None),
            "acquisition_cost_amount": np.where(source == "referral", 100.0, 400.0),
        }
    )
