import pandas as pd
import pytest

from portfolio_lab.analysis.contact_plan import derive_plan, match_plan_rules
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import PlanPolicy, PlanRule

RULES = PlanPolicy(
    rules=(
        PlanRule(abc_class="A", stage="active", channel="visit", contacts_per_period=3, minutes=60),
        PlanRule(abc_class="A", channel="call", contacts_per_period=2, minutes=20),
        PlanRule(stage="prospect", channel="call", contacts_per_period=1, minutes=10),
        PlanRule(channel="email", contacts_per_period=0.5, minutes=5),
    )
)
CUSTOMERS = pd.DataFrame(
    {"abc_class": ["A", "A", None, "B", "A"], "stage": ["active", "inactive", "prospect", "active", "prospect"]}
)


def test_the_first_rule_that_fits_wins():
    assert match_plan_rules(CUSTOMERS["abc_class"], CUSTOMERS["stage"], policy=RULES).tolist() == [0, 1, 2, 3, 1]


def test_what_the_rule_asks_stands_beside_the_customer():
    found = derive_plan(CUSTOMERS, policy=RULES)
    assert found["contacts_per_period"].tolist() == [3, 2, 1, 0.5, 2]
    assert found["minutes"].tolist() == [60, 20, 10, 5, 20]
    assert found["channel"].tolist() == ["visit", "call", "call", "email", "call"]
    assert list(CUSTOMERS.columns) == ["abc_class", "stage"]


def test_a_customer_without_a_rule_is_refused_by_name_of_its_class_and_stage():
    policy = PlanPolicy(rules=(PlanRule(abc_class="A"),))
    with pytest.raises(AnalysisError, match=r"no rule of the contact plan.*\('B', 'active'\)"):
        match_plan_rules(pd.Series(["A", "B"]), pd.Series(["active", "active"]), policy=policy)


def test_nobody_needs_no_rule():
    assert derive_plan(CUSTOMERS.head(0), policy=RULES).empty
