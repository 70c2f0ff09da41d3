import pytest
from pydantic import ValidationError

from portfolio_lab.policy import STAGE_FAMILY_KEYS, MonitorPolicy, Policy, StagePolicy, StageRule

CYCLE = {"family": "own_cycle", "pre_inactive_at": 2, "inactive_at": 4, "typical_gap_days": 30}


def test_stage_definition_by_default_is_60_and_120_days_for_everybody():
    (rule,) = Policy().stages.rules
    assert (rule.segment, rule.family, rule.pre_inactive_days, rule.inactive_days) == ("*", "fixed_days", 60, 120)


def test_stage_definition_survives_being_written_to_a_run_file_and_read_again():
    policy = StagePolicy(rules=(StageRule(segment="hotel", **CYCLE), StageRule()))
    assert StagePolicy.model_validate(policy.model_dump(mode="json")) == policy


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"pre_inactive_days": 120, "inactive_days": 120}, "pre_inactive_days must be smaller"),
        (CYCLE | {"typical_gap_days": None}, "family own_cycle also needs typical_gap_days"),
        (CYCLE | {"regularity": 2}, "family own_cycle does not read regularity"),
        (CYCLE | {"inactive_at": 2}, "pre_inactive_at must be smaller than inactive_at"),
        (
            CYCLE | {"family": "gap_tail", "regularity": 2, "pre_inactive_at": 0.01, "inactive_at": 0.05},
            "inactive_at must be smaller than pre_inactive_at",
        ),
        (CYCLE | {"family": "gap_tail", "regularity": 2, "inactive_at": 0.5}, "levels lie between 0 and 1"),
        ({"family": "return_probability"}, "also needs pre_inactive_at, inactive_at, horizon_days, model, fitted"),
        ({"famly": "fixed_days"}, "Extra inputs are not permitted"),
        ({"model": "bg_nbd"}, "Input should be 'mbg_nbd' or 'pareto_nbd'"),
    ],
)
def test_an_impossible_stage_rule_is_refused(rule, message):
    with pytest.raises(ValidationError, match=message):
        StageRule.model_validate(rule)


@pytest.mark.parametrize("family", STAGE_FAMILY_KEYS)
def test_every_family_names_what_it_needs(family):
    keys = STAGE_FAMILY_KEYS[family]
    if keys:
        with pytest.raises(ValidationError, match=f"family {family} also needs {keys[0]}"):
            StageRule(family=family)
    else:
        assert StageRule(family=family)


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ({"rules": ()}, "must be for segment"),
        ({"rules": ({"segment": "hotel"},)}, "must be for segment"),
        ({"rules": ({"segment": "*"}, {"segment": "*"})}, "two stage rules"),
        ({"ex_customer_days": 150}, r"must be greater than inactive_days \+ inactivated_days \(150\)"),
    ],
)
def test_an_impossible_stage_definition_is_refused(stages, message):
    with pytest.raises(ValidationError, match=message):
        StagePolicy.model_validate(stages)


def test_the_hash_of_a_definition_changes_with_the_definition():
    policy = Policy()
    other = Policy(stages=StagePolicy(inactivated_days=31))
    assert policy.definition(["stages"]) != other.definition(["stages"])
    assert policy.definition(["abc"]) == other.definition(["abc"])


@pytest.mark.parametrize("relationships", [(), ({"name": "close", "min_kept_share": 0.0},)])
def test_relationship_rules_must_end_with_one_that_everybody_meets(relationships):
    with pytest.raises(ValidationError, match="must have no condition"):
        MonitorPolicy.model_validate({"relationships": relationships})
    assert MonitorPolicy.model_validate({"relationships": (*relationships, {"name": "all"})})
