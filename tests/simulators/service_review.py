"""The simulated company with claims as a report sees it: measures on request, and tables where it brought them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from simulators.service import served

from portfolio_lab.policy import Policy

CHANGED = pd.Timestamp("2025-01-01")


def review_of(rng: np.random.Generator, *, n: int = 600, with_tables: bool = True) -> SimpleNamespace:
    """Return a review of the company; with ``with_tables=False`` it brought orders and the bare claims only."""
    days, cases, as_of = served(rng, n=n, depression=0.6, late_ratio=3.0)
    ids = days["customer_id"].unique()
    cases = cases.astype({"opened_date": "datetime64[s]"})
    tables = (
        _tables(cases, ids, as_of) if with_tables else {"service_events": cases[["customer_id", "opened_date", "kind"]]}
    )

    def snapshots(day: object = None) -> pd.DataFrame:
        known = days[days["order_date"] <= pd.Timestamp(day or as_of)]
        grouped = known.groupby("customer_id")
        frame = grouped.agg(amount=("amount", "sum"), last_order_date=("order_date", "max")).reset_index()
        return frame.assign(
            name=frame["customer_id"], salesperson_id=None, n_order_lines=1, margin_amount=np.nan, n_orders=1,
            first_order_date=grouped["order_date"].min().to_numpy(),
        )  # fmt: skip

    params = SimpleNamespace(
        window_months=12, late_days=7, solution_days=15, benchmark_indicator="index", n_bootstrap=50, seed=1, n_listed=5
    )
    return SimpleNamespace(
        as_of=as_of.date(), policy=Policy(), params=params, order_days=lambda: days, snapshots=snapshots,
        has=lambda name: name == "orders" or name in tables, table=lambda name: tables[name],
    )  # fmt: skip


def _tables(cases: pd.DataFrame, ids: np.ndarray, as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    stays = [pd.DataFrame({"customer_id": ids, "salesperson_id": "s0", "start_date": pd.Timestamp("2022-01-01")})]
    stays.append(pd.DataFrame({"customer_id": ids, "salesperson_id": "s1", "start_date": CHANGED}))
    answers = pd.DataFrame({"customer_id": ids, "score": 4.0 + np.arange(len(ids)) % 6, "aspect": "delivery"})
    surveys = [answers.assign(survey_date=as_of - pd.Timedelta(days=days)) for days in (30, 500)]
    closed = cases["first_response_date"] + pd.Timedelta(days=3)
    return {
        "service_events": cases.assign(cause="late_delivery", product_id="p1", closed_date=closed),
        "customers": pd.DataFrame({"customer_id": ids}),
        "salespeople": pd.DataFrame(
            {"salesperson_id": ["s0", "s1"], "name": ["Ana", "Ben"], "team": ["North", "South"]}
        ),
        "assignments": pd.concat(stays, ignore_index=True),
        "products": pd.DataFrame({"product_id": ["p1"], "family": ["Tools"]}),
        "satisfaction": pd.concat(surveys, ignore_index=True).assign(reason=None),
        "benchmarks": pd.DataFrame({"indicator": "index", "peer": "P", "benchmark_date": [as_of], "value": [6.0]}),
    }
