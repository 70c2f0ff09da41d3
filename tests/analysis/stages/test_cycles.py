import numpy as np

from portfolio_lab.analysis.stages.cycles import compute_cycle_days
from portfolio_lab.policy import StageRule


def rule(**more) -> StageRule:
    return StageRule(family="own_cycle", pre_inactive_at=2, inactive_at=4, typical_gap_days=30, **more)


def test_own_gaps_and_two_typical_ones_share_the_cycle():
    cycle = compute_cycle_days(np.array([0, 1, 8]), np.array([0, 10, 80]), rule())
    np.testing.assert_allclose(cycle, [30, (10 + 60) / 3, (80 + 60) / 10])


def test_without_shrinking_only_own_gaps_count_and_none_means_typical():
    cycle = compute_cycle_days(np.array([0, 4]), np.array([0, 80]), rule(shrink_gaps=0))
    np.testing.assert_allclose(cycle, [30, 20])
