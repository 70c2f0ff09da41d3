"""Many questions at once: which answers still stand when all of them are counted."""

import numpy as np
from scipy.stats import norm

from portfolio_lab.errors import AnalysisError


def compute_p_values(effects: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return two-sided p-values of effects against 0 by the normal distribution; 1 where there is no error."""
    effects, errors = np.asarray(effects, dtype=float), np.asarray(errors, dtype=float)
    return np.where(errors > 0, 2 * norm.sf(np.abs(effects) / np.where(errors > 0, errors, 1.0)), 1.0)


def reject_by_benjamini_hochberg(p_values: np.ndarray, *, rate: float = 0.05) -> np.ndarray:
    """Return which hypotheses fall while at most ``rate`` of those that fall are wrong, in expectation.

    One flag per p-value, in their order. Source: Benjamini and Hochberg (1995).
    """
    p = _checked(p_values)
    order, n = np.argsort(p, kind="stable"), len(p)
    below = p[order] <= rate * np.arange(1, n + 1) / n
    last = np.flatnonzero(below).max(initial=-1)
    falls = np.zeros(n, dtype=bool)
    falls[order[: last + 1]] = True
    return falls


def reject_by_holm(p_values: np.ndarray, *, rate: float = 0.05) -> np.ndarray:
    """Return which hypotheses fall while the chance of any wrong one stays below ``rate``. Source: Holm (1979)."""
    p = _checked(p_values)
    order, n = np.argsort(p, kind="stable"), len(p)
    stands = p[order] > rate / (n - np.arange(n))
    first = np.flatnonzero(stands).min(initial=n)
    falls = np.zeros(n, dtype=bool)
    falls[order[:first]] = True
    return falls


def _checked(p_values: np.ndarray) -> np.ndarray:
    p = np.asarray(p_values, dtype=float)
    if not ((p >= 0) & (p <= 1)).all():
        raise AnalysisError("p-values lie between 0 and 1", remedy="compute them from effect and error", value=p)
    return p
