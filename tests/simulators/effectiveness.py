"""Contacts and plans whose true effect is known: what the designs are asked to find again, or to refuse.

Each simulator takes a generator and returns what a company would see; columns that nobody sees end in ``_hidden``.
S1 confounded contacts, S2 contacts after a dip, S3 immortal time, S4 contacts that stop at the order, S5 plans carried
out in part, S6 time to the next order, S7 sixty cells, S8 two arms, S9 a hidden cause.
"""

import numpy as np
import pandas as pd

S1_ATE, S1_ATT = 0.06929, 0.05811
S1_COVARIATES = ("is_a", "is_b", "decline", "days_since", "claim", "satisfaction")
S2_LAGS, S2_MULTIPLIER = tuple(f"lag_{k}" for k in range(1, 8)), float(np.exp(0.15))
S3_TAU = 180.0
S4_RATE, S4_CONTACT_RATE, S4_DAYS = 0.007, 0.0465, 90.0
S5_CACE = 0.0931
S6_TAU, S6_RATIO = 90.0, 1.42


def sigmoid(value: np.ndarray) -> np.ndarray:
    """The logistic function."""
    return 1 / (1 + np.exp(-value))


def confounded_contacts(rng: np.random.Generator, *, n: int = 5000) -> pd.DataFrame:
    """S1: who declines is contacted more and orders less; the contact helps (S1_ATE, S1_ATT)."""
    abc = rng.choice(3, n, p=[0.2, 0.3, 0.5])
    is_a, is_b = (abc == 0) * 1.0, (abc == 1) * 1.0
    decline = rng.normal(size=n)
    days_since = 0.6 * decline + 0.5 * rng.normal(size=n)
    claim = rng.binomial(1, sigmoid(-1.5 + 0.6 * decline))
    satisfaction = rng.normal(-0.4 * claim, 1)
    bend = 0.35 * (decline**2 - 1)
    treated = rng.binomial(1, sigmoid(-0.9 + decline + 0.9 * is_a + 0.4 * is_b + 0.5 * claim + bend))
    without = -0.9 - 1.1 * decline - 0.6 * claim + 0.25 * satisfaction + 0.5 * is_a + 0.2 * is_b - bend
    without -= 0.3 * days_since
    gain = 0.35 + 0.25 * is_a - 0.15 * claim
    p_without, p_with = sigmoid(without), sigmoid(without + gain)
    return pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "is_treated": treated == 1,
            "outcome": rng.binomial(1, np.where(treated == 1, p_with, p_without)).astype(float),
            "is_a": is_a,
            "is_b": is_b,
            "decline": decline,
            "days_since": days_since,
            "claim": claim.astype(float),
            "satisfaction": satisfaction,
            "effect_hidden": p_with - p_without,
        }
    )


def contacts_after_a_dip(rng: np.random.Generator, *, n: int = 4000, multiplier: float = 1.0) -> pd.DataFrame:
    """S2: orders of eight quarters; in the eighth those whose last quarter fell below their own mean are contacted.

    lag_1 is the last quarter before the contact, lag_7 the first; the effect multiplies the rate of the eighth.
    """
    base_rate = rng.gamma(3.0, 1.0, n)
    health = np.zeros((n, 8))
    health[:, 0] = rng.normal(0, 0.5, n)
    for quarter in range(1, 8):
        health[:, quarter] = 0.5 * health[:, quarter - 1] + rng.normal(0, 0.5 * np.sqrt(0.75), n)
    rate = base_rate[:, None] * np.exp(health - 0.125)
    history = rng.poisson(rate[:, :7]).astype(float)
    mean, last = history[:, :6].mean(axis=1), history[:, 6]
    treated = rng.random(n) < sigmoid(-1.6 + 1.6 * (mean - last) / np.sqrt(mean + 1))
    outcome = rng.poisson(rate[:, 7] * np.where(treated, multiplier, 1.0)).astype(float)
    frame = pd.DataFrame(history[:, ::-1], columns=list(S2_LAGS))
    return frame.assign(
        customer_id=np.arange(n),
        is_treated=treated,
        outcome=outcome,
        effect_hidden=rate[:, 7] * (multiplier - 1.0),
    )


