"""The value of each customer: expected discounted margin given the history, on one declared basis."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.purchase_models.fitting import PurchaseModel
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel, compute_expected_spend
from portfolio_lab.analysis.purchase_models.histories import DistinctHistories, on_distinct
from portfolio_lab.analysis.purchase_models.predictions import (
    compute_alive_probability,
    compute_expected_purchases,
    purchases_if_alive,
)
from portfolio_lab.analysis.purchase_models.quadrature import geometric_nodes
from portfolio_lab.analysis.value.discounting import DAYS_PER_MONTH, TimingCase, assert_basis, to_monthly_rate
from portfolio_lab.errors import AnalysisError

SMALLEST_FACTOR = 1e-10
MOST_MONTHS = 4800
FEW_NODES, MANY_NODES, LONG_MONTHS = 16, 32, 120


class CustomerValues(pa.DataFrameModel):
    """One row per customer: what the basis says of it. Amounts in currency units; negative values keep their sign."""

    customer_id: Series[object]
    alive_probability: Series[float] = pa.Field(ge=0, le=1)
    expected_purchases: Series[float] = pa.Field(ge=0)
    expected_spend_amount: Series[float]
    value_amount: Series[float]


@dataclass(frozen=True, kw_only=True)
class ValueBasis:
    """Everything that a value stands on; two values may be compared, added or exchanged only on the same basis.

    ``discount_rate``: a year, effective; ``horizon_months``: None = no end.
    """

    model: PurchaseModel
    spend: SpendModel
    discount_rate: float
    horizon_months: float | None
    timing_case: TimingCase

    @property
    def basis_id(self) -> str:
        """Twelve digits that are equal for equal bases."""
        stated = (
            self.model.family, self.model.parameters, (self.spend.p, self.spend.q, self.spend.v),
            self.discount_rate, self.horizon_months, self.timing_case,
        )  # fmt: skip
        return hashlib.sha256(repr(stated).encode()).hexdigest()[:12]


def compute_customer_values(
    customers: pd.DataFrame,
    *,
    model: PurchaseModel,
    spend: SpendModel,
    discount_rate: float,
    horizon_months: float | None,
    timing_case: TimingCase,
) -> pd.DataFrame:
    """Return the value of each customer at as_of; grain: customer_id (CustomerValues).

    ``customers``: customer_id, the purchase history in days (PurchaseHistories), n_purchases and mean_amount (Spends).
    ``expected_purchases`` are those of the next twelve months, undiscounted. Margins are taken at month ends.
    Raises AnalysisError for an impossible basis or an impossible history.
    """
    assert_basis(discount_rate=discount_rate, horizon=horizon_months, timing_case=timing_case)
    discounted = compute_discounted_purchases(
        customers, model=model, discount_rate=discount_rate, horizon_months=horizon_months, timing_case=timing_case
    )
    margin = compute_expected_spend(customers, model=spend)
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "alive_probability": compute_alive_probability(customers, model=model),
            "expected_purchases": compute_expected_purchases(customers, model=model, horizon_days=12 * DAYS_PER_MONTH),
            "expected_spend_amount": margin,
            "value_amount": margin * discounted,
        }
    )


def compute_values_on_basis(customers: pd.DataFrame, basis: ValueBasis) -> pd.DataFrame:
    """Return compute_customer_values on a declared basis; grain: customer_id."""
    return compute_customer_values(
        customers,
        model=basis.model,
        spend=basis.spend,
        discount_rate=basis.discount_rate,
        horizon_months=basis.horizon_months,
        timing_case=basis.timing_case,
    )


def compute_discounted_purchases(
    histories: pd.DataFrame,
    *,
    model: PurchaseModel,
    discount_rate: float,
    horizon_months: float | None,
    timing_case: TimingCase,
) -> pd.Series:
    """Return the expected discounted number of purchases per row over the horizon; histories in days.

    Raises AnalysisError for an impossible basis, or an endless horizon without a discount rate.
    """
    assert_basis(discount_rate=discount_rate, horizon=horizon_months, timing_case=timing_case)
    factor = 1 / (1 + to_monthly_rate(discount_rate))
    months = count_months(factor, horizon_months)
    later = months if timing_case == 2 else months - 1
    alive = compute_alive_probability(histories, model=model)

    def compute(groups: DistinctHistories) -> np.ndarray:
        total = _sum_later_months(groups, model=model, factor=factor, months=later)
        return total if timing_case == 2 else total + _running_month(groups, model=model)

    total = alive * on_distinct(histories, compute, "discounted_purchases")
    return (total * factor if timing_case == 3 else total).rename("discounted_purchases")


def count_months(factor: float, horizon_months: float | None) -> float:
    """Return the months to sum over: the horizon, or without end as many as matter at that monthly discount factor.

    Raises AnalysisError for no end and no discount.
    """
    if horizon_months is not None:
        return horizon_months
    if factor >= 1:
        raise AnalysisError(
            "an endless horizon without a discount rate may be worth infinitely much",
            remedy="give a discount rate above zero or a horizon in months",
        )
    return float(min(np.ceil(np.log(SMALLEST_FACTOR) / np.log(factor)), MOST_MONTHS))


@lru_cache(maxsize=16)
def _nodes(factor: float, months: int) -> tuple[np.ndarray, np.ndarray]:
    return geometric_nodes(factor, months, FEW_NODES if months <= LONG_MONTHS else MANY_NODES)


def _sum_later_months(groups: DistinctHistories, *, model: PurchaseModel, factor: float, months: float) -> np.ndarray:
    """Sum over months k = 1 … of factor^k × purchases in month k given alive, summed by parts so that f is smooth.

    A horizon that ends within a month counts that part of it, discounted to its end.
    """
    if months <= 0:
        return np.zeros(len(groups.counts))
    whole = int(months)
    points, weights = _nodes(factor, whole - 1) if whole > 1 else (np.empty(0), np.empty(0))
    horizons = np.append(points, [whole, months] if whole else months) * DAYS_PER_MONTH
    ends = [factor**whole - factor**months, factor**months] if whole else factor**months
    bought = purchases_if_alive(groups, model=model, horizons=horizons)
    return bought @ np.append(weights * (1 - factor), ends)


def _running_month(groups: DistinctHistories, *, model: PurchaseModel) -> np.ndarray:
    """The purchases of the running month of a customer alive: its present rate for one month, still to come."""
    r, alpha = model.parameters[0], model.parameters[1]
    return (r + groups.n_repeats) / (alpha + groups.tenure) * DAYS_PER_MONTH
