"""Less noise from what was known before: the difference adjusted for covariates, and how much that helped."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from portfolio_lab.analysis.verdicts import Estimate
from portfolio_lab.errors import AnalysisError

# A covariate with less spread of its own than this share singles out a few customers and explains nothing.
MIN_OWN_SPREAD = 0.05
# HC3 divides by 1 - leverage; a customer whom the covariates single out must not count without bound.
MAX_LEVERAGE = 0.9


@dataclass(frozen=True)
class Adjusted:
    """An adjusted difference, and by which share its variance is below that of the plain one (negative: above)."""

    estimate: Estimate
    variance_reduction: float


def adjust_by_lin(
    outcome: np.ndarray, is_treated: np.ndarray, covariates: np.ndarray, *, confidence: float = 0.95
) -> Adjusted:
    """Return the effect of treatment with centred covariates and their products with treatment, robust error (HC3).

    ``covariates``: one row per customer, known before the treatment. With one covariate this is CUPED with a slope of
    its own in each group. Raises AnalysisError with too few customers. Source: Lin (2013); Deng et al. (2013).
    """
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=float)
    x = _independent(np.asarray(covariates, dtype=float).reshape(len(y), -1))
    if min(d.sum(), (1 - d).sum()) <= x.shape[1] + 2:
        remedy = "use fewer covariates than customers in the smaller group"
        raise AnalysisError("too few customers to adjust for so much", remedy=remedy, value=x.shape[1])
    x = x[:, _has_own_spread(x, d == 1) & _has_own_spread(x, d == 0)]
    design = np.column_stack([np.ones(len(y)), d, x, x * d[:, None]])
    effect, se = _least_squares(design, y)
    plain = y[d == 1].var(ddof=1) / d.sum() + y[d == 0].var(ddof=1) / (1 - d).sum()
    reach = float(norm.ppf(0.5 + confidence / 2)) * se
    estimate = Estimate(
        effect, se, effect - reach, effect + reach, int(d.sum()), int((1 - d).sum()), float(y[d == 0].mean()),
        method="adjusted for what was known before, Lin", confidence=confidence,
    )  # fmt: skip
    return Adjusted(estimate, 1 - se**2 / plain if plain > 0 else 0.0)


def _independent(x: np.ndarray) -> np.ndarray:
    """Centred and scaled columns, without those that say nothing beyond the ones before them."""
    centred = x - x.mean(axis=0)
    spread = centred.std(axis=0)
    scaled = centred[:, spread > 0] / spread[spread > 0]
    if not scaled.shape[1]:
        return scaled
    return scaled[:, _has_own_spread(scaled, np.ones(len(x), dtype=bool))]


def _has_own_spread(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Whether each column says something, among these rows, beyond the columns before it.

    One that says something in one group only has no slope in the other, and the fit would have no answer.
    """
    if not x.shape[1]:
        return np.zeros(0, dtype=bool)
    corner = np.abs(np.diag(np.linalg.qr(x[rows] - x[rows].mean(axis=0), mode="r")))
    return np.append(corner, np.zeros(x.shape[1] - len(corner))) > MIN_OWN_SPREAD * np.sqrt(rows.sum())


def _least_squares(design: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Coefficient of the second column and its HC3 error."""
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ (design.T @ y)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    row = design @ inverse[1]
    scores = row * (y - design @ beta) / np.maximum(1 - leverage, 1 - MAX_LEVERAGE)
    return float(beta[1]), float(np.sqrt((scores**2).sum()))
