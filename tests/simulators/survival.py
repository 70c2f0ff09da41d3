"""Customers whose true survival is known: what the estimators are asked to find again.

Each simulator takes a generator and returns what a real data set would show; the truth is in the constants.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from portfolio_lab.policy import Policy

SHAPE, SCALE = 1.3, 400.0
BETA = np.array([0.5, -0.3, 0.2, 0.4, -0.25])
TERMS = ("x1", "x2", "x3", "x4", "x5")
LATE_LOG_RATIO = 0.7
RECURRENT_BETA = np.array([0.5, -0.3])
THETA = 180.0
EXPOSURE_BETA = 0.6
EXPOSURE_DAYS = 91.0
IMMORTAL_FALSE_BETA = -0.62


def weibull_times(rng: np.random.Generator, log_risk: np.ndarray) -> np.ndarray:
    """Days until the event, hazard (SHAPE / SCALE) (t / SCALE)^(SHAPE - 1) exp(log_risk)."""
    return SCALE * (rng.exponential(size=len(log_risk)) / np.exp(log_risk)) ** (1 / SHAPE)


def five_covariates(rng: np.random.Generator, n: int) -> np.ndarray:
    """Two flags and three numbers."""
    return np.column_stack([rng.integers(0, 2, (n, 2)), rng.normal(size=(n, 3))]).astype(float)


def ties(rng: np.random.Generator, *, n: int) -> pd.DataFrame:
    """DGP-T: Weibull lifetimes with five covariates, censored at random, in whole days (ties)."""
    X = five_covariates(rng, n)
    time, censored = weibull_times(rng, X @ BETA), rng.uniform(60, 1095, n)
    frame = pd.DataFrame(X, columns=list(TERMS))
    return frame.assign(
        duration=np.ceil(np.minimum(time, censored)),
        event_observed=time <= censored,
        entry=0.0,
        customer_id=np.arange(n),
    )


def exposures(rng: np.random.Generator, *, n: int) -> pd.DataFrame:
    """DGP-V: as DGP-T with x5 replaced by an exposure z drawn anew every 91 days; one row per stretch."""
    X = five_covariates(rng, n)
    n_stretches = 13
    z = (rng.random((n, n_stretches)) < 0.35).astype(float)
    time = _time_with_exposure(rng, X[:, :4] @ BETA[:4], z)
    censored = rng.uniform(60, 1095, n)
    stop = np.ceil(np.minimum(time, censored))
    start = np.tile(np.arange(n_stretches) * EXPOSURE_DAYS, (n, 1))
    inside = start < stop[:, None]
    row, stretch = np.nonzero(inside)
    end = np.minimum(start[row, stretch] + EXPOSURE_DAYS, stop[row])
    frame = pd.DataFrame(X[row][:, :4], columns=list(TERMS[:4]))
    return frame.assign(
        z=z[row, stretch],
        entry=start[row, stretch],
        duration=end,
        event_observed=(time <= censored)[row] & (end == stop[row]),
        customer_id=row,
    )


def _time_with_exposure(rng: np.random.Generator, log_risk: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Invert the cumulative hazard stretch by stretch; beyond the last stretch nobody is watched."""
    goal = rng.exponential(size=len(z)) / np.exp(log_risk)
    edges = np.arange(z.shape[1] + 1) * EXPOSURE_DAYS
    rise = np.diff((edges / SCALE) ** SHAPE) * np.exp(EXPOSURE_BETA * z)
    total = np.concatenate([np.zeros((len(z), 1)), np.cumsum(rise, axis=1)], axis=1)
    stretch = np.minimum((total[:, 1:] <= goal[:, None]).sum(axis=1), z.shape[1] - 1)
    row = np.arange(len(z))
    rest = (goal - total[row, stretch]) / np.exp(EXPOSURE_BETA * z[row, stretch])
    return SCALE * ((edges[stretch] / SCALE) ** SHAPE + rest) ** (1 / SHAPE)


def collapse_to_ever(episodes: pd.DataFrame) -> pd.DataFrame:
    """The immortal-time twin: one row per customer, with z replaced by "was ever exposed"."""
    return episodes.groupby("customer_id", as_index=False).agg(
        **{name: (name, "first") for name in TERMS[:4]},
        z=("z", "max"),
        entry=("entry", "min"),
        duration=("duration", "max"),
        event_observed=("event_observed", "max"),
    )


