"""Customers whose true state is known: latent attrition (DGP-P) and own cycles with regular gaps (DGP-S)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("2023-01-01")


@dataclass(frozen=True)
class Truth:
    """Order days over the whole of observed time, and one row per customer with what nobody can see."""

    order_days: pd.DataFrame
    customers: pd.DataFrame


def simulate_latent_attrition(
    *, n: int, seed: int, shape: int = 1, r: float = 0.85, alpha: float = 1.45, a: float = 0.79, b: float = 2.42,
    n_weeks: float = 104.0,
) -> Truth:  # fmt: skip
    """DGP-P: rates lambda ~ Gamma(r, alpha) a week, gaps Erlang(shape), p ~ Beta(a, b) to leave after each purchase.

    The first purchase may also be the last one (as MBG has it). Gaps have the mean shape / lambda. All start on day 0;
    times are continuous weeks in ``customers`` and whole days, at most one purchase a day, in ``order_days``.
    """
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    now, alive = np.zeros(n), rng.random(n) > leave
    n_repeats, last = np.zeros(n, int), np.zeros(n)
    who, when = [np.arange(n)], [np.zeros(n)]
    running = alive.copy()
    while running.any():
        index = np.flatnonzero(running)
        now[index] += rng.gamma(shape, 1 / rate[index])
        index = index[now[index] <= n_weeks]
        running[:] = False
        n_repeats[index] += 1
        last[index] = now[index]
        who.append(index)
        when.append(now[index].copy())
        stays = rng.random(len(index)) > leave[index]
        alive[index] = stays
        running[index[stays]] = True
    customers = pd.DataFrame({"n_repeats": n_repeats, "last_weeks": last, "is_alive": alive, "rate": rate, "p": leave})
    return Truth(_as_order_days(np.concatenate(who), np.concatenate(when) * 7), customers)


def simulate_own_cycles(
    *, n: int, seed: int, shape: int = 1, median_cycle: float = 45.0, spread: float = 0.8, life: float = 700.0,
    last_day: int = 910, start_within: int = 700,
) -> Truth:  # fmt: skip
    """DGP-S: cycle ``median_cycle * exp(spread * z)``, gaps Gamma(shape) around it, lives exponential × lognormal.

    Starts are uniform on the first ``start_within`` days. ``customers`` has the cycle and the day of death.
    """
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, start_within, n)
    cycle = median_cycle * np.exp(spread * rng.standard_normal(n))
    death = start + rng.exponential(life * np.exp(0.7 * rng.standard_normal(n)))
    who, when, now, running = [np.arange(n)], [start.copy()], start.copy(), np.arange(n)
    while len(running):
        now[running] += rng.gamma(shape, cycle[running] / shape)
        running = running[now[running] < np.minimum(death[running], last_day + 1)]
        who.append(running)
        when.append(now[running].copy())
    customers = pd.DataFrame({"start_day": start, "cycle_days": cycle, "death_day": death})
    return Truth(_as_order_days(np.concatenate(who), np.concatenate(when)), customers)


def _as_order_days(who: np.ndarray, days: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame({"customer": who, "day": np.floor(days).astype(int)}).drop_duplicates()
    frame = frame.sort_values(["customer", "day"], ignore_index=True)
    return pd.DataFrame(
        {
            "customer_id": [f"{customer:06d}" for customer in frame["customer"]],
            "order_date": FIRST_DAY + pd.to_timedelta(frame["day"], unit="D"),
            "amount": 100.0,
            "is_purchase_day": True,
        }
    )
