import pandas as pd

from portfolio_lab.analysis.promises import find_next_steps, find_open_promises

ROWS = [
    ("a", "2026-09-01", "out", "call_back", "2026-09-10"),  # nobody called since
    ("b", "2026-09-01", "out", "visit", "2026-09-10"),
    ("b", "2026-09-10", "out", None, None),  # kept on the day
    ("c", "2026-09-01", "out", "visit", "2026-09-10"),
    ("c", "2026-09-20", "in", None, None),  # the customer called
    ("d", "2026-09-01", "out", "visit", "2026-10-01"),  # not due yet
    ("e", "2026-09-01", "out", "visit", "2026-09-30"),  # due on the last day
    ("f", "2026-08-01", "out", "send_quote", "2026-08-05"),
    ("f", "2026-08-02", "out", "send_quote", "2026-08-05"),  # the same promise again
]
CONTACTS = pd.DataFrame(ROWS, columns=["customer_id", "contact_date", "direction", "next_step", "next_step_date"])
for name in ("contact_date", "next_step_date"):
    CONTACTS[name] = pd.to_datetime(CONTACTS[name])


def test_a_promise_is_open_when_its_date_has_passed_without_a_contact_of_ours():
    found = find_open_promises(CONTACTS, as_of="2026-09-30")
    assert found["customer_id"].tolist() == ["f", "a", "c", "e"]
    assert found["overdue_days"].tolist() == [56, 20, 20, 0]
    assert found["salesperson_id"].isna().all()


def test_without_a_direction_every_contact_keeps_a_promise():
    found = find_open_promises(CONTACTS.drop(columns="direction"), as_of="2026-09-30")
    assert found["customer_id"].tolist() == ["f", "a", "e"]


def test_the_last_next_step_of_each_customer():
    found = find_next_steps(CONTACTS).set_index("customer_id")
    assert found["next_step"].to_dict() == {
        "a": "call_back", "b": "visit", "c": "visit", "d": "visit", "e": "visit", "f": "send_quote",
    }  # fmt: skip
    assert find_next_steps(CONTACTS[["customer_id", "contact_date"]]).empty
