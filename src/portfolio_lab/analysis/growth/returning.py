"""Which of the silent customers will most probably buy again, and how such a forecast of a year ago came out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.intervals import compute_share_interval
from portfolio_lab.analysis.purchase_models.fitting import fit_purchase_model
from portfolio_lab.analysis.purchase_models.histories import build_histories
from portfolio_lab.analysis.purchase_models.predictions import compute_expected_purchases, compute_return_probability

DORMANT = ("inactivated", "inactive")
AHEAD_DAYS = 365


@dataclass(frozen=True)
class ReturnTrial:
    """How many of the customers ranked first a year ago came back, beside all who were silent then. Shares 0..1.

    ``first_expected``: the mean of the chances that the model had given to those ranked first.
    """

    n_dormant: int
    n_came_back: int
    n_first: int
    n_first_came_back: int
    first_low: float
    first_high: float
    first_expected: float

    @property
    def share(self) -> float:
        """Share of all silent customers that came back."""
        return self.n_came_back / self.n_dormant if self.n_dormant else np.nan

    @property
    def first_share(self) -> float:
        """Share of those ranked first that came back."""
        return self.n_first_came_back / self.n_first if self.n_first else np.nan


def rank_returns(
    order_days: pd.DataFrame, stages: pd.DataFrame, *, as_of: pd.Timestamp, family: str = "mbg_nbd"
) -> pd.DataFrame:
    """Return the silent customers by what they will probably buy within a year, most first.

    Grain: customer of stage inactivated or inactive: customer_id, stage, days_since_last_order, return_probability,
    expected_purchases, mean_amount (per purchase day), expected_amount (currency). ``stages``: of ``build_stages``.
    The model is fitted on everybody's purchases up to as_of. Raises AnalysisError where it cannot be fitted.
    """
    known = order_days[order_days["order_date"] <= pd.Timestamp(as_of)]
    histories = build_histories(known, as_of=pd.Timestamp(as_of))
    model = fit_purchase_model(histories, family=family)
    chances = histories[["customer_id"]].assign(
        return_probability=compute_return_probability(histories, model=model, horizon_days=AHEAD_DAYS),
        expected_purchases=compute_expected_purchases(histories, model=model, horizon_days=AHEAD_DAYS),
    )
    bought = known[known["is_purchase_day"]].groupby("customer_id")["amount"].mean().rename("mean_amount")
    silent = stages.loc[stages["stage"].isin(DORMANT), ["customer_id", "stage", "days_since_last_order"]]
    table = silent.merge(chances, on="customer_id").join(bought, on="customer_id")
    table["expected_amount"] = table["expected_purchases"] * table["mean_amount"]
    return table.sort_values(["expected_amount", "customer_id"], ascending=[False, True], ignore_index=True)


def judge_returns(ranked: pd.DataFrame, order_days: pd.DataFrame, *, day: pd.Timestamp, n_first: int) -> ReturnTrial:
    """Return how many of a ranking of ``day`` bought within a year after it; ``ranked`` of ``rank_returns``."""
    end = pd.Timestamp(day) + pd.Timedelta(days=AHEAD_DAYS)
    later = order_days[(order_days["order_date"] > pd.Timestamp(day)) & (order_days["order_date"] <= end)]
    came = ranked["customer_id"].isin(later.loc[later["is_purchase_day"], "customer_id"])
    first = came.head(n_first)
    low, high = compute_share_interval(int(first.sum()), len(first))
    expected = float(ranked["return_probability"].head(n_first).mean())
    return ReturnTrial(len(ranked), int(came.sum()), len(first), int(first.sum()), low, high, expected)
