"""Two shares compared: intervals that hold in small groups and at the edges."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from portfolio_lab.analysis.verdicts import Estimate
from portfolio_lab.errors import AnalysisError

_EDGE = 1e-12


@dataclass(frozen=True)
class Counts:
    """Successes and customers of the treated (1) and of the untreated (0)."""

    x1: int
    n1: int
    x0: int
    n0: int

    def __post_init__(self) -> None:
        """Refuse groups without customers or with more successes than customers."""
        if not (0 <= self.x1 <= self.n1 and 0 <= self.x0 <= self.n0 and self.n1 > 0 and self.n0 > 0):
            remedy = "count successes among the customers of two groups that both have some"
            raise AnalysisError("these counts are no shares", remedy=remedy, value=self)

    @property
    def difference(self) -> float:
        """Share of the treated minus share of the untreated."""
        return self.x1 / self.n1 - self.x0 / self.n0


def compare_proportions(counts: Counts, *, confidence: float = 0.95) -> Estimate:
    """Return the difference of two shares with Newcombe's interval, in shares (0..1).

    Source: Newcombe (1998), method 10.
    """
    low, high = compute_newcombe_interval(counts, confidence=confidence)
    p1, p0 = counts.x1 / counts.n1, counts.x0 / counts.n0
    se = np.sqrt(p1 * (1 - p1) / counts.n1 + p0 * (1 - p0) / counts.n0)
    # without a success or a failure in both groups the plain formula knows no spread, the interval does
    se = se if se > 0 else (high - low) / (2 * norm.ppf(0.5 + confidence / 2))
    name = "difference of shares, Newcombe"
    return Estimate(
        counts.difference, float(se), low, high, counts.n1, counts.n0, p0, method=name, confidence=confidence
    )


def compute_newcombe_interval(counts: Counts, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the limits of the difference of two shares from Wilson's limits of each. Source: Newcombe (1998)."""
    z = norm.ppf(0.5 + confidence / 2)
    (l1, u1), (l0, u0) = _wilson(counts.x1, counts.n1, z), _wilson(counts.x0, counts.n0, z)
    p1, p0, d = counts.x1 / counts.n1, counts.x0 / counts.n0, counts.difference
    return float(d - np.hypot(p1 - l1, u0 - p0)), float(d + np.hypot(u1 - p1, p0 - l0))


def _wilson(x: int, n: int, z: float) -> tuple[float, float]:
    centre, reach = (2 * x + z**2) / (2 * (n + z**2)), z * np.sqrt(z**2 + 4 * x * (1 - x / n)) / (2 * (n + z**2))
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def compute_miettinen_nurminen_interval(counts: Counts, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the score limits of the difference of two shares. Source: Miettinen and Nurminen (1985)."""
    z, d = norm.ppf(0.5 + confidence / 2), counts.difference
    return _limit(counts, d, -1.0, z), _limit(counts, d, 1.0, -z)


def _limit(counts: Counts, difference: float, edge: float, z: float) -> float:
    """Where the score equals ``z`` between the difference and the edge of what a difference can be."""
    inner, outer = difference, edge - np.sign(edge) * _EDGE
    if abs(difference - edge) < 1e-9 or (_score(counts, outer) - z) * np.sign(edge) > 0:
        return edge
    near = inner + np.sign(outer - inner) * _EDGE
    return float(brentq(lambda at: _score(counts, at) - z, *sorted((near, outer)), xtol=1e-10))


def _score(counts: Counts, d: float) -> float:
    """How many standard deviations the observed difference lies above ``d``, shares fitted under ``d``."""
    x1, n1, x0, n0 = counts.x1, counts.n1, counts.x0, counts.n0
    n, x = n1 + n0, x1 + x0
    a3, a2 = n, (n1 + 2 * n0) * d - n - x
    a1, a0 = (n0 * d - n - 2 * x0) * d + x, x0 * d * (1 - d)
    q = a2**3 / (3 * a3) ** 3 - a1 * a2 / (6 * a3**2) + a0 / (2 * a3)
    p = np.sign(q or 1.0) * np.sqrt(max(a2**2 / (3 * a3) ** 2 - a1 / (3 * a3), 0.0))
    angle = (np.pi + np.arccos(np.clip(q / p**3, -1, 1))) / 3 if p else np.pi / 2
    p0 = min(max(2 * p * np.cos(angle) - a2 / (3 * a3), 0.0), 1.0)
    p1 = min(max(p0 + d, 0.0), 1.0)
    variance = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * n / (n - 1)
    gap = counts.difference - d
    return gap / np.sqrt(variance) if variance > 0 else np.sign(gap) * np.inf
