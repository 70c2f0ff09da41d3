"""Where the time goes."""

import pandas as pd
import pytest

from portfolio_lab.analysis.adherence.effort import summarise_effort
from portfolio_lab.policy import PlanPolicy, PlanRule

POLICY = PlanPolicy(rules=(PlanRule(contacts_per_period=2, minutes=30),))


@pytest.fixture
def customers():
    return pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "abc_class": ["A", "A", "B"],
            "stage": "active",
            "margin_amount": [60.0, 30, 10],
        }
    )


def test_contacts_and_minutes_stand_beside_plan_and_margin(customers):
    contacts = pd.DataFrame(
        {"customer_id": ["a", "c", "c", "x"], "channel": "call", "minutes": [10.0, 20.0, 10.0, 99.0]}
    )
    table = summarise_effort(customers, contacts, policy=POLICY).set_index("abc_class")
    assert table["n_contacts"].to_dict() == {"A": 1, "B": 2}
    assert table["planned_contacts"].to_dict() == {"A": 4, "B": 2}
    assert table["planned_minutes"].to_dict() == {"A": 120, "B": 60}
    assert table["minutes_share"].to_dict() == {"A": 0.25, "B": 0.75}
    assert table["margin_share"].to_dict() == {"A": 0.9, "B": 0.1}


def test_minutes_that_nobody_recorded_stay_empty(customers):
    contacts = pd.DataFrame({"customer_id": ["a"], "channel": ["call"], "minutes": [None]}).astype({"minutes": float})
    table = summarise_effort(customers.assign(margin_amount=float("nan")), contacts, policy=POLICY)
    assert table["minutes"].isna().all()
    assert table["margin_share"].isna().all()
