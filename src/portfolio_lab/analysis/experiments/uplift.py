"""Whom to contact first: customers ranked by what a contact adds, and whether the ranking is worth anything."""

from dataclasses import dataclass

import numpy as np

from portfolio_lab.errors import AnalysisError

N_FOLDS, N_POINTS = 2, 100
DEFINITION = "additional successes per customer treated, above a random order, averaged over all depths"


@dataclass(frozen=True)
class Qini:
    """The Qini value of a ranking with its interval, and the largest that a random ranking reaches (97.5 %).

    Per customer treated, in units of the outcome. ``curve`` has one row per depth: share of customers, gain.
    """

    value: float
    low: float
    high: float
    random_high: float
    shares: np.ndarray
    gains: np.ndarray

    @property
    def is_better_than_random(self) -> bool:
        """Whether the ranking beats a random one, its own uncertainty counted."""
        return self.low > 0 and self.value > self.random_high


def score_by_two_models(
    outcome: np.ndarray, is_treated: np.ndarray, covariates: np.ndarray, *, seed: int = 1
) -> np.ndarray:
    """Return what a contact is expected to add for each customer, by a linear model in each group.

    One score per customer, in units of the outcome; fitted on the other half of the customers (cross-fitting).
    Raises AnalysisError without covariates.
    """
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=bool)
    x = np.asarray(covariates, dtype=float).reshape(len(y), -1)
    if not x.shape[1]:
        raise AnalysisError("customers cannot be ranked by nothing", remedy="name covariates")
    spread = x.std(axis=0)
    design = np.column_stack([np.ones(len(y)), (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)])
    fold = np.random.default_rng(seed).permutation(len(y)) % N_FOLDS
    scores = np.empty(len(y))
    for k in range(N_FOLDS):
        here = fold == k
        betas = [np.linalg.lstsq(design[~here & arm], y[~here & arm], rcond=None)[0] for arm in (d, ~d)]
        scores[here] = design[here] @ (betas[0] - betas[1])
    return scores


def compute_qini(
    scores: np.ndarray, outcome: np.ndarray, is_treated: np.ndarray, *, n_bootstrap: int = 200, seed: int = 1
) -> Qini:
    """Return how much better a ranking is than a random order, with an interval and a band of random rankings.

    Q(k) = Y_T(k) − Y_C(k) · n_T(k) / n_C(k) over the first k customers, / N_T; its area minus that of the diagonal.
    Raises AnalysisError without customers in both groups. Source: Radcliffe (2007).
    """
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=float)
    if not 0 < d.sum() < len(d):
        raise AnalysisError("a ranking is judged on treated and untreated customers", remedy="bring both")
    rng = np.random.default_rng(seed)
    # equal scores in random order: the order of the table must not help
    order = np.lexsort((rng.random(len(y)), -np.asarray(scores, dtype=float)))
    y, d = y[order], d[order]
    ends = np.unique(np.ceil(np.linspace(0, len(y), N_POINTS + 1)[1:]).astype(int))
    gains = _curve(y, d, np.ones(len(y)), ends)
    shares = np.concatenate([[0.0], ends / len(y)])
    draws = [_area(shares, _curve(y, d, rng.poisson(1.0, len(y)), ends)) for _ in range(n_bootstrap)]
    chance = [_area(shares, _shuffled(y, d, ends, rng)) for _ in range(n_bootstrap)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return Qini(
        _area(shares, gains), float(low), float(high), float(np.quantile(chance, 0.975)), shares=shares, gains=gains
    )


def _curve(y: np.ndarray, d: np.ndarray, weight: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Gain per customer treated after each depth, 0 at the start."""
    starts = np.concatenate([[0], ends[:-1]])
    sums = [np.cumsum(np.add.reduceat(values * weight, starts)) for values in (d, 1 - d, y * d, y * (1 - d))]
    n_t, n_c, y_t, y_c = sums
    gain = y_t - y_c * np.divide(n_t, n_c, out=np.zeros_like(n_t, dtype=float), where=n_c > 0)
    return np.concatenate([[0.0], gain / n_t[-1]])


def _shuffled(y: np.ndarray, d: np.ndarray, ends: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    at = rng.permutation(len(y))
    return _curve(y[at], d[at], np.ones(len(y)), ends)


def _area(shares: np.ndarray, gains: np.ndarray) -> float:
    """Area between the curve and the diagonal to its end."""
    return float(np.trapezoid(gains - shares * gains[-1], shares))
