"""The same fit for many divisions of the same rows at once: what a hundred deals by lot need in the time of a few.

Rows and terms are shared; which rows count, and what is told of them, differs from deal to deal. One product over the
rows serves all deals, which is what makes it quick.
"""

import numpy as np
from scipy.special import expit

from portfolio_lab.analysis.observational.logit import fit_logit

NEAR = 1e-3  # of a coefficient: what is left of the search then is a thousandth of what luck does to it
ROUNDS, STEPS = 12, 3
LONGEST = 2.0


def fit_lines(X: np.ndarray, y: np.ndarray, counted: np.ndarray, *, ridge: float) -> np.ndarray:
    """Return the coefficients (k × m) of m least-squares fits of ``y`` (n) on X (n × k; first column ones).

    ``counted`` (n × m, bool): which rows each fit sees. ``ridge`` holds back all but the first.
    """
    weight = counted.astype(X.dtype)
    bent = bend_all(X, weight) + np.diag(_penalise(X, ridge))
    return np.linalg.solve(bent, (X.T @ (weight * y[:, None])).T[:, :, None])[:, :, 0].T


def fit_logits(
    X: np.ndarray, y: np.ndarray, counted: np.ndarray, *, ridge: float, start: np.ndarray | None = None
) -> np.ndarray:
    """Return the coefficients (k × m) of m logistic fits on X (n × k; first column ones), to a thousandth.

    ``y``: 0 or 1, n × m or n × 1 where all fits are told the same; ``counted`` (n × m, bool): which rows each sees.
    ``start`` (k): where all begin. A fit that finds no end in twelve rounds is made by itself (``fit_logit``, which
    raises AnalysisError where there is none). Newton's method; the curvature is kept for three
    steps, and is one for all fits where all see the same rows.
    """
    penalty, weight = _penalise(X, ridge), counted.astype(X.dtype)
    found = np.tile((np.zeros(X.shape[1]) if start is None else start)[:, None], counted.shape[1])
    told = np.broadcast_to(y, counted.shape)
    n_yes, n_rows = (counted & (told > 0)).sum(axis=0), counted.sum(axis=0)
    open_ = np.flatnonzero((n_yes > 0) & (n_yes < n_rows))
    for _ in range(ROUNDS):
        if not len(open_):
            break
        found[:, open_], ended = _step_all(X, told[:, open_], weight[:, open_], found[:, open_], penalty)
        open_ = open_[~ended]
    alone = np.union1d(open_, np.flatnonzero((n_yes == 0) | (n_yes == n_rows)))
    for k in alone:
        rows = counted[:, k]
        found[:, k] = fit_logit(X[rows].astype(float), told[rows, k].astype(float), ridge=ridge)
    return found


def _step_all(
    X: np.ndarray, told: np.ndarray, weight: np.ndarray, found: np.ndarray, penalty: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A few steps of all fits by the curvature where they begin, and which of them came to their end."""
    for k in range(STEPS):
        chance = expit(X @ found.astype(X.dtype))
        if k == 0:
            curved = weight * chance * (1 - chance)
            curved = curved.mean(axis=1, keepdims=True) if weight.all() else curved
            inverse = np.linalg.inv((bend_all(X, curved) + np.diag(penalty)).astype(X.dtype))
        slope = (X.T @ (weight * (told - chance))).astype(float) - penalty[:, None] * found
        step = np.matmul(inverse, slope.T[:, :, None])[:, :, 0].T
        longest = np.abs(step).max(axis=0)
        found = found + step * np.minimum(1.0, LONGEST / np.maximum(longest, LONGEST))
    return found, longest < NEAR


def bend_all(X: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weighted products of the terms, m × k × k, for every column of ``weight`` (n × m)."""
    k = X.shape[1]
    bent = np.zeros((weight.shape[1], k, k))
    for j in range(k):
        bent[:, j:, j] = (weight.T @ (X[:, j:] * X[:, j : j + 1])).astype(float)
        bent[:, j, j:] = bent[:, j:, j]
    return bent


def _penalise(X: np.ndarray, ridge: float) -> np.ndarray:
    penalty = np.full(X.shape[1], ridge)
    penalty[0] = 0.0
    return penalty
