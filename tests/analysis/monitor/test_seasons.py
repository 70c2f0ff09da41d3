"""Seasons of the forecast against known truth: a company whose chance to buy is planted quarter by quarter."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.monitor.forecast import count_moves, forecast_states
from portfolio_lab.analysis.monitor.seasons import SeasonCheck, check_seasons, forecast_by_season
from portfolio_lab.analysis.monitor.states import N_STATES, build_state_panel, stage_of
from portfolio_lab.analysis.stages import STAGES
from portfolio_lab.policy import StagePolicy, StageRule

POLICY = StagePolicy(rules=(StageRule(pre_inactive_days=45, inactive_days=105),), inactivated_days=30)
ENDS = pd.date_range("2022-01-31", periods=40, freq="ME")
SUMMER = {1: 0.15, 2: 0.3, 3: 0.6, 4: 0.3}
EVEN = dict.fromkeys(range(1, 5), 0.3)


def _panel(chances, *, months=36, n=600, seed=3):
    """Everybody buys in the first month, then in each month with the chance of its quarter."""
    rng = np.random.default_rng(seed)
    chance = np.array([chances[day.quarter] for day in ENDS[:months]])
    bought = rng.random((n, months)) < chance
    bought[:, 0] = True
    who, when = np.nonzero(bought)
    ids = np.array([f"c{i:04d}" for i in range(n)])
    days = pd.DataFrame({"customer_id": ids[who], "order_date": ENDS[when], "is_purchase_day": True})
    customers = pd.DataFrame({"customer_id": ids, "first_order_date": ENDS[0], "created_date": pd.NaT,
                              "closed_date": pd.NaT, "is_known": False, "segment": None})  # fmt: skip
    return build_state_panel(days, customers, as_of=ENDS[months - 1], policy=POLICY)


@pytest.fixture(scope="module")
def seasonal():
    return _panel(SUMMER)


def test_a_planted_season_is_seen_and_used(seasonal):
    before = seasonal.states.copy()
    found = check_seasons(seasonal)
    assert (seasonal.states == before).all()
    assert found.is_seasonal
    assert {quarter: round(rate, 1) for quarter, rate in found.rates.items()} == pytest.approx(SUMMER, abs=0.11)
    assert max(found.rates, key=found.rates.get) == 3
    assert found.season_error < 0.7 * found.recent_error
    assert found.is_used


def test_without_a_season_none_is_seen_and_nothing_is_tried():
    found = check_seasons(_panel(EVEN))
    assert (found.is_seasonal, found.season_error, found.is_used) == (False, None, False)


def test_a_short_history_says_nothing_of_seasons():
    assert check_seasons(_panel(SUMMER, months=24)) == SeasonCheck({}, None)
    assert check_seasons(_panel(SUMMER, months=25)).is_seasonal


def test_a_season_that_did_not_help_is_not_used():
    assert not SeasonCheck({1: 0.1, 3: 0.5}, True, season_error=0.03, recent_error=0.02).is_used
    assert SeasonCheck({1: 0.1, 3: 0.5}, True, season_error=0.02, recent_error=0.02).is_used


def test_each_month_ahead_moves_as_its_quarter_did(seasonal):
    moves = count_moves(seasonal)
    start = np.bincount(seasonal.states[-1], minlength=N_STATES + 1)
    path = forecast_by_season(start, moves, seasonal.days[1:], months=9)
    active = path[:, stage_of(np.arange(N_STATES)) == STAGES.index("active")].sum(axis=1) / path.sum(axis=1)
    # the last month is December 2024: the quarters ahead are the weak one, the middling one, the strong one
    left = [(1 - SUMMER[q]) ** 2 for q in (1, 2, 3)]
    assert active[[3, 6, 9]] == pytest.approx([1 - share for share in left], abs=0.05)


def test_a_quarter_never_seen_moves_as_the_last_months_did():
    panel = _panel(EVEN, months=8)
    moves, days = count_moves(panel), panel.days[1:]
    start = np.bincount(panel.states[-1], minlength=N_STATES + 1)
    months = 2  # September and October 2022; no October is known yet
    found = forecast_by_season(start, moves, days, months=months)
    assert found[-1].sum() == pytest.approx(600)
    assert not np.allclose(found, forecast_states(start, moves, days, months=months))
