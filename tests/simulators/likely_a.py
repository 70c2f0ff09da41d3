"""A company in which a known part of the smaller customers grows a known number of times within a year."""

import numpy as np
import pandas as pd


def simulate_growth(*, n_large=100, n_small=600, share_growing=0.15, factor=30.0, n_months=48, seed=1):
    """Return order days of a company with one order a month each, and the growth start (month) by customer_id.

    Large customers order 10,000 a month; small ones 400 with noise. A growing customer multiplies its orders by
    ``factor`` over six months from a month of its own; who grows enough will be in A a year later.
    """
    rng = np.random.default_rng(seed)
    n = n_large + n_small
    level = np.where(np.arange(n) < n_large, 10_000.0, 400.0 * np.exp(0.3 * rng.standard_normal(n)))
    grows = (np.arange(n) >= n_large) & (rng.random(n) < share_growing)
    start = np.where(grows, rng.integers(6, n_months, n), 10 * n_months)
    month = np.arange(n_months)
    ramp = np.clip((month[None, :] - start[:, None]) / 6, 0, 1)
    amount = level[:, None] * (1 + (factor - 1) * ramp) * np.exp(0.2 * rng.standard_normal((n, n_months)))
    ids = np.array([f"c{i:04d}" for i in range(n)])
    first = pd.Timestamp("2022-01-15")
    dates = pd.DatetimeIndex([first + pd.DateOffset(months=int(m)) for m in month])
    frame = pd.DataFrame(
        {
            "customer_id": np.repeat(ids, n_months),
            "order_date": np.tile(dates, n),
            "amount": amount.round(2).ravel(),
            "margin_amount": (amount * 0.3).round(2).ravel(),
            "is_purchase_day": True,
        }
    )
    return frame, pd.Series(start, index=ids)
