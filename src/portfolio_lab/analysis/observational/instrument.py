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
    Z = np.column_stack([z, others])
    moved, moved_error = _fit_iv(Z, Z, d, codes)
    offer, offer_error = _fit_iv(Z, Z, y, codes)
    strength = float((moved / moved_error) ** 2)
    if strength < MIN_F:
        remedy = "this is no experiment of nature: use the comparison of customers with the same history"
        raise AnalysisError("hardly anybody was moved by the encouragement", remedy=remedy, value=round(strength, 1))
    effect, error = _fit_iv(np.column_stack([d, others]), Z, y, codes)
    return Encouraged(effect, error, offer, offer_error, moved, strength)


def _fit_iv(X: np.ndarray, Z: np.ndarray, y: np.ndarray, codes: np.ndarray) -> tuple[float, float]:
    """The first coefficient and its cluster-robust error, without small-sample factor."""
    fitted = Z @ np.linalg.lstsq(Z, X, rcond=None)[0]
    bread = np.linalg.inv(fitted.T @ X)
    beta = bread @ (fitted.T @ y)
    pulls = fitted * (y - X @ beta)[:, None]
    sums = np.column_stack([np.bincount(codes, weights=column) for column in pulls.T])
    variance = bread @ (sums.T @ sums) @ bread.T
    return float(beta[0]), float(np.sqrt(variance[0, 0]))