def immortal_contacts(rng: np.random.Generator, *, n: int = 1500, ratio: float = 1.0) -> pd.DataFrame:
    """S3: days to the next order; the contact comes at a day of its own, unless the order was earlier.

    One row per stretch before and after the contact (entry, duration, event_observed, is_contacted), and for each
    customer whether it was contacted at all before the order (is_ever).
    """
    x = rng.normal(size=n)
    rate = 0.010 * np.exp(-0.6 * x)
    contact = rng.exponential(70 * np.exp(-0.5 * x))
    need = rng.exponential(size=n) / rate
    order = np.where(need <= contact, need, contact + (need - contact) / ratio)
    stop, is_ever = np.minimum(order, S3_TAU), contact < np.minimum(order, S3_TAU)
    split = np.where(is_ever, contact, stop)
    customer = np.arange(n)
    before = pd.DataFrame({"customer_id": customer, "entry": 0.0, "duration": split, "is_contacted": 0.0})
    before["event_observed"] = ~is_ever & (order <= S3_TAU)
    after = pd.DataFrame({"customer_id": customer, "entry": split, "duration": stop, "is_contacted": 1.0})
    after["event_observed"] = order <= S3_TAU
    rows = pd.concat([before, after[is_ever]], ignore_index=True)
    return rows.assign(x=x[rows["customer_id"]], is_ever=is_ever[rows["customer_id"]].astype(float))


def contacts_until_the_order(rng: np.random.Generator, *, n: int = 20_000) -> tuple[pd.DataFrame, pd.DataFrame]:
    """S4: contacts come at one rate until the order, and do nothing.

    Returns customers (customer_id, order_day; inf = not within S4_DAYS) and contacts (customer_id, contact_day).
    """
    order = rng.exponential(1 / S4_RATE, n)
    order_day = np.where(order <= S4_DAYS, order, np.inf)
    n_contacts = rng.poisson(S4_CONTACT_RATE * np.minimum(order, S4_DAYS))
    customer = np.repeat(np.arange(n), n_contacts)
    day = rng.random(len(customer)) * np.minimum(order, S4_DAYS)[customer]
    customers = pd.DataFrame({"customer_id": np.arange(n), "order_day": order_day})
    return customers, pd.DataFrame({"customer_id": customer, "contact_day": day})


def half_executed_plan(rng: np.random.Generator, *, n: int = 6000) -> pd.DataFrame:
    """S5: a plan given out at random and carried out for 58 %, rather for those who would buy anyway."""
    health = rng.normal(size=n)
    is_planned = rng.random(n) < 0.5
    would = rng.random(n) < sigmoid(0.38 + 0.9 * health)
    executed = is_planned & would
    without = sigmoid(-1.1 + 0.45 * health)
    gain = np.minimum(0.0931 * np.ones(n), 1 - without)
    return pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "is_planned": is_planned,
            "is_executed": executed,
            "outcome": (rng.random(n) < without + gain * executed).astype(float),
        }
    )


def time_to_the_next_order(rng: np.random.Generator, *, n: int = 4000) -> pd.DataFrame:
    """S6: days to the next order, cut at the end of the data; the slow ones are contacted more, contacts speed up."""
    x, z = rng.normal(size=n), rng.normal(size=n)
    treated = rng.random(n) < sigmoid(-0.4 + 1.1 * x - 0.4 * z)
    rate = 0.02 * np.exp(-0.5 * x + 0.25 * z)
    order = rng.exponential(size=n) / (rate * np.where(treated, S6_RATIO, 1.0))
    known = rng.uniform(45, 400, n)
    return pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "is_treated": treated,
            "duration": np.minimum(order, known),
            "event_observed": order <= known,
            "x": x,
            "z": z,
            "effect_hidden": _mean_to(S6_TAU, rate * S6_RATIO) - _mean_to(S6_TAU, rate),
        }
    )


