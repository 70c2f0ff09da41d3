import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning import tabulate_rules
from portfolio_lab.policy import StagePolicy, StageRule
from portfolio_lab.reports.sentences.stage_tuning.labels import (
    FACTS,
    RULE_COLUMNS,
    SCORE_LABELS,
    label_definition,
    name_definition,
    name_rules,
    name_stages,
    words_for,
)


def test_rules_and_stages_have_the_names_that_a_reader_knows():
    table = pd.DataFrame({"name": ["own_cycle", "in_force", "new_rule"], "level": [1.0, None, 2.0], "brier": None})
    named = name_rules(table)
    assert named["name"].tolist() == ["Own cycle", "Definition in force", "new_rule"]
    assert named.columns.tolist() == ["name", "level"]
    stages = name_stages(pd.DataFrame({"stage": ["pre_inactive"], "next_stage": [None], "stage_proposed": ["active"]}))
    assert stages["stage"].tolist() == ["Pre-inactive"]
    assert stages["next_stage"].isna().all()


def test_a_definition_has_no_star_and_no_name_of_a_family():
    rules = pd.DataFrame({"segment": ["North", "*"], "family": ["hazard", "fixed_days"], "inactive_at": [None, None]})
    named = name_definition(rules)
    assert named["segment"].tolist() == ["North", "everybody else"]
    assert not set(named["family"]) & {"hazard", "fixed_days"} and "inactive_at" not in named
    assert name_definition(rules.tail(1))["segment"].tolist() == ["everybody"]


FIXED = StageRule(family="fixed_days", pre_inactive_days=60, inactive_days=120)
CHANCE = StageRule(family="return_probability", pre_inactive_at=0.44, inactive_at=0.25, horizon_days=90,
                   model="mbg_nbd", fitted={"r": 0.7})  # fmt: skip
CYCLE = StageRule(family="own_cycle", typical_gap_days=30, pre_inactive_at=1.5, inactive_at=3)


@pytest.mark.parametrize("rule", [FIXED, CYCLE, CHANCE])
def test_a_definition_of_any_family_has_words_for_the_columns_that_it_fills_and_for_no_others(rule):
    asked = name_definition(tabulate_rules(StagePolicy(rules=(rule,))))
    assert list(label_definition(asked)) == asked.columns.tolist()
    assert rule.family not in asked["family"].tolist()
    assert "Inactive at" not in label_definition(asked).values() or rule.family != "fixed_days"


def test_words_are_those_of_the_columns_there():
    words = words_for(pd.DataFrame({"name": [], "precision": [], "auc": []}))
    assert set(words["labels"]) == {"name", "precision", "auc"}
    assert words["units"] == {"precision": "share", "auc": "share"}
    assert words["columns"] == ["name", "precision"]


def test_a_page_names_no_measure_of_statistics():
    rules = pd.DataFrame(columns=list(RULE_COLUMNS), dtype=float)
    scores = pd.DataFrame(columns=list(SCORE_LABELS), dtype=float)
    read = [fact["label"] for fact in FACTS.values()]
    for table in (rules, scores):
        words = words_for(table)
        read += [words["labels"][column] for column in words["columns"]]
    jargon = ("precision", "recall", "accuracy", "auc", "log loss", "brier", "f1", "youden", "nbd")
    assert "Leavers told from stayers (a coin: 50%)" in read and "Pairs in the right order (a coin: 50%)" in read
    assert not [label for label in read if any(term in label.lower() for term in jargon)]


def test_every_fact_of_the_report_has_its_words():
    assert set(FACTS) | {"optimism"} == {
        "definition_in_force", "recommended_rule", "recommended_pre_inactive_days", "recommended_inactive_days",
        "precision", "recall", "balanced_accuracy", "lead_days_median", "flicker_rate", "utility_amount", "optimism",
    }  # fmt: skip
