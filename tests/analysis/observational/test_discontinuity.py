import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.discontinuity import choose_window, compute_crowding, fit_jump
from portfolio_lab.errors import AnalysisError

NAMES = {"score": "score", "cutoff": 0.5, "outcome": "outcome"}


@pytest.mark.parametrize("jump", [0.0, 0.4])
def test_a_jump_is_found_and_none_is_not(jump):
    found = [fit_jump(sim.threshold(np.random.default_rng(run), jump=jump), **NAMES) for run in range(60)]
    assert abs(np.mean([each.effect for each in found]) - jump) < 0.04
    assert sum(each.low <= jump <= each.high for each in found) >= 53
    assert sum(each.is_crowded for each in found) <= 9


def test_a_straight_line_with_a_step_is_met_exactly():
    rows = sim.threshold(np.random.default_rng(0), n=400).assign(
        outcome=lambda r: 2 * r["score"] + 3.0 * (r["score"] >= 0.5)
    )
    found = fit_jump(rows, **NAMES, window=0.8)
    assert found.effect == pytest.approx(3.0, abs=1e-9) and found.error < 1e-9
    assert found.n_below == ((rows["score"] < 0.5) & (rows["score"] >= -0.3)).sum()


def test_a_customer_at_the_limit_counts_as_above():
    rows = sim.threshold(np.random.default_rng(0), n=500)
    rows.loc[:60, "score"] = 0.5
    found = fit_jump(rows, **NAMES, window=5.0)
    assert found.n_above == (rows["score"] >= 0.5).sum()


def test_those_moved_across_are_seen():
    rng = np.random.default_rng(3)
    score = rng.normal(size=4000)
    moved = np.where((score < 0) & (score > -0.2) & (rng.random(4000) < 0.6), -score, score)
    assert abs(compute_crowding(score)) < 3 < 4 < compute_crowding(moved)


def test_a_window_grows_with_noise():
    rng = np.random.default_rng(4)
    x = rng.normal(size=2000)
    y = x**2 * np.where(x > 0, 2, -1) + 0.1 * rng.normal(size=2000)
    assert choose_window(x, y) < choose_window(x, y + 3 * rng.normal(size=2000))


def test_too_few_on_one_side_is_refused():
    rows = sim.threshold(np.random.default_rng(0), n=60)
    with pytest.raises(AnalysisError, match="too few customers on one side"):
        fit_jump(rows, **NAMES)
