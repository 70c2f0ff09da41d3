"""A small company with one randomised plan of known effect: orders, contacts and the list of the plan."""

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-01-02")
PLAN, HORIZON = "RT-1", 90


def company_with_hold_out(
    rng: np.random.Generator, *, n: int = 2000, base: float = 0.4, effect: float = 0.12, margin: float = 50.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the list of the plan (as ``plan_arms``, with class, stage and contacted) and the order days.

    Seven in ten are treated, nine in ten of those contacted; a contact raises the share of buyers by ``effect``. Every
    order is worth 200 and earns ``margin``; before the plan both groups buy alike.
    """
    ids = np.array([f"C{i:05d}" for i in range(n)])
    treated = rng.random(n) < 0.7
    contacted = treated & (rng.random(n) < 0.9)
    arms = pd.DataFrame(
        {
            "customer_id": ids,
            "plan_id": PLAN,
            "start_date": START,
            "arm": np.where(treated, "treated", "hold_out"),
            "probability": 0.7,
            "is_contacted": contacted,
            "abc_class": rng.choice(["B", "C"], n),
            "stage": rng.choice(["active", "pre_inactive"], n),
            "salesperson_id": rng.choice(["S1", "S2", "S3", "S4"], n),
        }
    )
    buys = rng.random(n) < base + effect * contacted
    bought_before = rng.random(n) < base
    days = [_orders(rng, ids[buys], START), _orders(rng, ids[bought_before], START - pd.Timedelta(days=HORIZON))]
    order_days = pd.concat(days, ignore_index=True).assign(
        amount=200.0, margin_amount=margin, n_orders=1, n_lines=1, is_purchase_day=True
    )
    return arms, order_days.sort_values(["customer_id", "order_date"], ignore_index=True)


def _orders(rng: np.random.Generator, ids: np.ndarray, start: pd.Timestamp) -> pd.DataFrame:
    """One order each within the 90 days from ``start``."""
    day = start + pd.to_timedelta(rng.integers(0, HORIZON, len(ids)), unit="D")
    return pd.DataFrame({"customer_id": ids, "order_date": day})
