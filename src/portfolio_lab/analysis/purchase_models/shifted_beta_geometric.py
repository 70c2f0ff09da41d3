"""Contractual customers: each renews with its own chance, which differs between customers as a beta distribution.

Sources: Fader & Hardie, How to project customer retention (2007); Customer-base valuation in a contractual setting
(2010). Parameters: a, b of the chance to leave at a renewal.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series
from scipy.optimize import minimize
from scipy.special import betaln

from portfolio_lab.analysis.purchase_models.quadrature import beta_nodes
from portfolio_lab.errors import AnalysisError

N_NODES = 64


class RenewalCounts(pa.DataFrameModel):
    """One row per renewal (1, 2, …) of one cohort: customers that left at it, customers that only it censored.

    ``n_censored``: still there after this renewal, the last one that can be observed for them.
    """

    renewal: Series[int] = pa.Field(ge=1, unique=True, coerce=True)
    n_lost: Series[float] = pa.Field(ge=0, coerce=True)
    n_censored: Series[float] = pa.Field(ge=0, coerce=True)


@dataclass(frozen=True)
class RetentionModel:
    """A shifted-beta-geometric model; ``covariance`` belongs to the logarithms of a and b (None when declared)."""

    a: float
    b: float
    covariance: np.ndarray | None = None
    log_likelihood: float | None = None


def build_renewal_counts(survivors: pd.DataFrame) -> pd.DataFrame:
    """Return RenewalCounts of one cohort from its number of survivors; columns renewal (0, 1, …), n_customers.

    Raises AnalysisError when survivors rise or the renewals are not 0, 1, 2, ….
    """
    ordered = survivors.sort_values("renewal")
    n = ordered["n_customers"].to_numpy(float)
    if list(ordered["renewal"]) != list(range(len(n))) or (np.diff(n) > 0).any() or len(n) < 2:
        raise AnalysisError(
            "the survivors of a cohort must be counted at renewals 0, 1, 2, … and never rise",
            remedy="give one cohort, from its start on",
            value=n.tolist(),
        )
    censored = np.zeros(len(n) - 1)
    censored[-1] = n[-1]
    return pd.DataFrame({"renewal": np.arange(1, len(n)), "n_lost": -np.diff(n), "n_censored": censored})


def fit_shifted_beta_geometric(counts: pd.DataFrame) -> RetentionModel:
    """Return the shifted-beta-geometric model of maximum likelihood.

    Raises AnalysisError when nobody left, nobody stayed, or chances to leave do not differ enough to be identified.
    """
    counts = RenewalCounts.validate(counts)
    renewal = counts["renewal"].to_numpy(float)
    lost, kept = counts["n_lost"].to_numpy(float), counts["n_censored"].to_numpy(float)
    if lost.sum() == 0 or kept.sum() == 0 or len(counts) < 2:
        raise AnalysisError(
            "retention cannot be fitted", remedy="give two renewals or more, some customers lost, some kept"
        )

    def loss(theta: np.ndarray) -> float:
        a, b = np.exp(np.clip(theta, -9, 9))
        left = betaln(a + 1, b + renewal - 1) - betaln(a, b)
        stayed = betaln(a, b + renewal) - betaln(a, b)
        return -float(np.dot(lost, left) + np.dot(kept, stayed))

    found = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 4000})
    if not found.success or np.abs(found.x).max() > 8.5:
        raise AnalysisError(
            "the chances to leave do not differ between these customers, so that the model is not identified",
            remedy="use a constant retention rate",
            value=tuple(np.exp(found.x).round(3).tolist()),
        )
    a, b = np.exp(found.x)
    return RetentionModel(float(a), float(b), np.linalg.inv(_information(loss, found.x)), -float(found.fun))


def _information(loss: object, theta: np.ndarray, step: float = 1e-3) -> np.ndarray:
    steps = np.eye(2) * step
    second = [
        [
            (loss(theta + i + j) - loss(theta + i - j) - loss(theta - i + j) + loss(theta - i - j)) / (4 * step**2)
            for j in steps
        ]
        for i in steps
    ]
    return np.array(second)


def compute_survival(model: RetentionModel, *, n_renewals: int) -> np.ndarray:
    """Return the share of a new cohort still there after renewals 0 … n_renewals."""
    renewal = np.arange(n_renewals + 1)
    return np.exp(betaln(model.a, model.b + renewal) - betaln(model.a, model.b))


def compute_residual_renewals(
    model: RetentionModel, *, n_renewed: np.ndarray, discount_rate: float, horizon: int | None
) -> np.ndarray:
    """Return the discounted expected residual renewals of customers that renewed n_renewed times and are due next.

    The renewal now due counts undiscounted; ``discount_rate`` is per renewal; ``horizon``: renewals (None = all).
    Mean of the geometric sum over the chance to leave (Gauss rule), equal to the papers' hypergeometric form.
    Raises AnalysisError for discount_rate <= -1, or none above 0 with an endless horizon.
    """
    _assert_discount(model, discount_rate, horizon)
    stays = model.b + np.asarray(n_renewed, float)
    nodes, weights = beta_nodes(model.a, stays, N_NODES)
    kept, factor = 1 - nodes, 1 / (1 + discount_rate)
    if horizon is None:
        return np.sum(weights * kept / (1 - kept * factor), axis=1)
    terms = np.stack([kept ** (k + 1) * factor**k for k in range(horizon)]).sum(axis=0)
    return np.sum(weights * terms, axis=1)


def _assert_discount(model: RetentionModel, discount_rate: float, horizon: int | None) -> None:
    if not discount_rate > -1:
        raise AnalysisError("the discount rate must be above -1", remedy="give it per renewal", value=discount_rate)
    if horizon is not None and horizon < 1:
        raise AnalysisError("the horizon must be at least one renewal", remedy="None means no end", value=horizon)
    if horizon is None and discount_rate <= 0:
        raise AnalysisError(
            "an endless horizon without a discount rate may be worth infinitely much",
            remedy="give a discount rate above zero or a horizon",
            value=discount_rate,
        )
