"""Maximum likelihood for the purchase models: a sample finds the place, all customers fix the point."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm

from portfolio_lab.analysis.purchase_models import beta_geometric, pareto
from portfolio_lab.analysis.purchase_models.histories import DistinctHistories, distinct_histories
from portfolio_lab.errors import AnalysisError

Family = Literal["mbg_nbd", "bg_nbd", "pareto_nbd"]
LogLikelihood = Callable[[np.ndarray, DistinctHistories], tuple[float, np.ndarray]]

SAMPLE_SIZE = 2_500
LIMIT = 12.0
GRADIENT_TOLERANCE = 1e-6
HESSIAN_STEP = 1e-5


@dataclass(frozen=True)
class PurchaseModel:
    """A fitted (or declared) purchase model: family, parameters in the unit of time of its histories, uncertainty.

    ``covariance`` belongs to the logarithms of the parameters; None for declared parameters.
    """

    family: Family
    parameters: tuple[float, float, float, float]
    covariance: np.ndarray | None = None
    log_likelihood: float | None = None
    n_customers: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in their order."""
        return pareto.NAMES if self.family == "pareto_nbd" else beta_geometric.NAMES


def declare_purchase_model(family: Family, **parameters: float) -> PurchaseModel:
    """Return a purchase model with parameters that are known, such as those of a frozen basis.

    Raises AnalysisError for an unknown family, a missing or unknown parameter, or one that is not above zero.
    """
    if family not in get_args(Family):
        raise AnalysisError(
            "there is no purchase model of this name", remedy=f"use one of {get_args(Family)}", value=family
        )
    names = PurchaseModel(family, (1, 1, 1, 1)).names
    if set(parameters) != set(names) or not all(np.isfinite(v) and v > 0 for v in parameters.values()):
        raise AnalysisError(
            f"{family} needs exactly the parameters {', '.join(names)}, each above zero",
            remedy="give all four, in the unit of time of the histories",
            value=parameters,
        )
    return PurchaseModel(family, tuple(float(parameters[name]) for name in names))


def fit_mbg_nbd(histories: pd.DataFrame) -> PurchaseModel:
    """Return the MBG/NBD model of maximum likelihood (Batislam et al. 2007): the default.

    ``histories``: one row per customer (PurchaseHistories). Raises AnalysisError when the data do not identify it.
    """
    return _fit(histories, family="mbg_nbd", start=beta_geometric.START)


def fit_bg_nbd(histories: pd.DataFrame) -> PurchaseModel:
    """Return the BG/NBD model of maximum likelihood (Fader, Hardie & Lee 2005); P(alive) is 1 without a repeat.

    ``histories``: one row per customer (PurchaseHistories). Raises AnalysisError when the data do not identify it.
    """
    return _fit(histories, family="bg_nbd", start=beta_geometric.START)


def fit_pareto_nbd(histories: pd.DataFrame) -> PurchaseModel:
    """Return the Pareto/NBD model of maximum likelihood (Schmittlein, Morrison & Colombo 1987).

    ``histories``: one row per customer (PurchaseHistories). Raises AnalysisError when the data do not identify it.
    """
    return _fit(histories, family="pareto_nbd", start=pareto.START)


FITS: dict[str, Callable[[pd.DataFrame], PurchaseModel]] = {
    "mbg_nbd": fit_mbg_nbd,
    "bg_nbd": fit_bg_nbd,
    "pareto_nbd": fit_pareto_nbd,
}
LIKELIHOODS: dict[str, LogLikelihood] = {
    "mbg_nbd": partial(beta_geometric.log_likelihood, offset=1),
    "bg_nbd": partial(beta_geometric.log_likelihood, offset=0),
    "pareto_nbd": pareto.log_likelihood,
}


def fit_purchase_model(histories: pd.DataFrame, *, family: Family) -> PurchaseModel:
    """Return the purchase model of that family fitted to the histories. Raises AnalysisError as its own fit does."""
    if family not in FITS:
        raise AnalysisError("there is no purchase model of this name", remedy=f"use one of {tuple(FITS)}", value=family)
    return FITS[family](histories)


def compute_log_likelihood(histories: pd.DataFrame, *, model: PurchaseModel) -> float:
    """Return the log-likelihood of the histories under the model, as the papers print it.

    The papers' likelihood per customer is that of the purchase times, in the unit of time of the histories.
    """
    value, _ = LIKELIHOODS[model.family](np.array(model.parameters), distinct_histories(histories))
    return value


