"""Three small sources that bring a single table each, for runs without orders: valuations, durations, an experiment."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.codes import make_codes
from portfolio_lab.data.demo.files import Shelf, append
from portfolio_lab.data.demo.seeds import stream

N_MONTHS, MONTHLY_RETURNS = 24, {"P01": 0.012, "P02": 0.004, "P03": -0.006}
N_SUBSCRIPTIONS, WEIBULL_SHAPE, WEIBULL_MONTHS, MONTHLY_CONTRACT_HAZARD_RATIO = 1200, 1.3, 26.0, 2.5
N_TESTED, VISIT_RATES, NEWCOMER_EXTRA = 6000, {"none": 0.10, "post": 0.13, "email": 0.16}, 0.05


def write_entrances(folder: Path | str, *, seed: int = 1) -> dict[str, int]:
    """Write ``returns/valuations.csv``, ``subscriptions/durations.csv`` and ``email_test/experiment.csv``.

    What they were drawn from goes to ``<folder>_truth/truth.json``. Returns the rows of each table.
    """
    valuations, returns = draw_valuations(seed)
    tables = {
        "returns": ("valuations", valuations),
        "subscriptions": ("durations", draw_durations(seed)),
        "email_test": ("experiment", draw_experiment(seed)),
    }
    for name, (table, frame) in tables.items():
        append(Shelf(Path(folder) / name, "csv"), table, frame, block=0)
    truth = {
        "returns": {"twr": returns, "monthly_mean": MONTHLY_RETURNS},
        "subscriptions": {
            "weibull_shape": WEIBULL_SHAPE,
            "weibull_scale_months": WEIBULL_MONTHS,
            "hazard_ratio_of_monthly_contracts": MONTHLY_CONTRACT_HAZARD_RATIO,
        },
        "email_test": {"visit_rates": VISIT_RATES, "extra_of_newcomers_by_email": NEWCOMER_EXTRA},
    }
    place = Path(f"{folder}_truth")
    place.mkdir(parents=True, exist_ok=True)
    text = json.dumps(truth, indent=2, sort_keys=True) + "\n"
    (place / "truth.json").write_text(text, encoding="utf-8", newline="\n")
    return {table: len(frame) for table, frame in tables.values()}


def draw_valuations(seed: int) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return monthly values of three portfolios with flows and income, and the time-weighted return of each."""
    rng = stream(seed, "entrance valuations")
    dates = pd.date_range("2024-09-30", periods=N_MONTHS + 1, freq="ME")
    rows, returns = [], {}
    for portfolio, mean in MONTHLY_RETURNS.items():
        value = 400_000.0
        r = rng.normal(mean, 0.02, N_MONTHS)
        flows = np.round(np.where(rng.random(N_MONTHS + 1) < 0.4, rng.normal(0, 40_000, N_MONTHS + 1), 0), 2)
        flows[-1] = 0.0
        rows.append((portfolio, dates[0], value, flows[0], 0.0))
        for month in range(N_MONTHS):
            grown = (value + flows[month]) * (1 + r[month])
            income = round(0.01 * grown, 2)
            value = round(grown - income, 2)
            rows.append((portfolio, dates[month + 1], value, flows[month + 1], income))
        returns[portfolio] = round(float(np.prod(1 + r) - 1), 6)
    columns = ["portfolio_id", "valuation_date", "nav_before", "cash_flow", "income"]
    return pd.DataFrame(rows, columns=columns), returns


def draw_durations(seed: int) -> pd.DataFrame:
    """Return one row per subscription, in months: Weibull lifetimes, some cut short, some seen from an entry on."""
    rng = stream(seed, "entrance durations")
    n = 2 * N_SUBSCRIPTIONS  # more than needed: those who ended before their entry are never seen
    contract = rng.choice(["monthly", "yearly"], n, p=[0.55, 0.45])
    ratio = np.where(contract == "monthly", MONTHLY_CONTRACT_HAZARD_RATIO, 1.0)
    life = WEIBULL_MONTHS * (rng.standard_exponential(n) / ratio) ** (1 / WEIBULL_SHAPE)
    entry = np.where(rng.random(n) < 0.3, rng.uniform(0, 18, n), 0.0).round(2)
    end = entry + rng.uniform(1, 36, n)
    frame = pd.DataFrame(
        {
            "duration": np.minimum(life, end).round(2),
            "event_observed": life <= end,
            "entry": entry,
            "contract": contract,
            "region": rng.choice(["North", "East", "Centre", "South"], n),
        }
    )
    seen = frame[frame["duration"] > frame["entry"]].head(N_SUBSCRIPTIONS).reset_index(drop=True)
    return seen.assign(customer_id=make_codes("U", seen.index.to_numpy() + 1, 5))


def draw_experiment(seed: int) -> pd.DataFrame:
    """Return one row per customer of a three-armed randomised test: visit and spend, with what was known before."""
    rng = stream(seed, "entrance experiment")
    arms = np.array(list(VISIT_RATES))
    arm = rng.integers(0, len(arms), N_TESTED)
    newcomer = rng.random(N_TESTED) < 0.4
    rate = np.array(list(VISIT_RATES.values()))[arm] + NEWCOMER_EXTRA * (newcomer & (arms[arm] == "email"))
    visit = rng.random(N_TESTED) < rate
    spend = np.where(visit & (rng.random(N_TESTED) < 0.3), np.exp(rng.normal(4.0, 0.6, N_TESTED)), 0.0)
    return pd.DataFrame(
        {
            "arm": arms[arm],
            "visit": visit.astype(int),
            "spend": spend.round(2),
            "recency": rng.integers(1, 13, N_TESTED),
            "history": np.exp(rng.normal(5.0, 0.9, N_TESTED)).round(2),
            "newcomer": newcomer,
        }
    )
