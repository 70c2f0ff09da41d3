"""Customers with known truth: geometric lives handed about at random, and buyers who silently leave."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel
from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.policy import Policy

BUYERS = (1.2, 40.0, 0.6, 3.0)


def true_basis() -> ValueBasis:
    """The basis that values buyers drawn with the parameters BUYERS (MBG/NBD) as they are: 10 % a year, five years."""
    return ValueBasis(
        model=declare_purchase_model("mbg_nbd", **dict(zip(("r", "alpha", "a", "b"), BUYERS, strict=True))),
        spend=SpendModel(4.0, 5.0, 160.0),
        discount_rate=0.10,
        horizon_months=60,
        timing_case=2,
    )


def simulate_geometric_positions(
    *,
    n_portfolios: int,
    n_customers: int,
    n_years: int,
    retention: float = 0.8,
    margin: float = 300.0,
    discount_rate: float = 0.10,
    transfer_share: float = 0.1,
    seed: int = 0,
) -> pd.DataFrame:
    """Positions of customers that stay each year with a constant chance and then pay a constant margin.

    Each is worth margin·retention/(1 + discount - retention) while it stays, 0 after. As many new ones as were lost on
    average come each year; a share of the living is handed to random portfolios each year, at the value of that day.
    """
    rng = np.random.default_rng(seed)
    value = margin * retention / (1 + discount_rate - retention)
    n_new = round(n_customers * (1 - retention)) * n_portfolios
    born = np.concatenate([np.zeros(n_portfolios * n_customers, int), np.repeat(np.arange(1, n_years + 1), n_new)])
    owner = rng.integers(0, n_portfolios, len(born))
    lives = born + rng.geometric(1 - retention, len(born)) - 1
    frames = []
    for year in range(n_years + 1):
        known = born <= year
        alive = lives >= year
        before = owner.copy()
        moved = alive & (born < year) & (rng.random(len(born)) < transfer_share)
        owner = np.where(moved, rng.integers(0, n_portfolios, len(born)), owner)
        new = (born == year) & (year > 0)
        frames.append(
            pd.DataFrame(
                {
                    "valuation_date": pd.Timestamp(2001 + year, 1, 1),
                    "customer_id": np.flatnonzero(known).astype(str),
                    "value_amount": np.where(alive, value, 0.0)[known],
                    "margin_amount": np.where(alive & (born < year), margin, 0.0)[known],
                    "portfolio_before": np.where(new, None, before.astype(object))[known],
                    "portfolio_after": owner.astype(object)[known],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def simulate_latent_attrition(
    *,
    family: str,
    parameters: tuple[float, float, float, float],
    n_customers: int,
    tenure: float = 52.0,
    holdout: float = 26.0,
    shape: int = 1,
    seed: int = 0,
) -> pd.DataFrame:
    """Purchase histories with the truth beside them: is_alive at the end of the tenure, n_later in the hold-out.

    Family bg_nbd, mbg_nbd (leave after a purchase, chance ~ Beta) or pareto_nbd (lifetime exponential, rate ~ Gamma).
    ``shape``: Erlang shape of the gaps (1 = random timing). Tenures are uniform in [tenure / 2, tenure].
    """
    rng = np.random.default_rng(seed)
    r, alpha, third, fourth = parameters
    age = rng.uniform(tenure / 2, tenure, n_customers)
    rate = rng.gamma(r, 1 / alpha, n_customers)
    if family == "pareto_nbd":
        end = rng.exponential(1.0, n_customers) / np.maximum(rng.gamma(third, 1 / fourth, n_customers), 1e-300)
        leave = np.zeros(n_customers)
    else:
        end = np.full(n_customers, np.inf)
        leave = rng.beta(third, fourth, n_customers)
    if family == "mbg_nbd":
        end = np.where(rng.random(n_customers) < leave, 0.0, end)
    return _run(rng, rate=rate, leave=leave, end=end, age=age, holdout=holdout, shape=shape)


def _run(rng, *, rate, leave, end, age, holdout, shape):
    clock = np.zeros(len(age))
    repeats, last, later = np.zeros(len(age)), np.zeros(len(age)), np.zeros(len(age))
    going = np.ones(len(age), bool)
    while going.any():
        gap = rng.gamma(shape, 1 / np.maximum(rate, 1e-12))
        clock = np.where(going, clock + gap, clock)
        going &= (clock <= end) & (clock <= age + holdout)
        within = going & (clock <= age)
        repeats += within
        last = np.where(within, clock, last)
        later += going & ~within
        left = going & (rng.random(len(age)) < leave)
        end = np.where(left, clock, end)
    return pd.DataFrame(
        {
            "customer_id": np.arange(len(age)).astype(str),
            "n_repeats": repeats,
            "last_repeat_days": last,
            "tenure_days": age,
            "is_alive": end > age,
            "n_later": later,
        }
    )


def simulate_order_days(
    *,
    parameters: tuple[float, float, float, float],
    n_customers: int,
    n_days: int,
    start: str = "2022-01-01",
    mean_margin: tuple[float, float, float] = (4.0, 5.0, 160.0),
    seed: int = 0,
) -> pd.DataFrame:
    """Order days of MBG/NBD buyers (r, alpha in days, a, b) with gamma-gamma margins (p, q, v), one row per day.

    First purchases are uniform over the first half of the days.
    """
    rng = np.random.default_rng(seed)
    r, alpha, a, b = parameters
    p, q, v = mean_margin
    rate, leave = rng.gamma(r, 1 / alpha, n_customers), rng.beta(a, b, n_customers)
    scale = rng.gamma(q, 1 / v, n_customers)
    clock = rng.uniform(0, n_days / 2, n_customers)
    going, rows = np.ones(n_customers, bool), []
    while going.any():
        who = np.flatnonzero(going)
        rows.append(
            pd.DataFrame({"customer": who, "day": np.floor(clock[who]), "margin": rng.gamma(p, 1 / scale[who])})
        )
        going &= rng.random(n_customers) >= leave
        clock = clock + rng.exponential(1.0, n_customers) / np.maximum(rate, 1e-9)
        going &= clock < n_days
    table = pd.concat(rows).groupby(["customer", "day"], as_index=False)["margin"].sum()
    return pd.DataFrame(
        {
            "customer_id": "c" + table["customer"].astype(str).str.zfill(5),
            "order_date": (pd.Timestamp(start) + pd.to_timedelta(table["day"], unit="D")).astype("datetime64[ns]"),
            "amount": table["margin"] * 3,
            "margin_amount": table["margin"],
            "is_purchase_day": True,
        }
    )


def review_of_portfolios(params: object) -> SimpleNamespace:
    """A review with two salespeople of one team, 700 buyers over two years, 60 of them handed on, one closed."""
    days = simulate_order_days(parameters=(1.2, 40.0, 0.6, 3.0), n_customers=700, n_days=730, seed=3)
    ids = np.sort(days["customer_id"].unique())
    first = np.where(np.arange(len(ids)) % 2, "S2", "S1")
    moved = pd.Timestamp("2023-10-10")
    stays = pd.DataFrame({"customer_id": ids, "salesperson_id": first, "start_date": pd.Timestamp("2020-01-01")})
    stays["end_date"] = pd.Series(pd.NaT, index=stays.index).where(np.arange(len(ids)) >= 60, moved)
    later = pd.DataFrame({"customer_id": ids[:60], "salesperson_id": "S2", "start_date": moved})
    snapshots = pd.DataFrame({"customer_id": ids, "salesperson_id": first, "name": None, "region": None})
    snapshots = snapshots.assign(segment=None, closed_date=pd.NaT)
    snapshots.loc[100, "closed_date"] = pd.Timestamp("2023-09-15")
    tables = {
        "assignments": pd.concat([stays, later.assign(end_date=pd.NaT)], ignore_index=True),
        "salespeople": pd.DataFrame({"salesperson_id": ["S1", "S2"], "name": ["Ana", "Ben"], "team": "North"}),
    }
    return SimpleNamespace(
        as_of=date(2023, 12, 31),
        params=params,
        policy=Policy(),
        run=SimpleNamespace(period="quarter"),
        order_days=lambda as_of=None: days,
        snapshots=lambda as_of=None: snapshots,
        has=lambda name: name in tables,
        table=lambda name: tables[name],
    )
