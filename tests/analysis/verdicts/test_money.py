"""Break-even and cost per success against the worked example of an e-mail at 0.10 a piece."""

import pytest

from portfolio_lab.analysis.verdicts import compute_break_even, compute_money
from portfolio_lab.errors import AnalysisError


def test_an_effect_of_two_thirds_of_a_point_costs_147_contacts_a_buyer(make_estimate):
    estimate = make_estimate(0.006805, 0.000925, low=0.005014, high=0.008641, n_treated=10_000)
    money = compute_money(estimate, cost_amount=0.10, margin_amount=50.0)
    assert round(money.contacts_per_recovered) == 147
    assert round(1 / estimate.high) == 116
    assert round(1 / estimate.low) == 199
    assert money.cost_per_recovered == pytest.approx(14.70, abs=0.005)
    assert money.cost_per_recovered_low == pytest.approx(11.57, abs=0.005)
    assert money.cost_per_recovered_high == pytest.approx(19.94, abs=0.005)
    assert money.incremental == pytest.approx(68.05)
    assert money.net_amount == pytest.approx(10_000 * (0.006805 * 50 - 0.10))
    assert money.net_amount_low < money.net_amount < money.net_amount_high
    assert money.pays_probability > 0.99


def test_a_lower_limit_at_or_below_zero_is_not_bounded(make_estimate):
    money = compute_money(make_estimate(0.01, 0.02), cost_amount=1.0, margin_amount=50.0)
    assert money.cost_per_recovered_high is None
    assert money.cost_per_recovered == pytest.approx(100.0)
    harm = compute_money(make_estimate(-0.2, 0.02), cost_amount=1.0, margin_amount=50.0)
    assert (harm.cost_per_recovered, harm.cost_per_recovered_low, harm.cost_per_recovered_high) == (None, None, None)


def test_the_effect_at_which_a_plan_pays():
    assert compute_break_even(cost_amount=3.0, margin_amount=100.0) == 0.03
    with pytest.raises(AnalysisError, match="cost and a margin"):
        compute_break_even(cost_amount=0.0, margin_amount=100.0)


def test_it_pays_with_even_chance_at_the_break_even(make_estimate):
    money = compute_money(make_estimate(0.03, 0.01), cost_amount=3.0, margin_amount=100.0)
    assert money.pays_probability == pytest.approx(0.5)
    assert money.net_amount == pytest.approx(0.0, abs=1e-9)