def late_entries(rng: np.random.Generator, *, n: int) -> pd.DataFrame:
    """DGP-L: the order history opens on day 0, but customers began up to 1,000 days before; watched to day 730."""
    x = rng.integers(0, 2, n).astype(float)
    start = rng.uniform(-1000, 365, n)
    time = weibull_times(rng, LATE_LOG_RATIO * x)
    stop = np.minimum(start + time, 730.0)
    frame = pd.DataFrame(
        {
            "x": x,
            "duration": np.ceil(stop - start),
            "entry": np.floor(np.maximum(-start, 0)),
            "event_observed": start + time <= 730.0,
            "start": start,
        }
    )
    return frame[stop > 0].reset_index(drop=True)


def late_entry_median() -> float:
    """The true median of DGP-L: half of the mixture of x = 0 and x = 1."""
    days = np.arange(1, 1000, 0.01)
    cumulative = (days / SCALE) ** SHAPE
    survival = (np.exp(-cumulative) + np.exp(-cumulative * np.exp(LATE_LOG_RATIO))) / 2
    return float(days[np.searchsorted(-survival, -0.5)])


def purchase_histories(rng: np.random.Generator, *, n: int, n_days: int = 1460) -> tuple[pd.DataFrame, np.ndarray]:
    """DGP-E: order days up to day ``n_days``, and each customer's true age at inactivation.

    Whole-day gaps, 1 + geometric with mean 35 days; a lifetime with mean 600 days after which nothing is bought.
    The truth needs no end of data: last purchase before the first gap longer than THETA, plus THETA.
    """
    start = rng.integers(0, n_days, n)
    lifetime = rng.exponential(600.0, n)
    gaps = rng.geometric(1 / 35, size=(n, 140)).astype(float)
    ages = np.concatenate([np.zeros((n, 1)), np.cumsum(gaps, axis=1)], axis=1)
    bought = ages <= lifetime[:, None]
    within = np.concatenate([np.zeros((n, 1)), gaps], axis=1) <= THETA
    last = np.where(np.cumprod(bought & within, axis=1, dtype=int) == 1, ages, 0.0).max(axis=1)
    row, order = np.nonzero(bought & (ages + start[:, None] <= n_days))
    origin = pd.Timestamp("2020-01-01")
    orders = pd.DataFrame(
        {
            "customer_id": np.char.add("c", row.astype(str)),
            "order_date": origin + pd.to_timedelta(start[row] + ages[row, order], unit="D"),
            "is_purchase_day": True,
        }
    )
    return orders, last + THETA


def competing(rng: np.random.Generator, *, n: int, rates: tuple[float, float]) -> pd.DataFrame:
    """DGP-C: two exponential causes, 1 and 2, censored at random; cause 0 = censored."""
    times = np.column_stack([rng.exponential(1 / rate, n) for rate in rates] + [rng.uniform(100, 2000, n)])
    return pd.DataFrame({"duration": times.min(axis=1), "cause": (times.argmin(axis=1) + 1) % 3, "entry": 0.0})


def competing_incidence(t: float, *, cause: int, rates: tuple[float, float]) -> float:
    """The true share that has left by cause by ``t`` in DGP-C."""
    return rates[cause - 1] / sum(rates) * -np.expm1(-sum(rates) * t)


def recurrent(rng: np.random.Generator, *, n: int = 600) -> pd.DataFrame:
    """DGP-R: repeated events at a customer's own rate (gamma frailty, variance 0.5); one row per stretch."""
    X = np.column_stack([rng.integers(0, 2, n), rng.normal(size=n)]).astype(float)
    rate = rng.gamma(2.0, 0.5, n) * np.exp(X @ RECURRENT_BETA) / 200
    end = rng.uniform(300, 900, n)
    n_events = rng.poisson(rate * end)
    customer = np.repeat(np.arange(n), n_events)
    events = pd.DataFrame({"customer_id": customer, "duration": rng.uniform(0, end[customer]), "event_observed": True})
    tails = pd.DataFrame({"customer_id": np.arange(n), "duration": end, "event_observed": False})
    rows = pd.concat([events, tails]).sort_values(["customer_id", "duration"], ignore_index=True)
    rows["entry"] = rows.groupby("customer_id")["duration"].shift(fill_value=0.0)
    return rows.assign(x1=X[rows["customer_id"], 0], x2=X[rows["customer_id"], 1])


