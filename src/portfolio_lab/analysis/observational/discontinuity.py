"""Free experiments at a threshold: just above and just below a class or stage limit customers are alike, plans are not.

A local line on either side gives the jump; its interval comes from a local parabola with the same window, which is the
bias-corrected interval when both windows are equal. Sources: Imbens and Kalyanaraman (2012) for the window; Calonico,
Cattaneo and Titiunik (2014) for the interval; McCrary (2008) for the look at who stands where. Local effect only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.errors import AnalysisError

MIN_PER_SIDE = 30
DAYS_PER_WEEK = 7
MIN_BINS = 5


@dataclass(frozen=True)
class Jump:
    """The jump at a threshold in units of the outcome, its interval, the window used and the customers in it.

    ``crowding_z``: how far the numbers of customers just above and just below differ, in standard errors.
    """

    effect: float
    error: float
    low: float
    high: float
    window: float
    n_below: int
    n_above: int
    crowding_z: float

    @property
    def is_crowded(self) -> bool:
        """Whether customers seem to have been moved across the threshold."""
        return abs(self.crowding_z) > norm.ppf(0.975)


def fit_jump(
    rows: pd.DataFrame,
    *,
    score: str,
    cutoff: float,
    outcome: str,
    window: float | None = None,
    cluster: str | None = None,
) -> Jump:
    """Return the jump of the outcome where ``score`` passes ``cutoff`` (at it counts as above).

    Rows of the same ``cluster`` (a customer seen several times) share their errors; the interval is of 95 %.
    Raises AnalysisError with fewer than 30 customers on either side of the threshold within the window.
    """
    x, y = rows[score].to_numpy(dtype=float) - cutoff, rows[outcome].to_numpy(dtype=float)
    _refuse_few(x, np.inf)
    h = choose_window(x, y) if window is None else window
    _refuse_few(x, h)
    codes = np.arange(len(rows)) if cluster is None else pd.factorize(rows[cluster])[0]
    line, _ = _jump(x, y, h, codes, degree=1)
    bent, error = _jump(x, y, h, codes, degree=2)
    reach = norm.ppf(0.975) * error
    low, high = min(bent - reach, line), max(bent + reach, line)
    n_below, n_above = int(((x < 0) & (x >= -h)).sum()), int(((x >= 0) & (x <= h)).sum())
    return Jump(line, error, low, high, float(h), n_below, n_above, compute_crowding(x))


def _refuse_few(x: np.ndarray, h: float) -> None:
    near = int(min(((x < 0) & (x >= -h)).sum(), ((x >= 0) & (x <= h)).sum()))
    if near < MIN_PER_SIDE:
        remedy = "widen the window, or do without this threshold"
        raise AnalysisError("too few customers on one side of the threshold", remedy=remedy, value=near)


def _jump(x: np.ndarray, y: np.ndarray, h: float, codes: np.ndarray, *, degree: int) -> tuple[float, float]:
    """Difference of the heights on the two sides, and its error by cluster."""
    heights, pulls = [], np.zeros(len(x))
    for side, sign in ((x >= 0, 1.0), (x < 0, -1.0)):
        height, pull = _edge(x[side], y[side], h, degree=degree)
        heights.append(height)
        pulls[side] = sign * pull
    sums = np.bincount(codes, weights=pulls)
    return heights[0] - heights[1], float(np.sqrt((sums**2).sum()))


def _edge(x: np.ndarray, y: np.ndarray, h: float, *, degree: int) -> tuple[float, np.ndarray]:
    """Height at the threshold of a local polynomial with a triangular window, and each row's pull on it."""
    w = np.maximum(1 - np.abs(x) / h, 0)
    X = np.vander(x / h, degree + 1, increasing=True)
    bread = np.linalg.pinv((X * w[:, None]).T @ X)
    beta = bread @ (X.T @ (w * y))
    n = (w > 0).sum()
    pulls = (X @ bread[:, 0]) * w * (y - X @ beta)
    return float(beta[0]), pulls * np.sqrt(n / max(n - degree - 1, 1))


def choose_window(x: np.ndarray, y: np.ndarray) -> float:
    """Return the window that makes the mean squared error of the jump smallest (Imbens and Kalyanaraman, 2012)."""
    n, scale = len(x), x.std()
    pilot = 1.84 * scale * n ** (-1 / 5)
    sides = (x >= 0, x < 0)
    near = [side & (np.abs(x) <= pilot) for side in sides]
    if min(part.sum() for part in near) < 5:
        return float(2 * pilot)
    density = sum(part.sum() for part in near) / (2 * n * pilot)
    noise = [np.var(y[part], ddof=1) for part in near]
    cubic = np.column_stack([x >= 0, np.vander(x, 4, increasing=True)]).astype(float)
    third = 6 * np.linalg.lstsq(cubic, y, rcond=None)[0][-1]
    curves, rests = zip(*(_curvature(x[s], y[s], v, density, third) for s, v in zip(sides, noise, strict=True)),
                        strict=True)  # fmt: skip
    bend = (curves[0] - curves[1]) ** 2 + sum(rests)
    window = 3.4375 * (sum(noise) / (density * max(bend, 1e-300))) ** (1 / 5) * n ** (-1 / 5)
    return float(min(window, np.abs(x).max()))


def _curvature(x: np.ndarray, y: np.ndarray, noise: float, density: float, third: float) -> tuple[float, float]:
    """Curvature of one side from a parabola of its own window, and what it may be wrong by."""
    n = len(x)
    window = 3.56 * (noise / (density * max(third**2, 1e-12))) ** (1 / 7) * n ** (-1 / 7)
    near = np.abs(x) <= max(window, np.sort(np.abs(x))[min(10, n - 1)])
    curve = 2 * np.polyfit(x[near], y[near], 2)[0]
    spread = np.abs(x[near]).max()
    return float(curve), float(2160 * noise / (near.sum() * spread**4))


def compute_crowding(x: np.ndarray) -> float:
    """Return the difference of log densities just above and just below 0, in standard errors (McCrary, 2008).

    Whole numbers are days: they are counted by whole weeks, so that weekdays do not look like crowds.
    """
    width, window = 2 * x.std() / np.sqrt(len(x)), 1.84 * x.std() * len(x) ** (-1 / 5)
    if (x == np.round(x)).all():
        width = DAYS_PER_WEEK * np.ceil(width / DAYS_PER_WEEK)
        x, window = x + 0.5, max(window, MIN_BINS * width)
    heights = [_density_at_edge(np.abs(side), width, window, len(x)) for side in (x[x >= 0], x[x < 0])]
    if min(heights) <= 0:
        return float(np.inf)
    error = np.sqrt(24 / 5 / (len(x) * window) * sum(1 / height for height in heights))
    return float((np.log(heights[0]) - np.log(heights[1])) / error)


def _density_at_edge(distance: np.ndarray, width: float, window: float, n: int) -> float:
    edges = np.arange(0, window + width, width)
    counts = np.histogram(distance, edges)[0] / (n * width)
    middle = edges[:-1] + width / 2
    w = np.maximum(1 - middle / window, 0)
    X = np.column_stack([np.ones_like(middle), middle])
    return float(np.linalg.lstsq(X * np.sqrt(w)[:, None], counts * np.sqrt(w), rcond=None)[0][0])
