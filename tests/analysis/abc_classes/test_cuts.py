"""The limits between the classes, in exact integers."""

from fractions import Fraction

import numpy as np
import pytest

from portfolio_lab.analysis.abc_classes.cuts import (
    Limits,
    assign_classes,
    compute_limits,
    exact_shares,
    share_ceiling,
)
from portfolio_lab.errors import AnalysisError


def test_limits_are_the_smallest_values_of_a_and_b():
    values = np.array([100, 80, 60, 40, 30, 20, 10, 5, 3, 2]) * 100
    assert compute_limits(values, cuts=(80, 95)) == Limits(a_cents=4000, b_cents=1000)


def test_limits_do_not_depend_on_the_order_and_ignore_zero_and_losses():
    values = np.array([-500, 20, 0, 50, 30])
    assert compute_limits(values, cuts=(80, 95)) == compute_limits(np.array([50, 30, 20]), cuts=(80, 95))


@pytest.mark.parametrize(("value", "code"), [(40, 0), (39, 1), (10, 1), (9, 2), (1, 2), (0, 3), (-1, 4)])
def test_both_sides_of_every_limit(value, code):
    assert assign_classes(np.array([value]), Limits(40, 10))[0] == code


def test_a_fractional_cut_is_compared_exactly():
    # before the third customer lie 795 of 1000: not below 79.5 %, but below 79.6 %
    values = np.array([500, 295, 100, 60, 45])
    assert compute_limits(values, cuts=(79.5, 95)).a_cents == 295
    assert compute_limits(values, cuts=(79.6, 95)).a_cents == 100


def test_a_base_near_64_bits_is_still_exact():
    step = 2**51 - 1
    values = np.full(1000, step, dtype=np.int64)
    values[:200] += 1
    # equal values share the class of the first of them, and the limit falls on a value of the 800
    assert compute_limits(values, cuts=(50, 95)).a_cents == step
    assert share_ceiling(2**62 - 1, Fraction(4, 5)) == -(-(2**62 - 1) * 4 // 5)


def test_share_ceiling_is_the_smallest_whole_number_not_below_the_share():
    bases = np.arange(1, 200)
    expected = [-(-int(base) * 159 // 200) for base in bases]
    assert share_ceiling(bases, Fraction(159, 200)).tolist() == expected


@pytest.mark.parametrize("cuts", [(95, 80), (80, 80), (0, 95), (80, 100), (80.0, 120.0)])
def test_cuts_that_do_not_rise_between_0_and_100_are_refused(cuts):
    with pytest.raises(AnalysisError, match=r"two rising percentages.*\[80, 95\]"):
        exact_shares(cuts)


def test_a_cut_with_too_many_decimals_is_refused():
    with pytest.raises(AnalysisError, match=r"more than 6 decimals.*round the cuts"):
        exact_shares((79.1234567, 95))
    assert exact_shares((79.123456, 95))[0] == Fraction(79123456, 10**8)


def test_nothing_positive_is_refused():
    with pytest.raises(AnalysisError, match="at least one customer with a positive value"):
        compute_limits(np.array([0, -5]), cuts="computed")


def test_computed_limits_of_one_to_a_hundred():
    values = np.arange(1, 101)
    codes = assign_classes(values, compute_limits(values, cuts="computed"))
    assert np.bincount(codes).tolist() == [41, 21, 38]


def test_computed_limits_by_hand():
    # curve (1/3, 1/2) (2/3, 5/6) (1, 1): the first is nearest to (0, 1) [.361 < .472 < 1]; one is above the mean 2;
    # from (1/3, 1) the second is nearest [.25, .139, .444]
    assert compute_limits(np.array([3, 2, 1]), cuts="computed") == Limits(a_cents=3, b_cents=2)


@pytest.mark.parametrize("values", [[7], [10] * 6, [96, 1, 1, 1, 1]])
def test_a_computed_a_is_never_empty(values):
    assert compute_limits(np.array(values), cuts="computed").a_cents == max(values)


def test_computed_limits_find_the_same_point_in_floats_and_integers_at_any_scale():
    values = np.random.default_rng(5).integers(1, 1000, size=300)
    small, large = (compute_limits(values * scale, cuts="computed") for scale in (1, 10**12))
    assert (large.a_cents, large.b_cents) == (small.a_cents * 10**12, small.b_cents * 10**12)
