"""What a purchase model says about each customer: still there, coming back, buying how often."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from portfolio_lab.analysis.purchase_models import beta_geometric, pareto
from portfolio_lab.analysis.purchase_models.fitting import PurchaseModel
from portfolio_lab.analysis.purchase_models.histories import DistinctHistories, on_distinct
from portfolio_lab.errors import AnalysisError

ALIVE: dict[str, Callable[..., np.ndarray]] = {
    "mbg_nbd": partial(beta_geometric.alive_probability, offset=1),
    "bg_nbd": partial(beta_geometric.alive_probability, offset=0),
    "pareto_nbd": pareto.alive_probability,
}
BUYS_IF_ALIVE: dict[str, Callable[..., np.ndarray]] = {
    "mbg_nbd": partial(beta_geometric.buys_if_alive, offset=1),
    "bg_nbd": partial(beta_geometric.buys_if_alive, offset=0),
    "pareto_nbd": pareto.buys_if_alive,
}
PURCHASES_IF_ALIVE: dict[str, Callable[..., np.ndarray]] = {
    "mbg_nbd": partial(beta_geometric.purchases_if_alive, offset=1),
    "bg_nbd": partial(beta_geometric.purchases_if_alive, offset=0),
    "pareto_nbd": pareto.purchases_if_alive,
}
COUNT_PROBABILITIES: dict[str, Callable[..., np.ndarray]] = {
    "mbg_nbd": partial(beta_geometric.count_probabilities, offset=1),
    "bg_nbd": partial(beta_geometric.count_probabilities, offset=0),
    "pareto_nbd": pareto.count_probabilities,
}
CHUNK = 20_000


def compute_alive_probability(histories: pd.DataFrame, *, model: PurchaseModel) -> pd.Series:
    """Return P(still a customer at as_of) per row, 0..1; under BG/NBD it is 1 without a repeat: never a stage rule."""
    parameters = np.array(model.parameters)
    return on_distinct(histories, lambda groups: ALIVE[model.family](parameters, groups), "alive_probability")


def compute_return_probability(histories: pd.DataFrame, *, model: PurchaseModel, horizon_days: float) -> pd.Series:
    """Return P(at least one purchase within horizon_days after as_of) per row, 0..1: what stage rules use.

    Raises AnalysisError for a horizon that is not above zero.
    """
    _assert_horizon(horizon_days)
    parameters = np.array(model.parameters)

    def compute(groups: DistinctHistories) -> np.ndarray:
        buys = BUYS_IF_ALIVE[model.family](parameters, groups, horizon=float(horizon_days))
        return ALIVE[model.family](parameters, groups) * buys

    return on_distinct(histories, compute, "return_probability")


def compute_expected_purchases(histories: pd.DataFrame, *, model: PurchaseModel, horizon_days: float) -> pd.Series:
    """Return the expected number of purchase days within horizon_days after as_of, per row.

    Raises AnalysisError for a horizon that is not above zero.
    """
    _assert_horizon(horizon_days)
    parameters = np.array(model.parameters)

    def compute(groups: DistinctHistories) -> np.ndarray:
        alive = ALIVE[model.family](parameters, groups)
        return alive * purchases_if_alive(groups, model=model, horizons=np.array([float(horizon_days)]))[:, 0]

    return on_distinct(histories, compute, "expected_purchases")


def purchases_if_alive(groups: DistinctHistories, *, model: PurchaseModel, horizons: np.ndarray) -> np.ndarray:
    """Return expected purchases within each horizon given alive; shape (distinct histories, horizons).

    The last purchase plays no part once the customer is alive, so it is computed per pair of repeats and tenure.
    """
    parameters = np.array(model.parameters)
    pairs, code = _distinct_pairs(groups.n_repeats, groups.tenure)
    parts = [
        PURCHASES_IF_ALIVE[model.family](
            parameters, pairs[start : start + CHUNK, 0], pairs[start : start + CHUNK, 1], horizons=horizons
        )
        for start in range(0, len(pairs), CHUNK)
    ]
    return np.concatenate(parts)[code]


def _distinct_pairs(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    codes, distinct = pd.factorize(second)
    keys = first.astype(np.int64) * len(distinct) + codes
    code, pairs = pd.factorize(keys)
    return np.column_stack([pairs // len(distinct), distinct[pairs % len(distinct)]]), code


def compute_new_customer_purchases(t: np.ndarray, *, model: PurchaseModel) -> np.ndarray:
    """Return the expected repeat purchases of a random new customer within each t after the first purchase."""
    new = DistinctHistories(np.zeros(1), np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1, int))
    horizons = np.asarray(t, float)
    distinct, code = np.unique(horizons, return_inverse=True)
    alive = ALIVE[model.family](np.array(model.parameters), new)
    return (alive[:, None] * purchases_if_alive(new, model=model, horizons=distinct))[0][code]


def compute_count_probabilities(t: np.ndarray, *, model: PurchaseModel, n_max: int) -> np.ndarray:
    """Return P(x repeats within t of the first purchase), x = 0 … n_max; shape (len(t), n_max + 1)."""
    return COUNT_PROBABILITIES[model.family](np.array(model.parameters), np.asarray(t, float), n_max=n_max)


def _assert_horizon(horizon_days: float) -> None:
    if not (np.isfinite(horizon_days) and horizon_days > 0):
        raise AnalysisError("the horizon must be a number of days above zero", remedy="give days", value=horizon_days)
