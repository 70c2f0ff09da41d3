import numpy as np
import pytest
from scipy.special import hyp2f1, roots_genlaguerre, roots_jacobi

from portfolio_lab.analysis.purchase_models import beta_geometric
from portfolio_lab.analysis.purchase_models.histories import DistinctHistories

PARAMETERS = np.array([0.2426, 4.4135, 0.793, 2.426])
GROUPS = DistinctHistories(
    np.array([0.0, 1.0, 7.0]), np.array([0.0, 3.0, 30.0]), np.array([39.0, 20.0, 38.0]), np.array([5.0, 2.0, 1.0]),
    np.arange(3),
)  # fmt: skip


@pytest.mark.parametrize("offset", [0, 1])
def test_gradient_is_the_slope_of_the_likelihood(offset):
    _, slope = beta_geometric.log_likelihood(PARAMETERS, GROUPS, offset=offset)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-6
        up = beta_geometric.log_likelihood(PARAMETERS + step, GROUPS, offset=offset)[0]
        down = beta_geometric.log_likelihood(PARAMETERS - step, GROUPS, offset=offset)[0]
        assert slope[i] == pytest.approx((up - down) / 2e-6, rel=1e-5)


def test_expected_purchases_equal_the_hypergeometric_form_of_the_paper():
    r, alpha, a, b = PARAMETERS
    x, tenure, t = 2.0, 38.86, 39.0
    z = t / (alpha + tenure + t)
    paper = (
        (a + b + x - 1)
        / (a - 1)
        * (1 - ((alpha + tenure) / (alpha + tenure + t)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z))
    )
    ours = beta_geometric.purchases_if_alive(
        PARAMETERS, np.array([x]), np.array([tenure]), horizons=np.array([t]), offset=0
    )
    assert ours[0, 0] == pytest.approx(paper, rel=1e-10)


def test_expected_purchases_are_the_mean_over_both_rates():
    r, alpha, a, b = 1.3, 2.0, 1.5, 2.5
    p, p_weight = roots_jacobi(60, b + 1, a - 1)
    rate, rate_weight = roots_genlaguerre(60, r)
    p, rate = (1 + p) / 2, rate / (alpha + 5.0)
    bought = (1 - np.exp(-np.outer(rate, p) * 6.0)) / p
    exact = (rate_weight / rate_weight.sum()) @ bought @ (p_weight / p_weight.sum())
    ours = beta_geometric.purchases_if_alive(
        np.array([r, alpha, a, b]), np.array([1.0]), np.array([5.0]), horizons=np.array([6.0]), offset=1
    )
    assert ours[0, 0] == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("offset", [0, 1])
def test_counts_sum_to_one_with_the_expected_mean(offset):
    t = np.array([1.0, 39.0])
    chances = beta_geometric.count_probabilities(PARAMETERS, t, n_max=600, offset=offset)
    alive = 1.0 if offset == 0 else PARAMETERS[3] / (PARAMETERS[2] + PARAMETERS[3])
    mean = alive * beta_geometric.purchases_if_alive(PARAMETERS, np.zeros(1), np.zeros(1), horizons=t, offset=offset)[0]
    assert chances.sum(axis=1) == pytest.approx(1)
    assert chances @ np.arange(601) == pytest.approx(mean, rel=1e-8)


def test_a_customer_without_a_repeat_is_alive_for_sure_under_bg_and_not_under_mbg():
    assert beta_geometric.alive_probability(PARAMETERS, GROUPS, offset=0)[0] == 1
    assert beta_geometric.alive_probability(PARAMETERS, GROUPS, offset=1)[0] < 0.9


def test_very_frequent_buyers_neither_overflow_nor_turn_negative():
    heavy = DistinctHistories(np.array([3000.0, 3000.0]), np.array([1000.0, 10.0]), np.array([1001.0, 1500.0]),
                              np.ones(2), np.arange(2))  # fmt: skip
    value, slope = beta_geometric.log_likelihood(PARAMETERS, heavy, offset=1)
    alive = beta_geometric.alive_probability(PARAMETERS, heavy, offset=1)
    assert np.isfinite(value) and np.isfinite(slope).all()
    assert alive[0] > 0.99 and alive[1] == pytest.approx(0, abs=1e-12)
    bought = beta_geometric.purchases_if_alive(
        PARAMETERS, heavy.n_repeats, heavy.tenure, horizons=np.array([100.0]), offset=1
    )
    assert (bought > 0).all() and np.isfinite(bought).all()
