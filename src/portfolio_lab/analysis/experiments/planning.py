"""How large an experiment must be: customers for an effect, effect for the customers, power of a given plan."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from portfolio_lab.errors import AnalysisError

POWER = 0.80
ALPHA = 0.05


def compute_power(
    effect: float, *, baseline_rate: float, n_treated: float, n_control: float, alpha: float = ALPHA
) -> float:
    """Return the chance that a difference of shares of this size is found (two-sided, normal approximation).

    Raises AnalysisError for shares outside 0..1 or empty groups.
    """
    treated_rate = baseline_rate + effect
    if not (0 <= baseline_rate <= 1 and 0 <= treated_rate <= 1 and min(n_treated, n_control) > 0):
        remedy = "keep both shares between 0 and 1 and give both groups customers"
        raise AnalysisError("no power can be computed", remedy=remedy, value=(baseline_rate, effect))
    spread = treated_rate * (1 - treated_rate) / n_treated + baseline_rate * (1 - baseline_rate) / n_control
    pooled = (n_treated * treated_rate + n_control * baseline_rate) / (n_treated + n_control)
    null = np.sqrt(pooled * (1 - pooled) * (1 / n_treated + 1 / n_control))
    if spread <= 0:
        return 1.0 if effect else alpha
    reach = norm.ppf(1 - alpha / 2) * null
    return float(norm.sf((reach - abs(effect)) / np.sqrt(spread)) + norm.cdf((-reach - abs(effect)) / np.sqrt(spread)))


def compute_n_per_group(effect: float, *, baseline_rate: float, power: float = POWER, alpha: float = ALPHA) -> int:
    """Return how many customers each of two equal groups needs to find a difference of shares with this power.

    Raises AnalysisError for an effect of nothing.
    """
    if effect == 0:
        raise AnalysisError("no number of customers finds an effect of nothing", remedy="give the smallest one")

    def gap(n: float) -> float:
        return compute_power(effect, baseline_rate=baseline_rate, n_treated=n, n_control=n, alpha=alpha) - power

    top = 4.0
    while gap(top) < 0:
        top *= 2
    return int(np.ceil(brentq(gap, 2.0, top))) if gap(2.0) < 0 else 2


def compute_mde(*, baseline_rate: float, n_treated: float, n_control: float, power: float = POWER) -> float | None:
    """Return the smallest rise of a share that groups of this size find with this power; None if not even a full one.

    Units: share (0..1).
    """
    sizes = {"baseline_rate": baseline_rate, "n_treated": n_treated, "n_control": n_control}
    most = 1 - baseline_rate
    if most <= 0 or compute_power(most, **sizes) < power:
        return None
    return float(brentq(lambda effect: compute_power(effect, **sizes) - power, 0.0, most))


def compute_mde_of_means(se: float, *, power: float = POWER, alpha: float = ALPHA) -> float:
    """Return the smallest difference of means that is found with this power, given its standard error."""
    return float((norm.ppf(1 - alpha / 2) + norm.ppf(power)) * se)
