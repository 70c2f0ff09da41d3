"""Is it the experiment that was drawn?"""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.balance import (
    check_before,
    check_contamination,
    check_missing,
    check_sizes,
    check_sizes_by_stratum,
    compute_ratio_p,
)
from portfolio_lab.errors import AnalysisError

HALVES = {"treated": 0.5, "held out": 0.5}


def test_false_alarms_of_sound_draws_are_rare():
    rng = np.random.default_rng(0)
    treated = rng.binomial(2000, 0.5, 4000)
    is_alarm = {n: compute_ratio_p(np.array([n, 2000 - n]), np.array([0.5, 0.5])) < 0.001 for n in set(treated)}
    assert np.mean([is_alarm[n] for n in treated]) <= 0.003


def test_a_lost_tenth_of_a_large_group_blocks():
    failed = check_sizes({"treated": 9000, "held out": 10000}, HALVES)
    assert (failed.passed, failed.blocks) == (False, True)
    assert "not as large as they were drawn" in failed.sentence
    assert check_sizes({"treated": 9950, "held out": 10050}, HALVES).passed


def test_one_wrong_stratum_is_found_and_named():
    strata = pd.Series(["A active"] * 200 + ["B active"] * 200 + ["C active"] * 5)
    arms = pd.Series((["treated", "held out"] * 100) + ["treated"] * 140 + ["held out"] * 60 + ["treated"] * 5)
    check = check_sizes_by_stratum(strata, arms, HALVES)
    assert check.passed is False
    assert "Among B active" in check.sentence
    assert check_sizes_by_stratum(strata[:200], arms[:200], HALVES).passed
    assert check_sizes_by_stratum(strata[400:], arms[400:], HALVES).passed is None


def test_groups_that_differed_before_block():
    rng = np.random.default_rng(1)
    alike = check_before(rng.normal(size=500), rng.normal(size=500), of="sales")
    apart = check_before(rng.normal(1, 1, 500), rng.normal(size=500), of="sales")
    assert alike.passed
    assert (apart.passed, apart.blocks) == (False, True)
    assert "differed in sales" in apart.sentence


@pytest.mark.parametrize(("n_found", "passed"), [(100, True), (95, True), (94, False)])
def test_more_than_one_in_twenty_lost_blocks(n_found, passed):
    assert check_missing(100, n_found).passed is passed


@pytest.mark.parametrize(("share", "passed"), [(0.0, True), (0.05, True), (0.06, False)])
def test_contaminated_hold_outs_are_said_aloud_without_blocking(share, passed):
    check = check_contamination(share, 100)
    assert check.passed is passed
    assert not check.blocks
    assert ("too small" in check.sentence) is not passed


def test_shares_that_are_none_are_refused():
    with pytest.raises(AnalysisError, match="add up to one"):
        compute_ratio_p(np.array([5, 5]), np.array([0.5, 0.6]))
