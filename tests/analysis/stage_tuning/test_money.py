import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.money import choose_targets, compute_expected_gain, derive_margin
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.errors import AnalysisError


def settings(cost: float = 5.0, incentive: float = 2.0) -> TuningSettings:
    return TuningSettings(contact_cost=cost, incentive_cost=incentive, save_rate=0.1)


def customers(n: int = 500) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.random(n), rng.lognormal(5, 1, n)


def test_expected_gain_by_hand():
    assert compute_expected_gain(0.4, 300.0, settings()) == pytest.approx(0.4 * 30 - 5 - 0.6 * 2)


def test_contact_pays_exactly_above_the_published_threshold():
    chance, margin = customers()
    threshold = (5 + 2) / (0.1 * margin + 2)
    np.testing.assert_array_equal(choose_targets(compute_expected_gain(chance, margin, settings())), chance > threshold)


def test_a_dearer_contact_never_enlarges_the_target_set():
    chance, margin = customers()
    before = np.ones(len(chance), bool)
    for cost in (0.0, 1.0, 5.0, 20.0, 100.0):
        now = choose_targets(compute_expected_gain(chance, margin, settings(cost)))
        assert (now <= before).all()
        before = now
    assert not now.all()


@pytest.mark.parametrize("capacity", [0, 1, 17, 10_000])
def test_capacity_is_kept_exactly_and_takes_the_largest_gains(capacity):
    chance, margin = customers()
    gain = compute_expected_gain(chance, margin, settings())
    chosen = choose_targets(gain, capacity=capacity)
    assert chosen.sum() == min(capacity, (gain > 0).sum())
    if 0 < chosen.sum() < (gain > 0).sum():
        assert gain[chosen].min() >= gain[~chosen].max()


def test_equal_gains_do_not_break_the_limit():
    assert choose_targets(np.ones(5), capacity=2).tolist() == [True, True, False, False, False]


def test_without_a_cost_there_is_no_gain():
    with pytest.raises(AnalysisError, match="no contact cost"):
        compute_expected_gain(0.5, 1.0, TuningSettings())


def test_margin_is_as_known_else_a_rate_of_the_amount_else_none():
    days = pd.DataFrame({"amount": [100.0, 200.0], "margin_amount": [30.0, None]})
    assert derive_margin(days, margin_rate=0.25)["margin_amount"].tolist() == [30.0, 50.0]
    assert derive_margin(days, margin_rate=None) is None
    known = days.assign(margin_amount=[30.0, 40.0])
    assert derive_margin(known, margin_rate=None)["margin_amount"].tolist() == [30.0, 40.0]
