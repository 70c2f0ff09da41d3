import pandas as pd
import pytest

from portfolio_lab.analysis.service.standards import look_up_stages, look_up_standards
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import PlanRule

RULES = (
    PlanRule(abc_class="A", stage="active", response_days=1),
    PlanRule(abc_class="A", response_days=2),
    PlanRule(stage="prospect", response_days=5),
    PlanRule(response_days=3),
)


def test_the_first_rule_that_fits_wins():
    classes, stages = pd.Series(["A", "A", "B", None]), pd.Series(["active", "inactive", "active", "prospect"])
    assert look_up_standards(classes, stages, rules=RULES).tolist() == [1, 2, 3, 5]


def test_a_case_that_no_rule_fits_is_refused():
    with pytest.raises(AnalysisError, match="says how soon a case"):
        look_up_standards(pd.Series(["B"]), pd.Series(["active"]), rules=RULES[:2])


def test_the_stage_is_that_of_the_day_on_which_the_case_was_opened():
    stays = pd.DataFrame(
        {
            "customer_id": ["a", "a"],
            "stage": ["active", "pre_inactive"],
            "start_date": pd.to_datetime(["2026-01-01", "2026-03-02"]),
            "end_date": pd.to_datetime(["2026-03-02", None]),
        }
    )
    cases = pd.DataFrame(
        {"customer_id": ["a", "a", "a"], "opened_date": pd.to_datetime(["2026-03-01", "2026-03-02", "2025-12-31"])}
    )
    assert look_up_stages(cases, stays).tolist() == ["active", "pre_inactive", "prospect"]