def own_rhythms(rng: np.random.Generator, *, n: int, n_days: int = 1460) -> pd.DataFrame:
    """Order days of customers with cycles of their own (25 days × exp of a normal), regular gaps and an end.

    Gaps are gamma of shape 4 around the own cycle; interest ends after a time that is exponential with mean 700 days.
    """
    start, cycle = rng.integers(0, n_days, n), np.clip(25.0 * np.exp(rng.normal(size=n)), 4, 150)
    lifetime = np.minimum(rng.exponential(700.0, n), n_days - start)
    gaps = np.ceil(rng.gamma(4.0, cycle[:, None] / 4.0, size=(n, 400)))
    ages = np.concatenate([np.zeros((n, 1)), np.cumsum(gaps, axis=1)], axis=1)
    row, order = np.nonzero(ages <= lifetime[:, None])
    return pd.DataFrame(
        {
            "customer_id": np.char.add("c", row.astype(str)),
            "order_date": pd.Timestamp("2020-01-01") + pd.to_timedelta(start[row] + ages[row, order], unit="D"),
            "is_purchase_day": True,
        }
    )


def review_of(rng: np.random.Generator, *, n: int, with_tables: bool = True) -> SimpleNamespace:
    """A company of ``own_rhythms`` as a report sees it: measures on request, and tables where it brought them."""
    as_of = pd.Timestamp("2023-12-31")
    orders = own_rhythms(rng, n=n)
    people = pd.DataFrame({"salesperson_id": ["s0", "s1"], "name": ["Ana", "Ben"], "team": ["North", "South"]})
    first = orders.groupby("customer_id")["order_date"].min()
    place = pd.Series(np.arange(len(first)) % 2, index=first.index)
    contacts = orders.sample(frac=0.5, random_state=1)
    brought = {
        "customers": pd.DataFrame({"customer_id": first.index, "created_date": first.to_numpy()}),
        "salespeople": people,
        "assignments": pd.DataFrame(
            {
                "customer_id": np.repeat(first.index.to_numpy(), 2),
                "salesperson_id": np.tile(["s0", "s1"], len(first)),
                "start_date": np.column_stack([first, first + pd.Timedelta(days=200)]).ravel(),
            }
        ),
        "service_events": pd.DataFrame(
            {"customer_id": first.index[::3], "opened_date": first.to_numpy()[::3], "first_response_date": pd.NaT}
        ),
        "contacts": contacts.rename(columns={"order_date": "contact_date"})[["customer_id", "contact_date"]],
        "satisfaction": pd.DataFrame(
            {"customer_id": first.index, "survey_date": pd.Timestamp("2022-11-01"), "score": 4.0 + 3 * place.to_numpy()}
        ),
    }
    tables = brought if with_tables else {}

    def snapshots(day: object = None) -> pd.DataFrame:
        known = orders[orders["order_date"] <= pd.Timestamp(day or as_of)]
        frame = known.groupby("customer_id", as_index=False).agg(
            first_order_date=("order_date", "min"), last_order_date=("order_date", "max")
        )
        frame["amount"] = 100.0 * known.groupby("customer_id").size().to_numpy()
        frame["margin_amount"] = frame["amount"].where(frame.index % 10 > 0) * 0.3
        frame["segment"] = np.where(frame["customer_id"].map(place) == 1, "retail", "industry")
        frame["salesperson_id"] = np.where(frame["customer_id"].map(place) == 1, "s1", "s0")
        return frame.assign(name=frame["customer_id"], last_contact_date=pd.NaT, n_order_lines=1, n_orders=1)

    params = {"landmark_days": 365, "exposure_days": 90, "capacity": 20, "n_bootstrap": 20, "seed": 1}
    return SimpleNamespace(
        as_of=as_of.date(),
        has=lambda name: name == "orders" or name in tables,
        table=lambda name, day=None: tables[name],
        order_days=lambda: orders,
        snapshots=snapshots,
        policy=Policy(),
        params=SimpleNamespace(**params, groups=[], covariates=[], duration_unit="days"),
    )
