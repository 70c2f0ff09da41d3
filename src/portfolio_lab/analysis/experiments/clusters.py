"""Plans given to whole salespeople or regions: the unit is the cluster, not the customer."""

import numpy as np
import pandas as pd
from scipy.stats import t as student

from portfolio_lab.analysis.verdicts import Estimate
from portfolio_lab.errors import AnalysisError

FEW_CLUSTERS = 40
MIN_CLUSTERS = 4
N_DRAWS = 999


def is_assigned_by_cluster(is_treated: pd.Series, cluster: pd.Series) -> bool:
    """Return whether all customers of each cluster are in the same group, and clusters hold several customers."""
    known = cluster.notna()
    if not known.all() or len(cluster) < 2 * cluster.nunique():
        return False
    by_cluster = is_treated.astype(float).groupby(cluster)
    return bool((by_cluster.min() == by_cluster.max()).all())


def compare_clusters(
    outcome: np.ndarray, is_treated: np.ndarray, cluster: np.ndarray, *, confidence: float = 0.95, seed: int = 1
) -> Estimate:
    """Return the difference of means with an error from the clusters (CR1), n = clusters for the degrees of freedom.

    With fewer than 40 clusters the reach comes from a wild cluster bootstrap, never below that of Student's t.
    Raises AnalysisError with fewer than two clusters in a group. Source: Cameron, Gelbach and Miller (2008).
    """
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=float)
    codes, names = pd.factorize(np.asarray(cluster))
    n_clusters = len(names)
    treated_clusters = len(np.unique(codes[d == 1]))
    if treated_clusters < 2 or n_clusters - treated_clusters < 2:
        remedy = "give the plan to at least two salespeople or regions and hold out two"
        raise AnalysisError("one cluster in a group shows no spread", remedy=remedy, value=n_clusters)
    effect, se = _fit(y, d, codes, n_clusters)
    critical = student.ppf(0.5 + confidence / 2, n_clusters - 2)
    if n_clusters < FEW_CLUSTERS:
        critical = max(critical, _wild_critical(y, d, codes, n_clusters, confidence=confidence, seed=seed))
    reach = float(critical * se)
    return Estimate(
        effect, se, effect - reach, effect + reach, int(d.sum()), int((1 - d).sum()), float(y[d == 0].mean()),
        method=f"difference of means over {n_clusters} clusters", confidence=confidence,
    )  # fmt: skip


def _fit(y: np.ndarray, d: np.ndarray, codes: np.ndarray, n_clusters: int) -> tuple[float, float]:
    """Difference of means and its CR1 error."""
    effect = y[d == 1].mean() - y[d == 0].mean()
    residual = np.where(d == 1, y - y[d == 1].mean(), y - y[d == 0].mean())
    weight = np.where(d == 1, 1 / d.sum(), -1 / (1 - d).sum())
    scores = np.bincount(codes, weights=weight * residual, minlength=n_clusters)
    scale = n_clusters / (n_clusters - 1) * (len(y) - 1) / (len(y) - 2)
    return float(effect), float(np.sqrt(scale * (scores**2).sum()))


def _wild_critical(
    y: np.ndarray, d: np.ndarray, codes: np.ndarray, n_clusters: int, *, confidence: float, seed: int
) -> float:
    """How many errors a difference lies from nothing by chance: the signs of whole clusters are drawn anew."""
    rng, centred = np.random.default_rng(seed), y - y.mean()
    found = np.empty(N_DRAWS)
    for i in range(N_DRAWS):
        signs = rng.choice([-1.0, 1.0], size=n_clusters)
        effect, se = _fit(signs[codes] * centred, d, codes, n_clusters)
        found[i] = abs(effect) / se if se > 0 else np.inf
    return float(np.quantile(found, confidence))