def _mean_to(limit: float, rate: np.ndarray) -> np.ndarray:
    return -np.expm1(-rate * limit) / rate


def sixty_cells(rng: np.random.Generator, *, base: float = 0.3) -> pd.DataFrame:
    """S7: three classes, five stages, four channels; six in ten cells have no effect, the others about 4 points."""
    true = np.where(rng.random(60) < 0.6, 0.0, rng.normal(0.04, 0.02, 60))
    n = rng.integers(40, 901, 60)
    with_it, without = rng.binomial(n, np.clip(base + true, 0, 1)) / n, rng.binomial(n, base, 60) / n
    error = np.sqrt(with_it * (1 - with_it) / n + without * (1 - without) / n)
    index = np.arange(60)
    return pd.DataFrame(
        {
            "abc_class": np.array(list("ABC"))[index // 20],
            "stage": np.array(["active", "pre_inactive", "inactivated", "inactive", "prospect"])[index // 4 % 5],
            "channel": np.array(["visit", "call", "email", "message"])[index % 4],
            "effect": with_it - without,
            "error": error,
            "n_treated": n,
            "n_control": n,
            "effect_hidden": true,
        }
    )


def two_arms(rng: np.random.Generator, *, n: int, effect: float, base: float = 0.12) -> tuple[int, int]:
    """S8: orders among n treated and n held out."""
    return int(rng.binomial(n, base + effect)), int(rng.binomial(n, base))


def hidden_cause(rng: np.random.Generator, *, n: int = 5000, strength: float = 1.0) -> pd.DataFrame:
    """S9: who is planned depends on something nobody wrote down, which also lowers orders and the control outcome."""
    x, u = rng.normal(size=n), rng.normal(size=n)
    is_planned = rng.random(n) < sigmoid(-0.3 + 0.8 * x + strength * u)
    treated = is_planned & (rng.random(n) < 0.7)
    outcome = rng.random(n) < sigmoid(-0.5 - 0.6 * x - 0.8 * u + 0.4 * treated)
    untouched = rng.random(n) < sigmoid(-1 - 0.3 * x - 0.5 * u)
    return pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "is_planned": is_planned,
            "is_treated": treated,
            "outcome": outcome.astype(float),
            "negative_control": untouched.astype(float),
            "x": x,
        }
    )


def rollout(
    rng: np.random.Generator, *, n: int = 300, n_periods: int = 6, starts: tuple[int, ...] = (3, 4, 5)
) -> pd.DataFrame:
    """A plan that starts by region: orders per unit and period; the effect is 0.4 at the start and grows by 0.1."""
    start, level = rng.choice([*starts, np.nan], n), rng.normal(size=n)
    rows = [
        (i, t, start[i], level[i] + 0.3 * t + 0.5 * rng.normal() + (0.4 + 0.1 * (t - start[i]) if t >= start[i] else 0))
        for i in range(n)
        for t in range(1, n_periods + 1)
    ]
    return pd.DataFrame(rows, columns=["unit", "period", "start", "orders"])


def threshold(rng: np.random.Generator, *, n: int = 3000, jump: float = 0.4) -> pd.DataFrame:
    """Customers on a score; from 0.5 on a plan applies and adds ``jump``."""
    score = rng.normal(size=n)
    outcome = 0.5 * score + 0.3 * score**2 + jump * (score >= 0.5) + 0.5 * rng.normal(size=n)
    return pd.DataFrame({"score": score, "outcome": outcome})


def count_dose(rows: pd.DataFrame, contacts: pd.DataFrame, *, landmark_days: float) -> pd.DataFrame:
    """Return the rows still without an order at the landmark, with ``dose``: contacts before it, 3 = three or more.

    ``rows``: customer_id, order_day (days from the start, infinite = none); ``contacts``: customer_id, contact_day.
    Contacts from the landmark on never count.
    """
    silent = rows[rows["order_day"] > landmark_days]
    early = contacts[contacts["contact_day"] < landmark_days].groupby("customer_id").size()
    dose = silent["customer_id"].map(early).fillna(0).astype(int).clip(upper=3)
    return silent.assign(dose=dose)
