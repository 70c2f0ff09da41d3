"""Logistic and linear fits, quick enough to be made a hundred times in one report."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from portfolio_lab.errors import AnalysisError

MAX_STEPS = 40
LONGEST_STEP = 3.0
LAST_STEP = 1e-7  # each step is a small part of the one before: the rest is shorter still
SHORT_STEP = 0.2  # after a step this short the curvature hardly changes: it is kept, while steps shrink quickly
QUICKLY = 0.5
MANY_ROWS, EVERY_SO_MANY = 4_000, 8  # from so many rows on the search begins where every eighth row ends
SAFE_STEP = 0.5  # below it Newton's step cannot overshoot by much
# until the end is near, half as many digits do, at half the cost
ROUGH_STEP, ROUGH_STEPS = 3e-5, 10


@dataclass(frozen=True)
class Fitted:
    """Coefficients (k), and the inverse of the curvature per row where they were found (k × k; None of a line).

    A search among nearly the same rows begins at the one and moves by the other.
    """

    beta: np.ndarray
    inverse: np.ndarray | None = None

    def keep_terms(self, kept: np.ndarray) -> "Fitted":
        """Return where a search by these terms alone (bool, k) begins; its curvature is that of these terms."""
        if self.inverse is None:
            return Fitted(self.beta[kept])
        mixed, left_out = self.inverse[np.ix_(kept, ~kept)], self.inverse[np.ix_(~kept, ~kept)]
        return Fitted(self.beta[kept], self.inverse[np.ix_(kept, kept)] - mixed @ _solve(left_out, mixed.T))


def add_one(X: np.ndarray) -> np.ndarray:
    """Return the terms with a first column of ones."""
    return np.column_stack([np.ones(len(X)), X])


def fit_logit(
    X: np.ndarray, y: np.ndarray, *, ridge: float = 0.1, start: np.ndarray | None = None, near: float = LAST_STEP
) -> np.ndarray:
    """Return the coefficients of a logistic fit of y (0 or 1) on X, whose first column is ones.

    ``ridge`` holds back all but the first (in units of one observation; 0 = plain maximum likelihood).
    Where all y are the same the chance is drawn half an observation towards the middle. ``start``: where the search
    begins; ``near``: the step at which it ends, none of whose coefficients moves by more.
    Raises AnalysisError if it finds no end, as where a term tells the groups apart and nothing holds it back.
    """
    return search_logit(X, y, ridge=ridge, like=None if start is None else Fitted(start), near=near).beta


def search_logit(
    X: np.ndarray, y: np.ndarray, *, ridge: float = 0.1, like: Fitted | None = None, near: float = LAST_STEP
) -> Fitted:
    """Return what ``fit_logit`` finds, with its curvature; ``like``: found among nearly the same rows and terms.

    The search ends where it would have ended without it, and sooner: while steps shrink quickly by another search's
    curvature, none of its own is computed.
    Source: Newton's method as in McCullagh and Nelder (1989), section 4.4; kept curvature: Kelley (1995), section 5.4.
    """
    if not 0 < y.sum() < len(y):
        return Fitted(_fit_constant(y, X.shape[1]))
    like = Fitted(_begin(X, y, ridge=ridge)) if like is None else like
    beta, inverse = like.beta, like.inverse
    penalty = np.full(X.shape[1], ridge)
    penalty[0] = 0.0
    rough = (X.astype(np.float32), y.astype(np.float32)) if ridge > 0 else (X, y)
    longest, before = np.inf, np.inf
    is_bent = inverse is None  # whether the curvature is to be computed where the search is
    for k in range(MAX_STEPS):
        terms, told = rough if longest > ROUGH_STEP and k < ROUGH_STEPS else (X, y)
        p = expit(terms @ beta.astype(terms.dtype))
        slope = (terms.T @ (told - p)).astype(float) - penalty * beta
        if is_bent:
            inverse = len(y) * _solve(_bend(terms, p) + np.diag(penalty), np.eye(len(penalty)))
        step = inverse @ slope / len(y)
        longest, before = float(np.abs(step).max()), longest
        beta = beta + (step if longest < SAFE_STEP else _go_down(X, y, beta, step, penalty))
        is_bent = longest > min(SHORT_STEP, QUICKLY * before)
        if longest < near:
            return Fitted(beta, inverse)
    remedy = "leave out what decides alone who is contacted, or hold the fit back with a ridge"
    raise AnalysisError("a logistic fit found no end", remedy=remedy, value=longest)


def _begin(X: np.ndarray, y: np.ndarray, *, ridge: float) -> np.ndarray:
    """Where the search begins: at the intercept alone, of many rows at the end of a search among a part of them."""
    if len(y) < MANY_ROWS or ridge <= 0:
        return _fit_constant(y, X.shape[1])
    return fit_logit(X[::EVERY_SO_MANY], y[::EVERY_SO_MANY], ridge=ridge)


def _bend(X: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The curvature of the likelihood where the chances are p."""
    weighted = X * np.sqrt(p * (1 - p)).astype(X.dtype)[:, None]
    return (weighted.T @ weighted).astype(float)


def _fit_constant(y: np.ndarray, n_terms: int) -> np.ndarray:
    """The coefficients of an intercept alone: where nobody or everybody did it, and where a search begins."""
    beta = np.zeros(n_terms)
    beta[0] = np.log((y.sum() + 0.5) / (len(y) - y.sum() + 0.5))
    return beta


def _go_down(X: np.ndarray, y: np.ndarray, beta: np.ndarray, step: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    """As much of a long step as lowers the loss."""

    def loss(at: np.ndarray) -> float:
        height = X @ at
        return float((np.logaddexp(0, height) - y * height).sum() + (penalty * at**2).sum() / 2)

    now = loss(beta)
    step = step * min(1.0, LONGEST_STEP / np.abs(step).max())
    while loss(beta + step) > now and np.abs(step).max() > 1e-9:
        step = step / 2
    return step


def fit_line(X: np.ndarray, y: np.ndarray, *, ridge: float = 0.1) -> np.ndarray:
    """Return the coefficients of a least-squares fit of y on X, whose first column is ones."""
    penalty = np.full(X.shape[1], ridge)
    penalty[0] = 0.0
    return _solve(X.T @ X + np.diag(penalty), X.T @ y)


def _solve(A: np.ndarray, b: np.ndarray) -> np.ndarray:
    try:
        found = np.linalg.solve(A, b)
    except np.linalg.LinAlgError as error:
        remedy = "leave out covariates that say the same, or hold the fit back with a ridge"
        raise AnalysisError("covariates say the same in different words", remedy=remedy) from error
    if not np.isfinite(found).all():
        raise AnalysisError("a fit is not finite", remedy="look for extreme values among the covariates")
    return found
