from io import StringIO

import pytest
from ruamel.yaml import YAML

from portfolio_lab.analysis.stage_tuning.proposal import (
    name_rule_days,
    propose_stage_policy,
    read_proposal,
    tabulate_rules,
)
from portfolio_lab.policy import Policy, StagePolicy, StageRule

CYCLE = StageRule(family="own_cycle", pre_inactive_at=1.5, inactive_at=3.2, typical_gap_days=28.4)


def test_a_rule_that_is_not_in_days_is_given_its_typical_days():
    named = name_rule_days(CYCLE, pre_inactive_days=42.4, inactive_days=90.6, segment="hotel")
    assert (named.segment, named.pre_inactive_days, named.inactive_days) == ("hotel", 42, 91)
    assert (named.pre_inactive_at, named.typical_gap_days) == (1.5, 28.4)


@pytest.mark.parametrize(("pre", "inactive", "expected"), [(90.0, 90.0, (89, 90)), (0.4, 1.0, (1, 2))])
def test_typical_days_still_climb(pre, inactive, expected):
    named = name_rule_days(CYCLE, pre_inactive_days=pre, inactive_days=inactive, segment="*")
    assert (named.pre_inactive_days, named.inactive_days) == expected


def test_days_of_a_rule_in_days_stay_as_they_are():
    rule = StageRule(pre_inactive_days=47, inactive_days=80)
    assert name_rule_days(rule, pre_inactive_days=1, inactive_days=2, segment="*") == rule


def test_proposal_can_be_pasted_into_a_run_file_and_means_the_same():
    in_force = StagePolicy(inactivated_days=20, ex_customer_days=400)
    proposal = propose_stage_policy((CYCLE,), in_force=in_force, version="2026-09-30")
    text, yaml = StringIO(), YAML(typ="safe", pure=True)
    yaml.dump(proposal, text)
    read = Policy.model_validate(yaml.load(text.getvalue())).stages
    assert read == StagePolicy(version="2026-09-30", rules=(CYCLE,), inactivated_days=20, ex_customer_days=400)
    assert "null" not in text.getvalue()
    assert "regularity" not in text.getvalue()


def test_fixed_days_are_proposed_without_a_word_too_much():
    proposal = propose_stage_policy(
        (StageRule(pre_inactive_days=47, inactive_days=80),), in_force=StagePolicy(), version="2"
    )
    assert proposal["stages"]["rules"] == [
        {"segment": "*", "family": "fixed_days", "pre_inactive_days": 47, "inactive_days": 80}
    ]


def test_segments_that_were_not_tuned_keep_their_rule_and_the_star_stays_last():
    in_force = StagePolicy(rules=(StageRule(segment="hotel"), StageRule(segment="bar"), StageRule()))
    tuned = (StageRule(pre_inactive_days=30, inactive_days=70), StageRule(segment="bar", pre_inactive_days=10))
    rules = propose_stage_policy(tuned, in_force=in_force, version="2")["stages"]["rules"]
    assert [(rule["segment"], rule["pre_inactive_days"]) for rule in rules] == [("bar", 10), ("hotel", 60), ("*", 30)]


def test_ex_customers_move_on_where_the_ladder_would_not_climb():
    in_force = StagePolicy(ex_customer_days=160)
    proposal = propose_stage_policy((StageRule(inactive_days=200),), in_force=in_force, version="2")
    assert proposal["stages"]["ex_customer_days"] == 231


def test_proposal_reads_back_as_the_definition_and_its_rules_as_rows():
    proposed = read_proposal(propose_stage_policy((CYCLE,), in_force=StagePolicy(), version="2"))
    assert proposed.rules == (CYCLE,)
    (row,) = tabulate_rules(proposed).to_dict("records")
    assert (row["segment"], row["family"], row["pre_inactive_at"], row["inactive_at"]) == ("*", "own_cycle", 1.5, 3.2)
