import numpy as np
import pytest

from portfolio_lab.analysis.stages.chances import compute_hazard_chance, compute_return_chance, gap_parameters
from portfolio_lab.policy import StageRule

FITTED = {
    "first_never_share": 0.5, "first_scale_days": 60.0, "first_shape": 1.0,
    "later_never_share": 0.0, "later_scale_days": 40.0, "later_shape": 1.0, "cycle_power": 1.0,
}  # fmt: skip


def rule(**fitted: float) -> StageRule:
    return StageRule(
        family="hazard", pre_inactive_at=0.3, inactive_at=0.1, horizon_days=90, typical_gap_days=30, shrink_gaps=0,
        fitted=FITTED | fitted,
    )  # fmt: skip


def chance(x: float, age: float, silent: float, **fitted: float) -> float:
    return float(compute_hazard_chance(np.array([x]), np.array([age]), np.array([silent]), rule(**fitted))[0])


def test_without_a_share_that_never_returns_an_exponential_gap_forgets_the_silence():
    expected = 1 - np.exp(-90 / 40)
    assert chance(2, 60, 0) == pytest.approx(expected)
    assert chance(2, 60, 300) == pytest.approx(expected)


def test_first_gap_has_its_own_law_and_a_share_that_never_returns():
    now, later = np.exp(-30 / 60), np.exp(-120 / 60)
    assert chance(0, 0, 30) == pytest.approx(0.5 * (now - later) / (0.5 + 0.5 * now))


def test_scale_follows_the_own_cycle_to_the_power():
    never, scale, shape = gap_parameters(np.array([0, 2]), np.array([0, 120]), rule(cycle_power=0.5))
    np.testing.assert_allclose(scale, [60, 40 * np.sqrt(2)])
    assert never.tolist() == [0.5, 0.0]
    assert shape.tolist() == [1.0, 1.0]


def test_chance_fades_with_silence_when_some_never_return():
    values = [chance(0, 0, day) for day in (0, 10, 100, 1000)]
    assert values == sorted(values, reverse=True)
    assert values[-1] == pytest.approx(0, abs=1e-6)


def test_very_long_silence_gives_no_chance_and_no_warning():
    assert chance(2, 60, 7300, later_shape=3.0) == 0.0


MBG = {"r": 0.9, "alpha": 30.0, "a": 0.5, "b": 3.0}


def test_return_chance_is_alive_and_buying_by_the_published_formula():
    """MBG/NBD: P(alive) times one less the gamma-mixed chance to buy nothing within the horizon."""
    model = StageRule(
        family="return_probability", pre_inactive_at=0.5, inactive_at=0.1, horizon_days=90, model="mbg_nbd", fitted=MBG
    )
    found = compute_return_chance(np.array([2.0]), np.array([50.0]), np.array([20.0]), model)[0]
    alive = 1 / (1 + 0.5 / (3 + 2) * ((30 + 70) / (30 + 50)) ** (0.9 + 2))
    assert found == pytest.approx(alive * (1 - ((30 + 70) / (30 + 70 + 90)) ** (0.9 + 2)))


def test_return_chance_falls_with_silence():
    model = StageRule(
        family="return_probability", pre_inactive_at=0.5, inactive_at=0.1, horizon_days=90, model="mbg_nbd", fitted=MBG
    )
    chances = [compute_return_chance(np.zeros(1), np.zeros(1), np.array([day]), model)[0] for day in (0, 5, 50, 500)]
    assert chances == sorted(chances, reverse=True)
