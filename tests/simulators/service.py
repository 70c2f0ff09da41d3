"""A company whose claims lower the buying and whose late answers drive customers away, by numbers that are known."""

import numpy as np
import pandas as pd

START = pd.Timestamp("2023-01-01")
FIRST_CASE_DAY = 300


def served(
    rng: np.random.Generator,
    *,
    n: int,
    n_days: int = 1100,
    depression: float = 1.0,
    depressed_days: int = 90,
    late_ratio: float = 1.0,
    late_share: float = 0.3,
    hazard: float = 0.0004,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Timestamp]:
    """Return order_days, cases and as_of; a claim follows one order in twelve.

    For ``depressed_days`` after a claim a customer buys ``depression`` times as often; from 7 days after a case that
    was answered late it leaves ``late_ratio`` times as fast, for 180 days. Nobody leaves before the first cases.
    """
    rate = rng.gamma(4, 0.03 / 4, n).clip(0.01, 0.08)
    alive, low_until, late_until = np.ones(n, bool), np.full(n, -1), np.full(n, -1)
    bought, cases = [], []
    for day in range(n_days):
        if day > FIRST_CASE_DAY:
            alive &= rng.random(n) >= hazard * np.where(day <= late_until, late_ratio, 1.0)
        buys = np.flatnonzero(alive & (rng.random(n) < rate * np.where(day <= low_until, depression, 1.0)))
        bought.append(np.column_stack([buys, np.full(len(buys), day)]))
        claims = buys[rng.random(len(buys)) < 1 / 12] if day >= FIRST_CASE_DAY else buys[:0]
        waits = np.where(rng.random(len(claims)) < late_share, 12, 1)
        low_until[claims] = day + depressed_days
        slow = claims[waits > 7]
        late_until[slow] = day + 7 + 180
        cases.append(np.column_stack([claims, np.full(len(claims), day), waits]))
    return *_as_tables(np.concatenate(bought), np.concatenate(cases)), START + pd.Timedelta(days=n_days - 1)


def _as_tables(bought: np.ndarray, cases: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    days = pd.DataFrame({"customer_id": name(bought[:, 0]), "order_date": START + pd.to_timedelta(bought[:, 1], "D")})
    opened = START + pd.to_timedelta(cases[:, 1], "D")
    events = pd.DataFrame({"customer_id": name(cases[:, 0]), "opened_date": opened, "kind": "claim"})
    events["first_response_date"] = opened + pd.to_timedelta(cases[:, 2], "D")
    return days.assign(is_purchase_day=True, amount=100.0), events


def name(codes: np.ndarray) -> np.ndarray:
    """Return the id of each customer."""
    return np.char.add("k", np.char.zfill(codes.astype(str), 5)).astype(object)