def summarise_parameters(model: PurchaseModel, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the parameters with standard errors and intervals; grain: parameter.

    Intervals are symmetric on the log scale, so that they stay above zero.
    """
    estimate = np.array(model.parameters)
    spread = np.full(4, np.nan) if model.covariance is None else np.sqrt(np.diag(model.covariance))
    reach = norm.ppf((1 + confidence) / 2) * spread
    return pd.DataFrame(
        {
            "parameter": model.names,
            "estimate": estimate,
            "standard_error": estimate * spread,
            "low": estimate * np.exp(-reach),
            "high": estimate * np.exp(reach),
        }
    )


def draw_parameters(model: PurchaseModel, *, n_draws: int, seed: int) -> list[PurchaseModel]:
    """Return models whose parameters are drawn from the fit's own uncertainty (normal on the log scale)."""
    if model.covariance is None:
        raise AnalysisError("a declared model carries no uncertainty", remedy="fit the model to data first")
    draws = np.random.default_rng(seed).multivariate_normal(
        np.log(model.parameters), model.covariance, size=n_draws, method="eigh"
    )
    return [PurchaseModel(model.family, tuple(np.exp(draw))) for draw in draws]


def _fit(histories: pd.DataFrame, *, family: Family, start: tuple[float, ...]) -> PurchaseModel:
    groups = distinct_histories(histories)
    _assert_identified(groups)
    unit = float(np.average(groups.tenure, weights=groups.counts))
    scaled = DistinctHistories(
        groups.n_repeats, groups.last_repeat / unit, groups.tenure / unit, groups.counts, groups.inverse[:0]
    )
    likelihood = LIKELIHOODS[family]
    theta, curvature = np.log(np.array(start)), None
    for part in _samples(scaled):
        theta = _climb(likelihood, part, theta, curvature)
        curvature = _information(likelihood, part, theta) / part.n_customers
    parameters = np.exp(theta)
    parameters[_clocks(family)] *= unit
    value, _ = likelihood(parameters, groups)
    covariance = _invert(curvature * groups.n_customers)
    return PurchaseModel(family, tuple(parameters.tolist()), covariance, value, int(groups.n_customers))


def _clocks(family: str) -> list[int]:
    """Positions of the parameters that are measured in time."""
    return [1, 3] if family == "pareto_nbd" else [1]


def _assert_identified(groups: DistinctHistories) -> None:
    repeaters = groups.counts[groups.n_repeats > 0].sum()
    if repeaters < 10 or groups.n_customers < 30:
        raise AnalysisError(
            f"a purchase model cannot be fitted to {groups.n_customers:.0f} customers, {repeaters:.0f} with a repeat",
            remedy="give at least 30 customers, 10 of them with a repeat purchase, or declare the parameters",
        )


def _samples(groups: DistinctHistories) -> list[DistinctHistories]:
    """A systematic sample of the histories, then all of them; only all of them when they are few."""
    n = len(groups.counts)
    if n <= 2 * SAMPLE_SIZE:
        return [groups]
    chosen = np.linspace(0, n - 1, SAMPLE_SIZE).astype(int)
    return [_take(groups, np.argsort(_order(groups), kind="stable")[chosen]), groups]


def _order(groups: DistinctHistories) -> np.ndarray:
    """A key that sorts histories by repeats, then tenure, so that every kind is in the sample."""
    return groups.n_repeats * (groups.tenure.max() + 1) + groups.tenure


def _take(groups: DistinctHistories, rows: np.ndarray) -> DistinctHistories:
    return DistinctHistories(
        groups.n_repeats[rows], groups.last_repeat[rows], groups.tenure[rows], groups.counts[rows], groups.inverse
    )


def _climb(
    likelihood: LogLikelihood, groups: DistinctHistories, start: np.ndarray, curvature: np.ndarray | None
) -> np.ndarray:
    """The maximum in the logarithms of the parameters: quasi-Newton, from a known curvature where there is one."""

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(np.clip(theta, -LIMIT, LIMIT))
        value, slope = likelihood(parameters, groups)
        return -value / groups.n_customers, -slope * parameters / groups.n_customers

    first = None if curvature is None else _invert(curvature)
    options = {"gtol": GRADIENT_TOLERANCE, "hess_inv0": first}
    found = minimize(loss, start, jac=True, method="BFGS", options=options)
    if np.abs(found.jac).max() > 100 * GRADIENT_TOLERANCE or np.abs(found.x).max() >= LIMIT:
        raise AnalysisError(
            "the data do not identify this purchase model: the likelihood has no maximum inside the possible range",
            remedy="choose a simpler model, bring a longer history, or declare the parameters",
            value=tuple(np.exp(np.clip(found.x, -LIMIT, LIMIT)).round(4).tolist()),
        )
    return found.x


def _information(likelihood: LogLikelihood, groups: DistinctHistories, theta: np.ndarray) -> np.ndarray:
    """Minus the second derivative of the log-likelihood, by differences of the exact gradient."""

    def slope(at: np.ndarray) -> np.ndarray:
        return likelihood(np.exp(at), groups)[1] * np.exp(at)

    here = slope(theta)
    rows = [(here - slope(theta + step)) / HESSIAN_STEP for step in np.eye(len(theta)) * HESSIAN_STEP]
    return (np.stack(rows) + np.stack(rows).T) / 2


def _invert(information: np.ndarray) -> np.ndarray:
    """Inverse of a positive definite matrix; directions that the data leave open get a large but finite variance."""
    values, vectors = np.linalg.eigh(information)
    floor = 1e-10 * values.max()
    inverse = (vectors / np.maximum(values, floor)) @ vectors.T
    return (inverse + inverse.T) / 2
