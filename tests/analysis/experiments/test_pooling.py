"""Plans of one kind taken together."""

import numpy as np
import pytest

from portfolio_lab.analysis.experiments.pooling import pool_by_kind
from portfolio_lab.analysis.verdicts import Estimate, PlanCase, judge


def result(plan_id, effect, se, *, kind="campaign", label="A", outcome="purchase"):
    case = PlanCase(plan_id, outcome, "binary", mwe=0.03, plan_kind=kind)
    estimate = Estimate(effect, se, effect - 1.96 * se, effect + 1.96 * se, 500, 500, 0.2)
    return judge(case, estimate, label=label)


def pooled(*results):
    return pool_by_kind(results, outcome_of=lambda each: each.case.outcome)


def test_equal_plans_are_averaged_by_their_weight():
    (found,) = pooled(result("P", 0.04, 0.01), result("Q", 0.05, 0.02))
    weights = np.array([1e4, 2.5e3])
    assert found.mean[0] == pytest.approx(np.average([0.04, 0.05], weights=weights))
    assert found.mean[2] - found.mean[0] == pytest.approx(1.959964 / np.sqrt(weights.sum()))
    assert not found.is_uneven
    assert set(found.plans) == {"P", "Q"}
    assert found.plans["P"][0] == pytest.approx(found.mean[0])


def test_plans_far_apart_keep_their_own_and_widen_the_mean():
    (found,) = pooled(result("P", 0.20, 0.01), result("Q", 0.0, 0.01))
    assert found.is_uneven
    assert found.mean[0] == pytest.approx(0.1)
    assert found.mean[1] < -0.05
    assert found.plans["P"][0] > 0.19


def test_only_sound_plans_of_one_kind_and_outcome_are_taken_together():
    first = result("P", 0.04, 0.01)
    for other in (
        result("Q", 0.05, 0.02, kind="rotation"),
        result("Q", 0.05, 0.02, label="C"),
        result("Q", 0.05, 0.02, outcome="sales"),
    ):
        assert pooled(first, other) == []
    assert pooled(result("P", 0.04, 0.01, kind=""), result("Q", 0.05, 0.02, kind="")) == []
    assert pooled() == []


def test_the_mean_is_covered_over_many_companies():
    rng, hits, n_runs = np.random.default_rng(3), 0, 200
    for _ in range(n_runs):
        own = 0.05 + 0.02 * rng.normal(size=8)
        (found,) = pooled(*(result(str(i), effect, 0.01) for i, effect in enumerate(own + 0.01 * rng.normal(size=8))))
        hits += found.mean[1] <= 0.05 <= found.mean[2]
    assert 0.88 <= hits / n_runs <= 0.99
