"""Two means compared: unequal spreads, heavy tails, and how much of a difference the largest customers make."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from portfolio_lab.analysis.verdicts import Estimate
from portfolio_lab.errors import AnalysisError

WINSOR_QUANTILE = 0.995


@dataclass(frozen=True)
class Tails:
    """How far a difference of means hangs on few: winsorised at a pooled limit, and the part of the top 1 %."""

    winsorised: Estimate
    limit: float
    top_share: float


def compare_means(treated: np.ndarray, control: np.ndarray, *, confidence: float = 0.95) -> Estimate:
    """Return the difference of two means with Welch's interval, in the unit of the values.

    Raises AnalysisError with fewer than two customers in a group, or a value that is no number. Source: Welch (1947).
    """
    treated, control = np.asarray(treated, dtype=float), np.asarray(control, dtype=float)
    if min(len(treated), len(control)) < 2 or not (np.isfinite(treated).all() and np.isfinite(control).all()):
        remedy = "give each group at least two customers, each with a number"
        raise AnalysisError("two means cannot be compared", remedy=remedy, value=(len(treated), len(control)))
    v1, v0 = treated.var(ddof=1) / len(treated), control.var(ddof=1) / len(control)
    effect, se = treated.mean() - control.mean(), np.sqrt(v1 + v0)
    freedom = (v1 + v0) ** 2 / (v1**2 / (len(treated) - 1) + v0**2 / (len(control) - 1)) if se > 0 else 1.0
    reach = student.ppf(0.5 + confidence / 2, freedom) * se
    sizes = {"n_treated": len(treated), "n_control": len(control), "control_mean": float(control.mean())}
    return Estimate(
        float(effect), float(se), float(effect - reach), float(effect + reach), **sizes,
        method="difference of means, Welch", confidence=confidence,
    )  # fmt: skip


def examine_tails(treated: np.ndarray, control: np.ndarray, *, confidence: float = 0.95) -> Tails:
    """Return the difference with values above the pooled 99.5 % point set to it, and the top 1 %'s part of it.

    ``top_share`` is the part of the plain difference that is gone when each group's values above the pooled 99 % point
    count as that point; 0 where there is no difference.
    """
    both = np.concatenate([treated, control]).astype(float)
    limit, top = np.quantile(both, WINSOR_QUANTILE), np.quantile(both, 0.99)
    winsorised = compare_means(np.minimum(treated, limit), np.minimum(control, limit), confidence=confidence)
    plain = float(np.mean(treated) - np.mean(control))
    cut = float(np.minimum(treated, top).mean() - np.minimum(control, top).mean())
    return Tails(winsorised, float(limit), (plain - cut) / plain if plain else 0.0)
