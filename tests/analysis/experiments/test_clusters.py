"""Plans given to whole salespeople."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments import clusters
from portfolio_lab.analysis.experiments.clusters import compare_clusters, is_assigned_by_cluster
from portfolio_lab.analysis.experiments.means import compare_means
from portfolio_lab.errors import AnalysisError


def draw(rng, n_clusters, size=40, effect=0.0):
    cluster = np.repeat(np.arange(n_clusters), size)
    treated = cluster % 2 == 0
    return rng.normal(0, 0.5, n_clusters)[cluster] + rng.normal(size=len(cluster)) + effect * treated, treated, cluster


def test_the_assignment_by_cluster_is_recognised():
    owner = pd.Series(list("aaabbbccc"))
    assert is_assigned_by_cluster(pd.Series([True] * 3 + [False] * 6), owner)
    assert not is_assigned_by_cluster(pd.Series([True, False, True] * 3), owner)
    assert not is_assigned_by_cluster(pd.Series([True] * 9), owner.where(owner != "a"))
    assert not is_assigned_by_cluster(pd.Series([True, False, True]), pd.Series(list("abc")))


@pytest.mark.parametrize("n_runs", [40, pytest.param(120, marks=pytest.mark.full)])
def test_few_clusters_are_covered_where_customers_as_units_are_not(monkeypatch, n_runs):
    monkeypatch.setattr(clusters, "N_DRAWS", 199)
    rng, covered, naive = np.random.default_rng(0), 0, 0
    for _ in range(n_runs):
        y, d, cluster = draw(rng, 12)
        estimate = compare_clusters(y, d, cluster)
        covered += estimate.low <= 0 <= estimate.high
        plain = compare_means(y[d], y[~d])
        naive += plain.low <= 0 <= plain.high
    assert covered / n_runs >= 0.89
    assert naive / n_runs < 0.7


def test_many_clusters_use_no_bootstrap_and_the_seed_fixes_few():
    y, d, cluster = draw(np.random.default_rng(1), 60, effect=1.0)
    estimate = compare_clusters(y, d, cluster)
    assert estimate.low < 1.0 < estimate.high
    assert "60 clusters" in estimate.method
    few = draw(np.random.default_rng(2), 8)
    assert compare_clusters(*few, seed=5) == compare_clusters(*few, seed=5)


def test_one_cluster_in_a_group_is_refused():
    y, d, cluster = draw(np.random.default_rng(3), 3)
    with pytest.raises(AnalysisError, match="no spread"):
        compare_clusters(y, ~d, cluster)
