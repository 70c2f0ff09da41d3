"""Many small cells: each cell's effect drawn towards the mean of all as far as its own data are weak."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from portfolio_lab.errors import AnalysisError


@dataclass(frozen=True)
class Shrunk:
    """Effects and errors after pooling, the common mean, the spread between cells and how uneven they are (I²)."""

    effects: np.ndarray
    errors: np.ndarray
    mean: float
    between: float
    q: float
    unevenness: float

    def interval(self, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Return the limits of each cell's pooled effect."""
        reach = norm.ppf(0.5 + confidence / 2) * self.errors
        return self.effects - reach, self.effects + reach


def shrink_cells(effects: np.ndarray, errors: np.ndarray) -> Shrunk:
    """Return the cells' effects pooled in part: mean + B (effect − mean), B = between² / (between² + error²).

    Between-cell variance by Paule and Mandel (1982); the uncertainty of the mean is added to each cell's variance.
    One cell stays as it is. Raises AnalysisError unless every error is positive. Source: Efron and Morris (1975).
    """
    effects, errors = np.asarray(effects, dtype=float), np.asarray(errors, dtype=float)
    if not len(effects) or not (errors > 0).all() or not np.isfinite(effects).all():
        raise AnalysisError("cells cannot be pooled without an error each", remedy="leave out empty cells")
    if len(effects) == 1:
        return Shrunk(effects.copy(), errors.copy(), float(effects[0]), 0.0, 0.0, 0.0)
    variance = errors**2
    between = _paule_mandel(effects, variance)
    weights = 1 / (between + variance)
    mean = float((weights * effects).sum() / weights.sum())
    kept = between / (between + variance)
    spread = kept * variance + (1 - kept) ** 2 / weights.sum()
    q = _spread(effects, variance, 0.0)
    return Shrunk(
        mean + kept * (effects - mean), np.sqrt(spread), mean, float(np.sqrt(between)), q,
        max(0.0, 1 - (len(effects) - 1) / q) if q > 0 else 0.0,
    )  # fmt: skip


def _spread(effects: np.ndarray, variance: np.ndarray, between: float) -> float:
    weights = 1 / (variance + between)
    mean = (weights * effects).sum() / weights.sum()
    return float((weights * (effects - mean) ** 2).sum())


def _paule_mandel(effects: np.ndarray, variance: np.ndarray) -> float:
    """The between-cell variance at which the cells are just as far apart as chance and it together would have it."""
    freedom = len(effects) - 1
    if _spread(effects, variance, 0.0) <= freedom:
        return 0.0
    top = float(np.var(effects) * len(effects) + variance.max())
    while _spread(effects, variance, top) > freedom:
        top *= 2
    return float(brentq(lambda between: _spread(effects, variance, between) - freedom, 0.0, top))
