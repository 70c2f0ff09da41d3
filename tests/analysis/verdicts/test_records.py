"""Records refuse what is no interval."""

import math

import pytest

from portfolio_lab.analysis.verdicts import Estimate, PlanCase
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize(
    ("effect", "se", "low", "high"),
    [(0.1, 0.1, 0.2, 0.3), (math.nan, 0.1, 0, 1), (0.1, 0.1, -math.inf, 1), (0.1, -0.1, 0, 1)],
)
def test_an_estimate_lies_inside_a_finite_interval(effect, se, low, high):
    with pytest.raises(AnalysisError, match="finite interval"):
        Estimate(effect, se, low, high, 10, 10, 0.1)


def test_customers_of_both_groups_count(make_estimate):
    assert make_estimate(n_treated=7, n_control=5).n == 12


def test_a_plan_without_a_name_is_called_by_its_id():
    assert PlanCase("P1", "visit", "binary").title == "P1"
    assert PlanCase("P1", "visit", "binary", name="Spring").title == "Spring"
