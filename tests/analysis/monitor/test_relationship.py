"""Relationships: each condition on both sides of its limit, contacts kept by hand, nothing without a rule."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.monitor.relationship import compute_kept_share, compute_satisfaction, derive_relationship
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import DEFAULT_RELATIONSHIPS, RelationshipRule

AS_OF = "2026-09-30"


@pytest.mark.parametrize(
    ("tenure", "score", "kept", "name"),
    [
        (900, 5.0, 0.9, "dissatisfied"),
        (900, 5.1, 0.9, "settled"),
        (365, 9.0, 0.9, "new"),
        (366, 9.0, 0.9, "settled"),
        (730, 8.0, 0.8, "close"),
        (729, 8.0, 0.8, "settled"),
        (730, 7.9, 0.8, "settled"),
        (730, 8.0, 0.79, "settled"),
        (900, 9.0, 0.5, "neglected"),
        (900, np.nan, 0.9, "settled"),
        (900, 9.0, np.nan, "settled"),
        (100, 3.0, np.nan, "dissatisfied"),
    ],
)
def test_the_first_rule_whose_conditions_are_met_names_the_relationship(tenure, score, kept, name):
    customers = pd.DataFrame({"tenure_days": [tenure], "satisfaction": [score], "kept_share": [kept]})
    assert derive_relationship(customers, DEFAULT_RELATIONSHIPS).tolist() == [name]


def test_a_customer_that_no_rule_matches_is_refused():
    customers = pd.DataFrame({"tenure_days": [1.0], "satisfaction": [1.0], "kept_share": [1.0]})
    with pytest.raises(AnalysisError, match="matches no relationship rule"):
        derive_relationship(customers, [RelationshipRule(name="old", min_tenure_days=2)])


def test_satisfaction_is_the_mean_of_the_last_survey_of_the_last_year():
    rows = [("a", "2026-09-30", 4), ("a", "2026-09-30", 9), ("a", "2026-01-01", 1), ("b", "2025-09-30", 2),
            ("c", "2025-10-01", 3), ("d", "2026-10-01", 7)]  # fmt: skip
    answers = pd.DataFrame(rows, columns=["customer_id", "survey_date", "score"])
    found = compute_satisfaction(answers.assign(survey_date=pd.to_datetime(answers["survey_date"])), as_of=AS_OF)
    assert found.to_dict() == {"a": 6.5, "c": 3.0}


def _kept(tasks, contacts):
    due = pd.DataFrame(tasks, columns=["customer_id", "due_date"])
    made = pd.DataFrame(contacts, columns=["customer_id", "contact_date", "direction"])
    due["due_date"], made["contact_date"] = pd.to_datetime(due["due_date"]), pd.to_datetime(made["contact_date"])
    return compute_kept_share(due, made, as_of=AS_OF, within_days=14).to_dict()


@pytest.mark.parametrize(
    ("contact", "direction", "kept"),
    [("2026-06-15", "out", 1.0), ("2026-06-16", "out", 0.0), ("2026-05-18", "out", 1.0), ("2026-05-17", "out", 0.0),
     ("2026-06-01", "in", 0.0), ("2026-06-01", None, 1.0)],
)  # fmt: skip
def test_a_task_is_kept_by_an_outgoing_contact_near_its_due_date(contact, direction, kept):
    assert _kept([("a", "2026-06-01")], [("a", contact, direction), ("b", "2026-06-01", "out")]) == {"a": kept}


def test_only_tasks_of_the_year_that_can_no_longer_be_kept_count():
    tasks = [("a", "2026-09-16"), ("b", "2026-09-17"), ("c", "2025-09-16"), ("d", "2025-09-17"), ("e", "2026-12-01")]
    assert _kept(tasks, [("x", "2026-01-01", "out")]) == {"a": 0.0, "d": 0.0}


def test_without_directions_every_contact_counts():
    due = pd.DataFrame({"customer_id": ["a", "a"], "due_date": pd.to_datetime(["2026-06-01", "2026-03-01"])})
    made = pd.DataFrame({"customer_id": ["a"], "contact_date": pd.to_datetime(["2026-06-05"])})
    assert compute_kept_share(due, made, as_of=AS_OF, within_days=14).to_dict() == {"a": 0.5}
