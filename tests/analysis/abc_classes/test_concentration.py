"""Concentration: published and hand-computed values."""

import numpy as np
import pytest

from portfolio_lab.analysis.abc_classes.concentration import (
    WhalePeak,
    build_whale_curve,
    compute_concentration,
    compute_gini,
    correct_gini,
    count_customers_for,
    find_whale_peak,
)
from portfolio_lab.analysis.abc_classes.phases import build_values, derive_ranking
from portfolio_lab.errors import AnalysisError

LONG_TAIL = [100, 80, 60, 40, 30, 20, 10, 5, 3, 2]


@pytest.fixture
def rank(totals):
    return lambda values: derive_ranking(build_values(totals(values)))


@pytest.mark.parametrize(
    ("values", "gini", "corrected"),
    [([96, 1, 1, 1, 1], 0.76, 0.95), ([100, 0], 0.5, 1.0), (LONG_TAIL, 0.513143, 0.570159), ([4] * 7, 0.0, 0.0)],
)
def test_gini_and_its_correction_for_small_groups(values, gini, corrected):
    assert compute_gini(values) == pytest.approx(gini, abs=5e-7)
    assert correct_gini(compute_gini(values), len(values)) == pytest.approx(corrected, abs=5e-7)


def test_gini_is_half_the_mean_difference_over_the_mean():
    values = np.random.default_rng(3).lognormal(2, 1.5, size=200)
    mean_difference = np.abs(values[:, None] - values[None, :]).mean()
    assert compute_gini(values) == pytest.approx(mean_difference / (2 * values.mean()))


@pytest.mark.parametrize("values", [[], [0, 0], [5, -1], [np.nan]])
def test_gini_refuses_what_has_none(values):
    with pytest.raises(AnalysisError, match="zero or more, with a positive sum"):
        compute_gini(values)


def test_one_customer_has_no_corrected_gini():
    assert correct_gini(0.0, 1) is None


def test_concentration_by_hand(rank):
    found = compute_concentration(rank([50, 20, 20, 5, 4, 1, 0, -7]))
    assert (found.n_customers, found.base_amount) == (6, 100.0)
    # ceil(20 % of 6) = 2 customers
    assert (found.n_top20, found.top20_share, found.largest_customer_share) == (2, 0.7, 0.5)
    assert found.hhi == pytest.approx(0.25 + 0.04 + 0.04 + 0.0025 + 0.0016 + 0.0001)
    assert found.n_equivalent == pytest.approx(1 / found.hhi)


@pytest.mark.parametrize(("n", "n_top20"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_top_20_is_rounded_up(rank, n, n_top20):
    found = compute_concentration(rank([10] * n))
    assert found.n_top20 == n_top20
    assert found.top20_share == n_top20 / n


def test_equal_customers_are_as_many_as_they_are(rank):
    found = compute_concentration(rank([10] * 8))
    assert (found.gini, found.hhi, found.n_equivalent) == (0.0, 0.125, 8.0)


@pytest.mark.parametrize(("share", "n"), [(0.49, 1), (0.5, 1), (0.51, 2), (0.8, 2), (1.0, 3)])
def test_how_many_it_takes_for_a_share(rank, share, n):
    assert count_customers_for(rank([20, 50, 30, 0, -5]), share=share) == n


def test_whale_curve_peaks_where_the_losses_begin(rank):
    curve = build_whale_curve(rank([20, -10, 50, 0, 30, -5.5]))
    assert curve["cumulative_amount"].tolist() == [0, 50, 80, 100, 94.5, 84.5]
    assert find_whale_peak(curve) == WhalePeak(
        n_customers_at_peak=3, peak_amount=100.0, end_amount=84.5, drop_amount=15.5, n_negative=2
    )


def test_whale_curve_without_losses_ends_at_its_peak(rank):
    peak = find_whale_peak(build_whale_curve(rank([3, 2, 0])))
    assert (peak.drop_amount, peak.n_negative, peak.n_customers_at_peak) == (0.0, 0, 2)
