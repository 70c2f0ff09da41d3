"""Whom to contact first."""

import numpy as np
import pytest

from portfolio_lab.analysis.experiments.uplift import compute_qini, score_by_two_models
from portfolio_lab.errors import AnalysisError


def draw(rng, n=8000, gain=0.2):
    x = rng.normal(size=(n, 2))
    treated = rng.random(n) < 0.5
    rate = np.clip(0.2 + gain * (x[:, 0] > 0) * treated, 0, 1)
    return (rng.random(n) < rate).astype(float), treated, x


def test_a_ranking_by_what_a_contact_adds_beats_a_random_one():
    y, d, x = draw(np.random.default_rng(0))
    qini = compute_qini(score_by_two_models(y, d, x), y, d, seed=1)
    assert qini.is_better_than_random
    assert qini.low < qini.value < qini.high
    # half the customers carry the whole effect of 0.1 a customer: the area of that triangle
    assert qini.value == pytest.approx(0.1 / 4, abs=0.01)
    assert qini.gains[-1] == pytest.approx(0.1, abs=0.03)


def test_random_scores_stay_within_their_band():
    rng = np.random.default_rng(1)
    y, d, _ = draw(rng, n=3000, gain=0.0)
    better = [compute_qini(rng.random(3000), y, d, n_bootstrap=60, seed=i).is_better_than_random for i in range(30)]
    assert np.mean(better) <= 0.1


def test_the_area_by_hand():
    """Four customers in two depths; the two treated successes come first: 1 a customer treated, then level."""
    y, d = np.array([1.0, 0.0, 1.0, 0.0] * 50), np.array([True, False, True, False] * 50)
    scores = np.arange(200, 0, -1.0)
    qini = compute_qini(scores, y, d, n_bootstrap=20)
    assert qini.gains[-1] == pytest.approx(1.0)
    assert qini.value == pytest.approx(0.0, abs=0.01)
    front = compute_qini(np.where(d, 1.0, 0.0), y, d, n_bootstrap=20)
    assert front.value > 0.2


def test_same_seed_same_interval_and_few_values_do_not_matter():
    y, d, x = draw(np.random.default_rng(2), n=2000)
    scores = score_by_two_models(y * 50, d, x, seed=3)
    first, second = (compute_qini(scores, y * 50, d, n_bootstrap=40, seed=3) for _ in range(2))
    assert (first.low, first.high, first.random_high) == (second.low, second.high, second.random_high)


def test_refusals():
    with pytest.raises(AnalysisError, match="ranked by nothing"):
        score_by_two_models(np.ones(4), np.array([1, 0, 1, 0]), np.empty((4, 0)))
    with pytest.raises(AnalysisError, match="treated and untreated"):
        compute_qini(np.ones(4), np.ones(4), np.ones(4))
