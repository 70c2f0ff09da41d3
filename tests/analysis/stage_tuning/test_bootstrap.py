import numpy as np
import pytest

from portfolio_lab.analysis.stage_tuning.bootstrap import BLOCK, WEIGHTS, percentile_interval, resample_sums


def test_weights_are_poisson_with_mean_and_variance_one():
    assert WEIGHTS.mean() == pytest.approx(1, abs=1e-4)
    assert WEIGHTS.var() == pytest.approx(1, abs=1e-3)
    assert (WEIGHTS == 0).mean() == pytest.approx(np.exp(-1), abs=1e-4)


def test_resampled_sums_spread_like_the_sum_of_independent_customers():
    values = np.random.default_rng(1).gamma(2, 3, (3, BLOCK + 500))
    sums = resample_sums({"x": values}, n_bootstrap=600, seed=2)["x"]
    assert sums.shape == (600, 3)
    np.testing.assert_allclose(sums.mean(axis=0), values.sum(axis=1), rtol=0.005)
    expected = values.std(axis=1) * np.sqrt(values.shape[1])
    np.testing.assert_allclose(sums.std(axis=0), expected, rtol=0.12)


def test_every_array_meets_the_same_customers():
    values = np.random.default_rng(1).random((2, 3000))
    sums = resample_sums({"x": values, "y": 2 * values, "n": np.ones(3000)}, n_bootstrap=20, seed=2)
    np.testing.assert_allclose(sums["y"], 2 * sums["x"], rtol=1e-6)
    # scaled back: each repetition counts as many customers as there are
    np.testing.assert_allclose(sums["n"], 3000)


def test_seed_decides():
    values = {"x": np.random.default_rng(1).random(100)}
    first, again, other = (resample_sums(values, n_bootstrap=5, seed=seed)["x"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_interval_is_central_and_leaves_out_what_cannot_be_told():
    assert percentile_interval(np.arange(101.0)) == pytest.approx((2.5, 97.5))
    assert percentile_interval(np.array([np.nan, 1.0, np.inf])) == (1.0, 1.0)
    assert np.isnan(percentile_interval(np.array([np.nan]))).all()
