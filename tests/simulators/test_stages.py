"""The published behaviours of the simulators of stages."""

import numpy as np
import pandas as pd
import pytest
from simulators.stages import FIRST_DAY, simulate_latent_attrition, simulate_own_cycles

from portfolio_lab.analysis.stage_tuning.metrics import compute_auc
from portfolio_lab.analysis.stage_tuning.regularity import compute_regularity
from portfolio_lab.analysis.stages.cycles import compute_cycle_days
from portfolio_lab.analysis.stages.histories import build_histories
from portfolio_lab.policy import StageRule

ORIGIN_DAY = 730


def auc_for_dead(shape: int, median_cycle: float, spread: float) -> tuple[float, float]:
    """AUC of silence and of silence in shrunk cycles for who is dead at day 730."""
    truth = simulate_own_cycles(n=8000, seed=shape, shape=shape, median_cycle=median_cycle, spread=spread, last_day=730)
    origin = FIRST_DAY + pd.Timedelta(days=ORIGIN_DAY)
    histories = build_histories(truth.order_days, as_of=origin)
    last = np.flatnonzero(histories.is_last)
    silent = ORIGIN_DAY - (histories.day[last] - int((FIRST_DAY - pd.Timestamp("1970-01-01")).days))
    mean_gap = np.nanmean(histories.mean_gap_days[last])
    rule = StageRule(family="own_cycle", pre_inactive_at=1, inactive_at=2, typical_gap_days=mean_gap)
    cycle = compute_cycle_days(histories.n_repeats[last], histories.age_days[last], rule)
    dead = truth.customers["death_day"].to_numpy()[histories.customer_ids.astype(int)] < ORIGIN_DAY
    return compute_auc(silent, dead), compute_auc(silent / cycle, dead)


@pytest.mark.parametrize(
    ("shape", "median_cycle", "spread", "silence", "cycle"),
    [(1, 45.0, 0.8, 0.947, 0.954), (4, 25.0, 1.2, 0.971, 0.985), (8, 25.0, 1.2, 0.974, 0.987)],
)
def test_own_cycles_help_as_published(shape, median_cycle, spread, silence, cycle):
    """The cycle's gain grows with the regularity; published values within two points."""
    by_silence, by_cycle = auc_for_dead(shape, median_cycle, spread)
    assert by_silence == pytest.approx(silence, abs=0.02)
    assert by_cycle == pytest.approx(cycle, abs=0.02)
    if shape > 1:
        assert by_cycle > by_silence + 0.005


@pytest.mark.parametrize("shape", [1, 4])
def test_gaps_are_as_regular_as_asked(shape):
    truth = simulate_own_cycles(n=4000, seed=3, shape=shape, median_cycle=60.0, life=5000.0)
    assert compute_regularity(build_histories(truth.order_days)).shape == pytest.approx(shape, rel=0.15)


def test_latent_attrition_keeps_its_parameters():
    truth = simulate_latent_attrition(n=40_000, seed=1)
    people = truth.customers
    assert people["rate"].mean() == pytest.approx(0.85 / 1.45, rel=0.03)
    assert people["p"].mean() == pytest.approx(0.79 / (0.79 + 2.42), rel=0.02)
    # nobody alive after the first purchase with p: those without a repeat are mostly gone or slow
    assert people.loc[people["n_repeats"] == 0, "is_alive"].mean() < people["is_alive"].mean() + 0.2
    assert (people["last_weeks"] <= 104).all()
    never_came_back = 1 - people["p"].mean()
    assert (people["n_repeats"] > 0).mean() < never_came_back


def test_one_purchase_a_day_and_nothing_before_the_first_day():
    for truth in (simulate_latent_attrition(n=300, seed=1, shape=3), simulate_own_cycles(n=300, seed=1)):
        days = truth.order_days
        assert not days.duplicated(["customer_id", "order_date"]).any()
        assert days["order_date"].min() >= FIRST_DAY
        assert days["customer_id"].nunique() == 300


def test_seed_decides():
    first, again = (simulate_own_cycles(n=50, seed=9).order_days for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
