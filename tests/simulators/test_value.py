import numpy as np
import pytest
from simulators.value import simulate_geometric_positions, simulate_latent_attrition

from portfolio_lab.analysis.twr.returns import compute_returns, summarise_returns
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations


def _rates(positions):
    statement = build_statement(positions, discount_rate=0.10, day_count="NL/365")
    return summarise_returns(compute_returns(build_valuations(statement), day_count="NL/365"))["ear"]


def test_random_transfers_at_fair_value_leave_the_expected_return_at_the_discount_rate():
    ear = _rates(simulate_geometric_positions(n_portfolios=200, n_customers=100, n_years=4, seed=5))
    assert abs(ear.mean() - 0.10) < 3 * ear.std() / np.sqrt(len(ear))


@pytest.mark.full
def test_twelve_years_of_random_transfers_leave_the_expected_return_at_the_discount_rate():
    ear = _rates(simulate_geometric_positions(n_portfolios=200, n_customers=400, n_years=12, seed=1))
    assert abs(ear.mean() - 0.10) < 3 * ear.std() / np.sqrt(len(ear))


def test_income_left_out_is_a_price_return_far_below_the_discount_rate():
    positions = simulate_geometric_positions(n_portfolios=20, n_customers=100, n_years=3, seed=2)
    ear = _rates(positions.assign(margin_amount=0.0))
    assert ear.mean() == pytest.approx(-0.20, abs=0.02)


def test_one_time_buyers_are_more_often_gone_under_mbg_than_the_bg_model_can_say():
    mbg = simulate_latent_attrition(family="mbg_nbd", parameters=(0.85, 1.45, 0.79, 2.42), n_customers=4000, seed=1)
    bg = simulate_latent_attrition(family="bg_nbd", parameters=(0.85, 1.45, 0.79, 2.42), n_customers=4000, seed=1)
    assert bg.loc[bg["n_repeats"] == 0, "is_alive"].all()
    assert mbg.loc[mbg["n_repeats"] == 0, "is_alive"].mean() < 0.5


def test_erlang_gaps_are_more_regular_than_random_ones():
    spread = {}
    for shape in (1, 4):
        lives = simulate_latent_attrition(
            family="pareto_nbd", parameters=(50.0, 50.0, 1e-6, 1.0), n_customers=2000, shape=shape, seed=4
        )
        spread[shape] = lives["n_later"].var() / lives["n_later"].mean()
    assert spread[4] < 0.7 * spread[1]
