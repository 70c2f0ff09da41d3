"""Sentences on the three-dimensional reading stay true whatever is known."""

import pandas as pd

from portfolio_lab.policy import DEFAULT_RELATIONSHIPS, RelationshipRule
from portfolio_lab.reports.sentences.monitor import reading as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
SLIPPING = pd.DataFrame(
    [("region", "North", 12, 1000.0, 3, 250.0, 0.25), ("salesperson", "Ana", 20, 5000.0, 1, 500.0, 0.1),
     ("region", "South", 30, 9000.0, 0, 0.0, 0.0)],
    columns=["dimension", "group", "n_customers", "amount", "n_slipping", "slipping_amount", "slipping_share"],
)  # fmt: skip


def test_the_worst_group_of_each_grouping_is_named():
    text = say.reading(SLIPPING, wording=WORDING)
    assert "**North** among regions (25.0% of €1,000, 3 of 12 customers); **Ana** among salespeople (10.0%" in text
    assert "Nearly all" in say.reading(SLIPPING[2:], wording=WORDING)
    assert "too few to compare" in say.reading(SLIPPING[:0], wording=WORDING)
    assert "of North, 25.0% of €1,000" in say.worst(SLIPPING, dimension="region", wording=WORDING)
    assert "no group of at least ten" in say.worst(SLIPPING[2:], dimension="region", wording=WORDING)
    assert "no group of at least ten" in say.worst(SLIPPING.head(0), dimension="segment", wording=WORDING)


def test_the_caption_of_relationships_says_its_rules():
    shown = {"currency": "EUR", "rules": DEFAULT_RELATIONSHIPS}
    text = say.caption("relationship", [rule.name for rule in DEFAULT_RELATIONSHIPS], **shown)
    assert "Dissatisfied: score of at most 5; new: a customer for at most 365 days;" in text
    assert "score of at least 8 and at least 80% of planned contacts kept; settled: all others (the first" in text
    assert "core" not in say.caption("relationship", ["new", "settled"], **shown)
    assert "score" not in say.caption("region", ["North"], **shown)
    assert say.name_dimensions(["salesperson", "region"]) == "salesperson in charge and region"


def test_what_is_lacking_depends_on_what_the_rules_read():
    known = pd.DataFrame({"region": ["N"], "segment": ["r"], "salesperson": ["Ana"]})
    unknown = known.assign(region=None, salesperson=None)
    assert say.lacking(lambda name: False, unknown, DEFAULT_RELATIONSHIPS) == (
        "customers, satisfaction, plan_tasks",
        "Without the salesperson in charge and region of each customer, satisfaction and planned tasks with contacts "
        "this page cannot read the portfolio by salesperson in charge or region or judge the relationship by "
        "satisfaction or contacts kept.",
    )
    assert say.lacking(lambda name: False, known, [RelationshipRule(name="new", max_tenure_days=9)]) is None
    assert say.lacking(lambda name: name != "contacts", known, DEFAULT_RELATIONSHIPS) == (
        "plan_tasks",
        "Without planned tasks with contacts this page cannot judge the relationship by contacts kept.",
    )
