"""Salespeople whose results are level up to a known portfolio size and fall beyond it, or do not fall at all."""

import numpy as np


def simulate_sizes(*, n_people=24, n_large=4, break_at=180.0, slope=0.0018, seed=1):
    """Return sizes and shares of customers who bought, one per person; ``slope`` 0 = size does nothing.

    Shares are counts over four periods, so that small portfolios scatter more; people differ in skill.
    """
    rng = np.random.default_rng(seed)
    sizes = np.append(rng.integers(60, 220, n_people - n_large), rng.integers(200, 360, n_large)).astype(float)
    skill = 0.62 + 0.03 * rng.standard_normal(n_people)
    chance = np.clip(skill - slope * np.maximum(sizes - break_at, 0), 0, 1)
    n_seen = (4 * sizes).astype(int)
    return sizes, rng.binomial(n_seen, chance) / n_seen
