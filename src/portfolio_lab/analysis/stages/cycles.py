"""A customer's own purchase cycle, shrunk towards the typical one as long as little is known of it."""

import numpy as np

from portfolio_lab.policy import StageRule


def compute_cycle_days(n_repeats: np.ndarray, age_days: np.ndarray, rule: StageRule) -> np.ndarray:
    """Return the cycle in days: mean of the own gaps and of ``shrink_gaps`` gaps of the typical length.

    Shape of the input. ``n_repeats`` gaps have lasted ``age_days`` together. A customer without a gap has the typical
    cycle. Source: empirical Bayes with a conjugate prior worth ``shrink_gaps`` observations (Morris, 1983).
    """
    weight = n_repeats + rule.shrink_gaps
    known = age_days + rule.shrink_gaps * rule.typical_gap_days
    return np.divide(known, weight, out=np.full(np.shape(weight), float(rule.typical_gap_days)), where=weight > 0)
