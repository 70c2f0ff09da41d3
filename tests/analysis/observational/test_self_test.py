import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.sample import build_sample
from portfolio_lab.analysis.observational.self_test import run_self_test


def test_the_method_covers_and_the_simple_comparison_does_not(sample, adjusted):
    test = run_self_test(sample, adjusted, planted=0.05, n_runs=25)
    assert test.covered >= 20 and test.covered_naive == 0
    assert abs(test.bias) < 0.012 and test.bias_naive < -0.1
    assert test.sentence == (
        f"With data like yours this method covers the truth in {test.covered} of 25 runs, the simple comparison in 0."
    )


def test_amounts_too_and_small_companies(quick):
    rows = sim.confounded_contacts(np.random.default_rng(3), n=800)
    rows["outcome"] = 40 * rows["outcome"] - 20 * rows["decline"]
    sample = build_sample(rows, outcome="outcome", covariates=("decline", "is_a", "claim"))
    test = run_self_test(sample, fit_effect(sample, recipe=quick), planted=10.0, n_runs=20)
    assert test.n_rows == 800 and test.covered >= 15 and test.covered_naive < 5


def test_without_confounding_both_cover(quick):
    rng = np.random.default_rng(4)
    rows = sim.confounded_contacts(rng, n=1500).assign(is_treated=rng.random(1500) < 0.5)
    sample = build_sample(rows, outcome="outcome", covariates=("decline",))
    test = run_self_test(sample, fit_effect(sample, recipe=quick), planted=0.05, n_runs=20)
    assert test.covered >= 15 and test.covered_naive >= 15


def test_same_seed_same_answer(sample, adjusted):
    first, second = (run_self_test(sample, adjusted, planted=0.05, n_runs=3, seed=7) for _ in range(2))
    assert first == second != run_self_test(sample, adjusted, planted=0.05, n_runs=3, seed=8)
    assert first.bias == pytest.approx(second.bias)
