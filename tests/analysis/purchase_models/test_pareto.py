import numpy as np
import pytest
from scipy.integrate import quad

from portfolio_lab.analysis.purchase_models import pareto
from portfolio_lab.analysis.purchase_models.histories import DistinctHistories

CASES = [
    ((0.55, 10.6, 0.6, 11.7), 0.0, 0.0, 39.0),
    ((0.55, 10.6, 0.6, 11.7), 6.0, 30.0, 39.0),
    ((0.55, 0.05, 0.6, 50.0), 0.0, 0.0, 100.0),
    ((0.55, 50.0, 0.6, 0.05), 0.0, 0.0, 100.0),
    ((2.0, 3.0, 4.0, 90.0), 60.0, 80.0, 365.0),
    ((2.0, 90.0, 0.3, 3.0), 150.0, 300.0, 365.0),
    ((1.0, 5.0, 1.0, 5.0), 1.0, 2.0, 2.0),
]


def _group(x, last, tenure, n=1.0):
    return DistinctHistories(*(np.array([v]) for v in (x, last, tenure, n)), np.zeros(1, int))


@pytest.mark.parametrize(("parameters", "x", "last", "tenure"), CASES)
def test_chance_of_being_alive_equals_numerical_integration(parameters, x, last, tenure):
    r, alpha, s, beta = parameters

    def stays_until(u):
        return ((alpha + last) / (alpha + u)) ** (r + x) * ((beta + last) / (beta + u)) ** s

    def leave(u):
        return stays_until(u) * s / (beta + u)

    gone = quad(leave, last, tenure, points=[last + (tenure - last) * 10.0**-k for k in range(1, 5)], limit=500)[0]
    stays = stays_until(tenure)
    ours = pareto.alive_probability(np.array(parameters), _group(x, last, tenure))[0]
    assert ours == pytest.approx(stays / (stays + gone), rel=1e-7)


@pytest.mark.parametrize(("parameters", "x", "last", "tenure"), CASES)
def test_gradient_is_the_slope_of_the_likelihood(parameters, x, last, tenure):
    at, group = np.array(parameters), _group(x, last, tenure, 3.0)
    _, slope = pareto.log_likelihood(at, group)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5 * at[i]
        up, down = (pareto.log_likelihood(at + sign * step, group)[0] for sign in (1, -1))
        assert slope[i] == pytest.approx((up - down) / (2 * step[i]), rel=1e-5, abs=1e-6)


def test_buying_again_is_the_complement_of_silence_by_count():
    parameters = np.array([0.55, 10.6, 0.6, 11.7])
    new = pareto.buys_if_alive(parameters, _group(0.0, 0.0, 0.0), horizon=39.0)[0]
    assert 1 - new == pytest.approx(pareto.count_probabilities(parameters, np.array([39.0]), n_max=0)[0, 0], rel=1e-8)


def test_counts_sum_to_one_with_the_expected_mean():
    parameters, t = np.array([0.55, 10.6, 0.6, 11.7]), np.array([0.5, 39.0, 200.0])
    chances = pareto.count_probabilities(parameters, t, n_max=800)
    mean = pareto.purchases_if_alive(parameters, np.zeros(1), np.zeros(1), horizons=t)[0]
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-9)
    assert chances @ np.arange(801) == pytest.approx(mean, rel=1e-6)


def test_expectation_is_continuous_where_its_formula_has_a_gap():
    at = [pareto.purchases_if_alive(np.array([0.5, 10.0, s, 12.0]), np.ones(1), np.full(1, 30.0),
                                    horizons=np.array([52.0]))[0, 0] for s in (1 - 1e-9, 1.0, 1 + 1e-9)]  # fmt: skip
    assert at[0] == pytest.approx(at[1], rel=1e-7)
    assert at[2] == pytest.approx(at[1], rel=1e-7)
