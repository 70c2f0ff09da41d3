"""The day of silence on which a chance that fades has fallen below a level for good."""

from collections.abc import Callable, Sequence

import numpy as np

# 20 years of silence: whoever keeps a chance above the level so long never crosses it in practice.
LONGEST_DAYS = 7300


def compute_crossing_days(
    chance: Callable[[np.ndarray], np.ndarray], levels: Sequence[float], *, n: int, longest: int = LONGEST_DAYS
) -> np.ndarray:
    """Return the first whole day of silence from which on ``chance`` stays below each level.

    Shape: levels × n, days from 1 to ``longest``. ``chance`` takes n days of silence and gives n chances. A chance may
    rise at first (a regular buyer's does, until the order is due): the last crossing counts, so that a customer who
    stays silent never moves back.
    """
    grid = _grid(longest)
    last_above = np.zeros((len(levels), n), dtype=np.int64)
    for position, day in enumerate(grid):
        values = chance(np.full(n, float(day)))
        for row, level in enumerate(levels):
            last_above[row, values >= level] = position + 1
    return np.stack([_refine(chance, level, last_above[row], grid) for row, level in enumerate(levels)])


def _grid(longest: int) -> np.ndarray:
    """Days that stand close together at first and ever further apart."""
    return np.unique(np.round(np.geomspace(1, longest, 48)).astype(np.int64))


def _refine(chance: Callable, level: float, last_above: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Halve the step of the grid in which the chance fell below the level until one day is left."""
    low = np.where(last_above > 0, grid[np.maximum(last_above - 1, 0)], 0)
    high = grid[np.minimum(last_above, len(grid) - 1)]
    while (is_open := high - low > 1).any():
        middle = (low + high) // 2
        is_above = chance(middle.astype(float)) >= level
        low = np.where(is_open & is_above, middle, low)
        high = np.where(is_open & ~is_above, middle, high)
    return np.maximum(high, 1)
