"""Intervals of shares and means that know which rows belong to the same customer."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.errors import AnalysisError


def compute_share_interval(n_met: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share (0..1), (NaN, NaN) without a case. Source: Wilson (1927)."""
    if n_met > n or n_met < 0:
        raise AnalysisError("more cases met than there are", remedy="count both over the same rows", value=(n_met, n))
    if n == 0:
        return np.nan, np.nan
    z = norm.ppf(0.5 + level / 2)
    share, scale = n_met / n, 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / scale
    reach = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / scale
    # rounding must not leave the share itself outside
    return float(min(centre - reach, share)), float(max(centre + reach, share))


def compute_clustered_mean(values: pd.Series, clusters: pd.Series, *, level: float = 0.95) -> dict[str, float]:
    """Return n, n_clusters, mean, low and high of ``values`` whose errors go together within a cluster.

    The limits are empty below two clusters. Source: Liang and Zeger (1986), for the mean, with g / (g - 1).
    """
    known = values.notna()
    values, clusters = values[known].astype(float), clusters[known]
    n, n_clusters = len(values), int(clusters.nunique())
    if n == 0:
        return {"n": 0, "n_clusters": 0, "mean": np.nan, "low": np.nan, "high": np.nan}
    mean = float(values.mean())
    if n_clusters < 2:
        return {"n": n, "n_clusters": n_clusters, "mean": mean, "low": np.nan, "high": np.nan}
    sums = (values - mean).groupby(clusters.to_numpy()).sum().to_numpy()
    error = np.sqrt((sums**2).sum() * n_clusters / (n_clusters - 1)) / n
    reach = norm.ppf(0.5 + level / 2) * error
    return {"n": n, "n_clusters": n_clusters, "mean": mean, "low": mean - reach, "high": mean + reach}


def resample_ratio(
    numerator: pd.DataFrame, denominator: pd.DataFrame, *, n_bootstrap: int, seed: int, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of the ratio of column sums when the rows (one per customer) are drawn again.

    Shape: one limit per column; NaN where a draw had nothing below the line. Source: Efron (1979).
    """
    generator, n = np.random.default_rng(seed), len(numerator)
    weights = generator.multinomial(n, np.full(n, 1 / n), size=n_bootstrap)
    below = weights @ denominator.to_numpy(float)
    ratios = np.divide(weights @ numerator.to_numpy(float), below, out=np.full(below.shape, np.nan), where=below > 0)
    tail = (1 - level) / 2
    return np.quantile(ratios, tail, axis=0), np.quantile(ratios, 1 - tail, axis=0)
