"""A plan carried out in part: the effect of the plan and that of a contact made because of it."""

import numpy as np
import pytest
from simulators.effectiveness import S5_CACE, half_executed_plan

from portfolio_lab.analysis.experiments.compliance import examine_compliance
from portfolio_lab.errors import AnalysisError


def columns(rng):
    frame = half_executed_plan(rng)
    return frame["outcome"], frame["is_planned"], frame["is_executed"]


def test_the_effect_on_those_reached_is_found_and_both_simple_answers_are_not():
    rng, effects, covered, naive = np.random.default_rng(0), [], 0, []
    for _ in range(60):
        found = examine_compliance(*columns(rng))
        effects.append(found.effect.effect)
        covered += found.effect.low <= S5_CACE <= found.effect.high
        naive.append((found.as_treated, found.per_protocol))
    assert np.mean(effects) == pytest.approx(S5_CACE, abs=0.01)
    assert covered / 60 >= 0.87
    assert (np.mean(naive, axis=0) > S5_CACE + 0.02).all()


def test_by_hand():
    y = np.array([1, 1, 0, 0, 1, 0, 0, 0] * 10)
    z = np.array([1, 1, 1, 1, 0, 0, 0, 0] * 10)
    d = np.array([1, 1, 0, 0, 0, 0, 0, 0] * 10)
    found = examine_compliance(y, z, d)
    assert (found.contacted_share, found.contaminated_share) == (0.5, 0.0)
    assert found.effect.effect == pytest.approx((0.5 - 0.25) / 0.5)
    assert found.as_treated == pytest.approx(1.0 - 10 / 60)
    assert found.per_protocol == pytest.approx(1.0 - 0.25)


def test_a_plan_that_changed_nothing_shows_no_effect_of_contacts():
    rng = np.random.default_rng(1)
    z, d = rng.random(500) < 0.5, rng.random(500) < 0.5
    found = examine_compliance(rng.random(500) < 0.3, z, d)
    assert found.first_stage < 10
    assert found.effect is None


def test_everybody_on_the_list_is_refused():
    with pytest.raises(AnalysisError, match="held out"):
        examine_compliance(np.ones(4), np.ones(4), np.ones(4))
