"""How many more, how long, how sure per look."""

import math

import pytest

from portfolio_lab.analysis.verdicts import compute_months_more, compute_n_more, confidence_of_look
from portfolio_lab.errors import AnalysisError


def test_more_customers_from_300_in_each_group_at_a_base_of_12_percent():
    se = math.sqrt(2 * 0.12 * 0.88 / 300)
    more = compute_n_more(se, n=600, mwe=0.03)
    assert more / 2 == pytest.approx(300 * ((2.8016 * se / 0.03) ** 2 - 1), abs=1)
    assert 1500 < more / 2 < 1600


def test_enough_is_enough():
    assert compute_n_more(0.001, n=600, mwe=0.03) == 0


def test_the_error_is_shared_over_looks_and_comparisons():
    assert confidence_of_look(1) == 0.95
    assert confidence_of_look(2) == 0.975
    assert confidence_of_look(2, n_comparisons=5) == pytest.approx(0.995)


def test_months_follow_the_pace_of_enrolment():
    assert compute_months_more(1000, n_per_month=250.0) == 4.0
    assert compute_months_more(1000, n_per_month=None) is None
    assert compute_months_more(None, n_per_month=250.0) is None


def test_refusals():
    with pytest.raises(AnalysisError, match="begin at 1"):
        confidence_of_look(0)
    with pytest.raises(AnalysisError, match="positive"):
        compute_n_more(0.1, n=10, mwe=0.0)
