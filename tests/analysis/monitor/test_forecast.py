"""The forecast against known truth: the chance to buy each month is planted, so that all shares are known."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.monitor.forecast import (
    HORIZONS,
    backtest_forecast,
    count_moves,
    forecast_shares,
    forecast_states,
    past_shares,
)
from portfolio_lab.analysis.monitor.states import N_STATES, UNKNOWN, StatePanel, build_state_panel
from portfolio_lab.analysis.stages import STAGES
from portfolio_lab.policy import StagePolicy, StageRule

# Purchases fall on last days of months. Silent for 0 or 1 month: active; 2 or 3: pre-inactive; 4: inactivated; more:
# inactive.
POLICY = StagePolicy(rules=(StageRule(pre_inactive_days=45, inactive_days=105),), inactivated_days=30)
ENDS = pd.date_range("2022-01-31", periods=40, freq="ME")


def _company(*, n, chance, seed, n_new=0):
    """Everybody buys in the first month, then each month with the same chance; ``n_new`` begin in every later month."""
    rng = np.random.default_rng(seed)
    starts = np.concatenate([np.zeros(n, int), np.repeat(np.arange(1, len(ENDS)), n_new)])
    bought = rng.random((len(starts), len(ENDS))) < chance
    bought[np.arange(len(starts)), starts] = True
    bought &= np.arange(len(ENDS)) >= starts[:, None]
    who, when = np.nonzero(bought)
    ids = np.array([f"c{i:05d}" for i in range(len(starts))])
    days = pd.DataFrame({"customer_id": ids[who], "order_date": ENDS[when], "is_purchase_day": True})
    customers = pd.DataFrame({"customer_id": ids, "first_order_date": ENDS[starts], "created_date": pd.NaT,
                              "closed_date": pd.NaT, "is_known": False, "segment": None})  # fmt: skip
    return days, customers


def _truth(chance):
    """Shares once the beginning is forgotten: silence of k months has probability chance × (1 - chance)^k."""
    left = 1 - chance
    shares = {"active": 1 - left**2, "pre_inactive": left**2 - left**4, "inactivated": chance * left**4,
              "inactive": left**5}  # fmt: skip
    return np.array([shares.get(stage, 0.0) for stage in STAGES])


def _panel(months, **how):
    days, customers = _company(**how)
    as_of = ENDS[months - 1]
    known = customers[customers["first_order_date"] <= as_of]
    return build_state_panel(days[days["order_date"] <= as_of], known, as_of=as_of, policy=POLICY)


@pytest.mark.parametrize(("chance", "seed"), [(0.25, 1), (0.1, 2)])
def test_planted_chances_give_the_known_shares(chance, seed):
    panel = _panel(20, n=4000, chance=chance, seed=seed)
    ahead = forecast_shares(panel, months=24)
    last = ahead[ahead["months_ahead"] == 24]["share"].to_numpy()
    # 4,000 customers and six months of moves: three standard errors of a share are below two points
    assert last == pytest.approx(_truth(chance), abs=0.02)
    now = ahead[ahead["months_ahead"] == 0]["share"].to_numpy()
    assert now == pytest.approx(past_shares(panel, months=3).query("months_ahead == 0")["share"].to_numpy())


def test_the_back_test_finds_that_it_is_right_and_beats_no_change():
    panel = _panel(30, n=1500, chance=0.15, seed=2)
    errors = backtest_forecast(panel)
    assert set(errors["months_ahead"]) == set(HORIZONS)
    assert errors.groupby("months_ahead")["n_origins"].first().to_dict() == {3: 21, 6: 18, 12: 12}
    assert errors["mean_error"].mean() < 0.01
    assert (errors["largest_error"] >= errors["mean_error"]).all()


def test_newcomers_come_as_they_came():
    panel = _panel(20, n=100, chance=0.5, seed=3, n_new=10)
    start = np.bincount(panel.states[-1], minlength=N_STATES + 1)
    path = forecast_states(start, count_moves(panel), panel.days[1:], months=12)
    assert path.sum(axis=1) == pytest.approx(100 + 19 * 10 + 10 * np.arange(13))


def test_a_short_history_gives_no_forecast_and_no_errors():
    panel = _panel(6, n=50, chance=0.5, seed=4)
    assert forecast_shares(panel).empty
    assert backtest_forecast(panel).empty
    seven = _panel(7, n=50, chance=0.5, seed=4)
    assert len(forecast_shares(seven)) == 13 * len(STAGES)
    assert backtest_forecast(seven).empty
    assert set(backtest_forecast(_panel(10, n=50, chance=0.5, seed=4))["months_ahead"]) == {3}


def test_moves_add_up_to_the_customers():
    panel = _panel(12, n=200, chance=0.3, seed=5, n_new=3)
    moves = count_moves(panel)
    assert moves.shape == (11, N_STATES + 1, N_STATES + 1)
    assert (moves.sum(axis=(1, 2)) == panel.states.shape[1]).all()
    assert moves[:, :N_STATES, UNKNOWN].sum() == 0


def test_a_state_never_seen_moves_like_its_stage_and_an_unheard_of_stage_stays():
    states = np.array([[0, 0], [0, 1], [1, 1]])
    panel = StatePanel(tuple(ENDS[:3]), pd.Index(["a", "b"]), states)
    start = np.zeros(N_STATES + 1)
    start[3], start[N_STATES - 1] = 2, 5
    after = forecast_states(start, count_moves(panel), panel.days[1:], months=1)[1]
    assert after[N_STATES - 1] == 5  # nobody was ever seen in that stage
    assert after[0] == pytest.approx(2 * 1 / 4)  # four moves out of the stage, one of them back to state 0
    assert after[1] == pytest.approx(2 * 3 / 4)


def test_the_past_ends_now():
    table = past_shares(_panel(9, n=30, chance=0.4, seed=6), months=4)
    assert sorted(set(table["months_ahead"])) == [-4, -3, -2, -1, 0]
    assert table.groupby("months_ahead")["share"].sum().to_numpy() == pytest.approx(np.ones(5))
