"""Cells pooled in part."""

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from portfolio_lab.analysis.experiments.shrinkage import shrink_cells
from portfolio_lab.errors import AnalysisError


def test_the_spread_between_cells_is_that_of_paule_and_mandel():
    rng = np.random.default_rng(0)
    errors = rng.uniform(0.01, 0.04, 20)
    effects = rng.normal(0.04, 0.03, 20) + errors * rng.normal(size=20)
    expected = combine_effects(effects, errors**2, method_re="iterated", atol=1e-10)
    shrunk = shrink_cells(effects, errors)
    assert shrunk.between**2 == pytest.approx(expected.tau2, rel=1e-4)
    assert shrunk.mean == pytest.approx(expected.mean_effect_re, rel=1e-4)
    assert shrunk.q == pytest.approx(expected.q)


def test_alike_cells_become_one_and_very_different_ones_stay():
    alike = shrink_cells(np.array([0.05, 0.051, 0.049]), np.full(3, 0.02))
    assert alike.between == 0.0
    assert alike.effects == pytest.approx([0.05] * 3, abs=1e-3)
    apart = shrink_cells(np.array([0.0, 1.0]), np.full(2, 0.01))
    assert apart.effects == pytest.approx([0.0, 1.0], abs=1e-3)
    low, high = apart.interval()
    assert high[0] < low[1]


def test_pooling_is_nearer_to_the_truth_than_each_cell_alone():
    rng, alone, pooled = np.random.default_rng(1), 0.0, 0.0
    for _ in range(60):
        truth = np.where(rng.random(60) < 0.6, 0.0, rng.normal(0.04, 0.02, 60))
        errors = rng.uniform(0.02, 0.09, 60)
        seen = truth + errors * rng.normal(size=60)
        alone += ((seen - truth) ** 2).mean()
        pooled += ((shrink_cells(seen, errors).effects - truth) ** 2).mean()
    assert pooled / alone < 0.5


def test_one_cell_stays_and_a_cell_without_an_error_is_refused():
    assert shrink_cells(np.array([0.2]), np.array([0.1])).effects == pytest.approx([0.2])
    with pytest.raises(AnalysisError, match="error each"):
        shrink_cells(np.array([0.2, 0.1]), np.array([0.1, 0.0]))
