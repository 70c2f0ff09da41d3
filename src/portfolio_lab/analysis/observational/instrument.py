"""Encouragements: where chance (a salesperson away, a plan dealt out) moved who was contacted, and nothing else.

Two-stage least squares with robust or cluster-robust errors; the effect on those whom the encouragement moved.
Source: Imbens and Angrist (1994); Angrist, Imbens and Rubin (1996).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.logit import add_one
from portfolio_lab.errors import AnalysisError

MIN_F = 10.0


@dataclass(frozen=True)
class Encouraged:
    """Effect of being encouraged (``offer_effect``) and of being contacted for those it moved (``effect``).

    ``moved_share`` is by how much encouragement raises the share contacted; ``strength`` its F statistic (10 or more).
    """

    effect: float
    error: float
    offer_effect: float
    offer_error: float
    moved_share: float
    strength: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Limits of the effect on those whom the encouragement moved."""
        reach = norm.ppf(0.5 + level / 2) * self.error
        return self.effect - reach, self.effect + reach


def fit_encouragement(
    rows: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    encouragement: str,
    covariates: tuple[str, ...] = (),
    cluster: str | None = None,
) -> Encouraged:
    """Return the effects of an encouragement and of the contact it brought, units of the outcome.

    Raises AnalysisError when the encouragement hardly moves anybody (F below 10): the ratio would be noise.
    """
    y, d, z = (rows[name].to_numpy(dtype=float) for name in (outcome, treatment, encouragement))
    others = add_one(rows[list(covariates)].to_numpy(dtype=float))
    codes = np.arange(len(rows)) if cluster is None else pd.factorize(rows[cluster])[0]
    # what the covariates say is taken out of all three first, which leaves the coefficient as it is
    y, d, z = _rest(np.column_stack([y, d, z]), others).T
    moved, moved_error = _fit_ratio(d, z, z, codes)
    offer, offer_error = _fit_ratio(y, z, z, codes)
    strength = float((moved / moved_error) ** 2) if moved_error > 0 else 0.0
    if strength < MIN_F:
        remedy = "this is no experiment of nature: use the comparison of customers with the same history"
        raise AnalysisError("hardly anybody was moved by the encouragement", remedy=remedy, value=round(strength, 1))
    effect, error = _fit_ratio(y, d, z, codes)
    return Encouraged(effect, error, offer, offer_error, moved, strength)


def _rest(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """What least squares on the covariates leaves of each column (Frisch and Waugh, 1933)."""
    beta = np.linalg.pinv(others.T @ others, hermitian=True) @ (others.T @ values)
    return values - others @ beta


def _fit_ratio(y: np.ndarray, x: np.ndarray, z: np.ndarray, codes: np.ndarray) -> tuple[float, float]:
    """Coefficient of x with z as its instrument, and its cluster-robust error, without small-sample factor."""
    slope = float(z @ x)
    if abs(slope) <= 1e-12 * len(z):
        return 0.0, 0.0
    beta = float(z @ y) / slope
    sums = np.bincount(codes, weights=z * (y - x * beta))
    return beta, float(np.sqrt((sums**2).sum()) / abs(slope))
