"""What the relationship with each customer is called: rules over tenure, satisfaction and contacts kept."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import RelationshipRule

WINDOW_MONTHS = 12
# Each condition of a rule: the column that it reads, and whether it is a lower limit.
CONDITIONS = {
    "min_tenure_days": ("tenure_days", True), "max_tenure_days": ("tenure_days", False),
    "min_satisfaction": ("satisfaction", True), "max_satisfaction": ("satisfaction", False),
    "min_kept_share": ("kept_share", True), "max_kept_share": ("kept_share", False),
}  # fmt: skip


def compute_satisfaction(answers: pd.DataFrame, *, as_of: object) -> pd.Series:
    """Return the mean score of each customer's last survey in the twelve months up to as_of, by customer_id.

    ``answers``: customer_id, survey_date, score. A survey is all answers of one day; without one there is no entry.
    """
    day = pd.Timestamp(as_of)
    recent = answers[
        (answers["survey_date"] > day - pd.DateOffset(months=WINDOW_MONTHS)) & (answers["survey_date"] <= day)
    ]
    last = recent[recent["survey_date"] == recent.groupby("customer_id")["survey_date"].transform("max")]
    return last.groupby("customer_id")["score"].mean()


def compute_kept_share(tasks: pd.DataFrame, contacts: pd.DataFrame, *, as_of: object, within_days: int) -> pd.Series:
    """Return the share of the contacts planned for the last twelve months that took place, by customer_id.

    ``tasks``: customer_id, due_date; ``contacts``: customer_id, contact_date and, where known, direction (incoming
    ones keep no plan). A task is kept by a contact at most ``within_days`` from its due date; those due in the last
    ``within_days`` up to as_of may yet be kept and do not count.
    """
    last = pd.Timestamp(as_of) - pd.Timedelta(days=within_days)
    is_due = (tasks["due_date"] > last - pd.DateOffset(months=WINDOW_MONTHS)) & (tasks["due_date"] <= last)
    due = tasks.loc[is_due, ["customer_id", "due_date"]].sort_values("due_date")
    made = contacts
    if "direction" in contacts:
        made = contacts[contacts["direction"].fillna("out") == "out"]
    made = made[["customer_id", "contact_date"]].sort_values("contact_date")
    met = pd.merge_asof(
        due, made, left_on="due_date", right_on="contact_date", by="customer_id", direction="nearest",
        tolerance=pd.Timedelta(days=within_days),
    )  # fmt: skip
    return met["contact_date"].notna().groupby(met["customer_id"]).mean()


def derive_relationship(customers: pd.DataFrame, rules: Sequence[RelationshipRule]) -> pd.Series:
    """Return the name of each customer's relationship: that of the first rule whose conditions are all met.

    Shape of ``customers``: tenure_days, satisfaction, kept_share, empty where not known. Raises AnalysisError for a
    customer that no rule matches.
    """
    matches = [_matches(customers, rule) for rule in rules]
    matched = np.logical_or.reduce(matches) if matches else np.zeros(len(customers), bool)
    if not matched.all():
        remedy = "end policy.monitor.relationships with a rule without conditions"
        raise AnalysisError("a customer matches no relationship rule", remedy=remedy, value=int((~matched).sum()))
    names = np.select(matches, [rule.name for rule in rules], default="")
    return pd.Series(names, index=customers.index, dtype=object)


def _matches(customers: pd.DataFrame, rule: RelationshipRule) -> np.ndarray:
    met = np.ones(len(customers), bool)
    for condition, (column, is_lower) in CONDITIONS.items():
        limit = getattr(rule, condition)
        if limit is not None:
            values = customers[column].to_numpy(float)
            met &= (values >= limit) if is_lower else (values <= limit)
    return met
