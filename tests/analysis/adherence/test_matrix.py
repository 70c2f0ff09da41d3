"""Tasks from the plan by class and stage."""

import pandas as pd

from portfolio_lab.analysis.adherence.matrix import build_matrix_tasks
from portfolio_lab.policy import PlanPolicy, PlanRule

POLICY = PlanPolicy(
    rules=(
        PlanRule(abc_class="A", channel="visit", contacts_per_period=3, role="manager"),
        PlanRule(abc_class="B", channel="call", contacts_per_period=0.4),
        PlanRule(channel="email", contacts_per_period=1),
    )
)


def test_contacts_are_spread_over_the_period():
    customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "abc_class": ["A", "B", None], "stage": "active"})
    period = {"start": pd.Timestamp("2026-07-01"), "end": pd.Timestamp("2026-10-01")}
    tasks = build_matrix_tasks(customers, policy=POLICY, **period)
    assert tasks["customer_id"].tolist() == ["a", "a", "a", "c"]
    assert tasks["due_date"].dt.strftime("%m-%d").tolist() == ["07-16", "08-16", "09-15", "08-16"]
    assert tasks["role"].tolist() == ["manager"] * 3 + ["salesperson"]
    assert tasks["plan_id"].isna().all()
