"""Intervals of two shares against published limits, at the edges, and by their coverage."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from portfolio_lab.analysis.experiments.proportions import (
    Counts,
    compare_proportions,
    compute_miettinen_nurminen_interval,
    compute_newcombe_interval,
)
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize(
    ("counts", "newcombe", "miettinen"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
        ((9, 10, 3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
        ((6, 7, 2, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
        ((10, 10, 0, 20), (0.6791, 1.0), (0.7156, 1.0)),
    ],
)
def test_published_limits(counts, newcombe, miettinen):
    """Newcombe (1998), examples (a), (b), (c) and (h)."""
    assert compute_newcombe_interval(Counts(*counts)) == pytest.approx(newcombe, abs=1e-4)
    assert compute_miettinen_nurminen_interval(Counts(*counts)) == pytest.approx(miettinen, abs=1e-4)


@pytest.mark.parametrize("counts", [(0, 50, 0, 50), (50, 50, 50, 50), (0, 20, 10, 10), (0, 1, 1, 1), (0, 10, 0, 20)])
def test_the_edges_have_limits_around_the_difference(counts):
    counts = Counts(*counts)
    for interval in (compute_newcombe_interval(counts), compute_miettinen_nurminen_interval(counts)):
        low, high = interval
        assert -1 <= low <= counts.difference <= high <= 1
        assert high - low > 0.05
    assert compare_proportions(counts).se > 0


def test_groups_swapped_turn_the_interval_around():
    forth, back = Counts(30, 90, 11, 70), Counts(11, 70, 30, 90)
    for compute in (compute_newcombe_interval, compute_miettinen_nurminen_interval):
        low, high = compute(forth)
        assert compute(back) == pytest.approx((-high, -low), abs=1e-8)


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (5, 400, 9, 380), (700, 5000, 512, 4900)])
def test_newcombe_is_that_of_statsmodels(counts):
    expected = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert compute_newcombe_interval(Counts(*counts)) == pytest.approx(expected, abs=1e-9)


def test_the_estimate_carries_groups_and_baseline():
    estimate = compare_proportions(Counts(56, 70, 48, 80), confidence=0.9)
    assert (estimate.n_treated, estimate.n_control, estimate.control_mean) == (70, 80, 0.6)
    assert estimate.effect == pytest.approx(0.2)
    assert estimate.low > 0.0524


@pytest.mark.parametrize("counts", [(3, 2, 0, 5), (0, 0, 1, 5), (-1, 5, 0, 5)])
def test_what_are_no_counts_is_refused(counts):
    with pytest.raises(AnalysisError, match="no shares"):
        Counts(*counts)


def test_the_interval_covers_where_shares_are_small():
    rng, covered = np.random.default_rng(0), 0
    for _ in range(1000):
        low, high = compute_newcombe_interval(Counts(rng.binomial(40, 0.15), 40, rng.binomial(60, 0.05), 60))
        covered += low <= 0.10 <= high
    assert 0.93 <= covered / 1000 <= 0.985
