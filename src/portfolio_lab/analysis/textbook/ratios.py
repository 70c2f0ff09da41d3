"""A ratio of two averages with its interval, customers drawn again."""

import numpy as np
import pandas as pd

DRAWS_AT_ONCE = 50
QUANTILES = (0.025, 0.975)


def compare_averages(
    rows: pd.DataFrame, *, first: tuple[str, str], second: tuple[str, str], n_bootstrap: int, seed: int
) -> dict[str, float]:
    """Return the ratio of two averages over customers with its 95 % limits: value, low, high.

    ``rows``: one row per customer; ``first`` and ``second`` name the columns whose sums make each average (money and
    what it is divided by). Customers are drawn again with replacement; NaN where a divisor is zero (Efron, 1979).
    """
    columns = rows[[*first, *second]].fillna(0).to_numpy(float)
    generator, n, draws = np.random.default_rng(seed), len(rows), []
    if not n:
        return {"value": np.nan, "low": np.nan, "high": np.nan}
    for start in range(0, n_bootstrap, DRAWS_AT_ONCE):
        size = min(DRAWS_AT_ONCE, n_bootstrap - start)
        draws.append(generator.multinomial(n, np.full(n, 1 / n), size=size) @ columns)
    ratios = _ratio(np.concatenate(draws))
    value = float(_ratio(columns.sum(axis=0)[None, :])[0])
    known = ratios[~np.isnan(ratios)]
    low, high = np.quantile(known, QUANTILES) if len(known) and not np.isnan(value) else (np.nan, np.nan)
    return {"value": value, "low": float(low), "high": float(high)}


def _ratio(sums: np.ndarray) -> np.ndarray:
    """(a/b)/(c/d) of columns a, b, c, d; NaN where it is not defined."""
    below = sums[:, 1] * sums[:, 2]
    usable = (below != 0) & (sums[:, 3] != 0)
    return np.where(usable, sums[:, 0] * sums[:, 3] / np.where(usable, below, 1.0), np.nan)
