import pandas as pd

from portfolio_lab.analysis.priority_names import (
    build_names_at_risk,
    select_for_director,
    sort_by_owner,
    summarise_by_owner,
)

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d", "e", "f"],
        "name": ["Alma", "Boro", "Cala", "Duna", "Ebro", "Faro"],
        "owner": ["ana", "bob", "ana", "bob", None, "ana"],
        "abc_class": ["A", "A", "B", "A", "A", "A"],
        "stage": ["pre_inactive", "inactivated", "pre_inactive", "active", "inactivated", "pre_inactive"],
        "amount": [100.0, 300.0, 50.0, 900.0, 200.0, 0.0],
        "last_purchase_date": pd.Timestamp("2026-07-01"),
        "last_contact_date": pd.Timestamp("2026-08-01"),
        "channel": "visit",
        "role": "manager",
    }
)
CAUSES = pd.DataFrame({"customer_id": ["b"], "cause": ["default"]})
STEPS = pd.DataFrame({"customer_id": ["a"], "next_step": ["call_back"], "next_step_date": ["2026-10-05"]})


def test_at_risk_are_the_pre_inactive_and_the_inactivated_with_something_to_lose():
    names = build_names_at_risk(CUSTOMERS, STEPS, CAUSES)
    assert names["customer_id"].tolist() == ["b", "e", "a", "c"]
    assert names["at_risk_amount"].tolist() == [300, 200, 100, 50]
    assert names["cause"].tolist()[0] == "default"
    assert names.loc[2, "next_step_date"] == pd.Timestamp("2026-10-05")
    assert build_names_at_risk(CUSTOMERS)["next_step"].isna().all()


def test_the_director_sees_the_largest_of_class_a():
    names = build_names_at_risk(CUSTOMERS)
    assert select_for_director(names)["customer_id"].tolist() == ["b", "e", "a"]
    assert select_for_director(names, n=2)["customer_id"].tolist() == ["b", "e"]


def test_each_owner_has_a_list_of_its_own():
    names = build_names_at_risk(CUSTOMERS)
    found = sort_by_owner(names)
    assert found[["owner", "place", "customer_id"]].to_numpy().tolist() == [
        ["ana", 1, "a"], ["ana", 2, "c"], ["bob", 1, "b"], ["nobody known", 1, "e"],
    ]  # fmt: skip
    table = summarise_by_owner(names)
    assert table[["owner", "n_customers", "n_a", "at_risk_amount"]].to_numpy().tolist() == [
        ["bob", 1, 1, 300.0], ["nobody known", 1, 1, 200.0], ["ana", 2, 1, 150.0],
    ]  # fmt: skip
