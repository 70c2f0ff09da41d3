"""Ratios such as margin per order: the customer is the unit, for its orders are not independent of each other."""

import numpy as np
from scipy.stats import norm

from portfolio_lab.analysis.verdicts import Estimate
from portfolio_lab.errors import AnalysisError

Sums = tuple[np.ndarray, np.ndarray]


def compare_ratios(treated: Sums, control: Sums, *, confidence: float = 0.95) -> Estimate:
    """Return the difference of two ratios of sums, each given as (numerator, denominator) per customer.

    Unit: numerator per denominator. Variance by the delta method. Raises AnalysisError without a denominator.
    Source: Deng, Knoblich and Lu (2018).
    """
    (r1, v1), (r0, v0) = compute_ratio(*treated), compute_ratio(*control)
    effect, se = r1 - r0, float(np.sqrt(v1 + v0))
    reach = float(norm.ppf(0.5 + confidence / 2)) * se
    sizes = {"n_treated": len(treated[0]), "n_control": len(control[0]), "control_mean": r0}
    return Estimate(
        effect, se, effect - reach, effect + reach, **sizes, method="difference of ratios", confidence=confidence
    )


def compute_ratio(numerator: np.ndarray, denominator: np.ndarray) -> tuple[float, float]:
    """Return the ratio of the sums over customers, and its variance: (s²_N − 2R s_NM + R² s²_M) / (n M̄²)."""
    top, bottom = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if len(top) < 2 or bottom.sum() <= 0:
        remedy = "compare ratios only where at least two customers, together, have something below the line"
        raise AnalysisError("a ratio without a denominator", remedy=remedy, value=len(top))
    ratio = float(top.sum() / bottom.sum())
    spread = np.var(top - ratio * bottom, ddof=1)
    return ratio, float(spread / (len(top) * bottom.mean() ** 2))
