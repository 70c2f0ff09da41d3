import numpy as np
import pytest

from portfolio_lab.analysis.value.discounting import (
    compute_expected_return,
    compute_retention_value,
    to_monthly_rate,
)
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize(("case", "value"), [(1, 1100.0), (2, 800.0), (3, 1000.0)])
def test_the_three_timing_cases_of_note_024(case, value):
    ours = compute_retention_value(300, 0.8, discount_rate=0.1, horizon=None, timing_case=case)
    assert ours == pytest.approx(value)
    long = compute_retention_value(300, 0.8, discount_rate=0.1, horizon=300, timing_case=case)
    assert long == pytest.approx(value, rel=1e-9)


def test_the_margin_multiple_of_gupta_and_lehmann():
    value = compute_retention_value(1, 0.8, discount_rate=0.1, horizon=None, timing_case=2)
    assert value == pytest.approx(2.67, abs=0.005)


def test_a_horizon_sums_its_terms_and_negative_margins_keep_their_sign():
    two = compute_retention_value(100, 0.5, discount_rate=0.25, horizon=2, timing_case=2)
    assert two == pytest.approx(100 * (0.4 + 0.16))
    assert compute_retention_value(-100, 0.5, discount_rate=0.25, horizon=2, timing_case=2) == pytest.approx(-two)


def test_better_retention_alone_moves_the_value_by_more_than_a_quarter():
    low, high = compute_retention_value(300, np.array([0.80, 0.85]), discount_rate=0.1, horizon=None, timing_case=2)
    assert high / low - 1 == pytest.approx(0.275)


def test_a_fair_value_earns_the_discount_rate_in_expectation():
    value = compute_retention_value(300, 0.8, discount_rate=0.1, horizon=None, timing_case=2)
    assert compute_expected_return(300, 0.8, value_amount=float(value)) == pytest.approx(0.10)


def test_a_year_is_twelve_compounded_months():
    assert to_monthly_rate(0.10) == pytest.approx(0.007974, abs=5e-7)
    assert (1 + to_monthly_rate(0.10)) ** 12 == pytest.approx(1.10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"discount_rate": -1.0}, "above -1"),
        ({"horizon": 0}, "horizon must be above zero"),
        ({"timing_case": 4}, "timing case must be 1, 2 or 3"),
        ({"retention": 1.01}, "between 0 and 1"),
        ({"retention": -0.1}, "between 0 and 1"),
        ({"retention": 1.0, "discount_rate": 0.0}, "infinite"),
    ],
)
def test_an_impossible_basis_is_refused(change, message):
    given = {"retention": 0.8, "discount_rate": 0.1, "horizon": None, "timing_case": 2} | change
    with pytest.raises(AnalysisError, match=message):
        compute_retention_value(300, given.pop("retention"), **given)
