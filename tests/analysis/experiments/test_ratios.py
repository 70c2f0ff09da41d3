"""Sales per order: the customer is the unit."""

import numpy as np
import pytest

from portfolio_lab.analysis.experiments.ratios import compare_ratios, compute_ratio
from portfolio_lab.errors import AnalysisError

TRUE_RATIO = 20.0


def draw_customers(rng, n=300):
    """Orders per customer, and their sum when a customer's orders are alike: ratio 20 over all customers."""
    orders = rng.poisson(4, n) + 1
    own = rng.normal(0, 6, n)
    return orders * (TRUE_RATIO + own) + rng.normal(0, 3, n) * np.sqrt(orders), orders


def test_two_customers_by_hand():
    ratio, variance = compute_ratio(np.array([10.0, 20.0]), np.array([1.0, 1.0]))
    assert ratio == 15.0
    assert variance == pytest.approx(50.0 / 2)


def test_coverage_with_customers_as_units_and_without():
    rng, covered, covered_by_orders = np.random.default_rng(0), 0, 0
    for _ in range(600):
        amount, orders = draw_customers(rng)
        ratio, variance = compute_ratio(amount, orders)
        covered += abs(ratio - TRUE_RATIO) <= 1.96 * np.sqrt(variance)
        per_order = np.repeat(amount / orders, orders)
        covered_by_orders += abs(ratio - TRUE_RATIO) <= 1.96 * per_order.std() / np.sqrt(len(per_order))
    assert 0.93 <= covered / 600 <= 0.97
    assert covered_by_orders / 600 < 0.75


def test_the_difference_has_the_variance_of_both():
    rng = np.random.default_rng(1)
    one, other = draw_customers(rng), draw_customers(rng)
    estimate = compare_ratios(one, other)
    assert estimate.se == pytest.approx(np.sqrt(compute_ratio(*one)[1] + compute_ratio(*other)[1]))
    assert estimate.control_mean == pytest.approx(compute_ratio(*other)[0])


def test_without_a_denominator_there_is_no_ratio():
    with pytest.raises(AnalysisError, match="denominator"):
        compute_ratio(np.array([1.0, 2.0]), np.zeros(2))
