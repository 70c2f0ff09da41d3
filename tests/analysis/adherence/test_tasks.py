"""Each task against its contact."""

import pandas as pd
import pytest

from portfolio_lab.analysis.adherence.contacts import clean_contacts
from portfolio_lab.analysis.adherence.tasks import STEPS, Tolerance, match_tasks


def one_customer(due, made, **more):
    tasks = pd.DataFrame({"customer_id": "a", "due_date": pd.to_datetime(due), "channel": "call"})
    contacts = pd.DataFrame({"customer_id": "a", "contact_date": pd.to_datetime(made), "channel": "call", **more})
    return match_tasks(tasks, clean_contacts(contacts).rows, tolerance=Tolerance())


def test_the_golden_log_step_by_step(golden_tasks, golden_contacts):
    matched = match_tasks(golden_tasks, clean_contacts(golden_contacts).rows, tolerance=Tolerance())
    assert matched["is_executed"].sum() == 32
    done = matched[matched["is_executed"]]
    assert {step: int((~done[step]).sum()) for step in STEPS[1:]} == {
        "is_on_time": 5, "is_right_channel": 3, "is_right_person": 2, "is_recorded": 1, "is_spaced": 1,
    }  # fmt: skip
    assert matched["is_adherent"].sum() == 20
    assert matched["delay_days"].max() == 12
    assert matched["customer_id"].tolist() == golden_tasks["customer_id"].tolist()


@pytest.mark.parametrize(("days", "executed", "on_time"), [(7, True, True), (8, True, False), (31, False, False)])
def test_both_sides_of_the_tolerances(days, executed, on_time):
    for sign in (1, -1):
        made = [pd.Timestamp("2026-07-15") + pd.Timedelta(days=sign * days)]
        row = one_customer(["2026-07-15"], made).iloc[0]
        assert (bool(row["is_executed"]), bool(row["is_on_time"])) == (executed, on_time)


def test_a_contact_fulfils_one_task_the_nearest_and_the_next_takes_another():
    matched = one_customer(["2026-07-10", "2026-07-12", "2026-07-30"], ["2026-07-11", "2026-07-13"])
    assert matched["contact_date"].dt.day.tolist()[:2] == [11, 13]
    assert matched["is_executed"].tolist() == [True, True, False]


def test_another_customers_or_another_plans_contact_is_not_taken():
    tasks = pd.DataFrame(
        {"customer_id": ["a", "b"], "due_date": pd.Timestamp("2026-07-15"), "channel": "call", "plan_id": ["P", "Z"]}
    )
    contacts = pd.DataFrame(
        {"customer_id": ["c", "a", "b"], "contact_date": pd.Timestamp("2026-07-15"), "channel": "call",
         "plan_id": ["P", "Q", None]}
    )  # fmt: skip
    matched = match_tasks(tasks, clean_contacts(contacts).rows, tolerance=Tolerance())
    assert matched["is_executed"].tolist() == [False, True]


@pytest.mark.parametrize(("before", "is_spaced"), [(2, False), (3, True)])
def test_the_spacing_counts_from_any_earlier_contact(before, is_spaced):
    earlier = pd.Timestamp("2026-07-15") - pd.Timedelta(days=before)
    matched = one_customer(["2026-07-15"], [earlier, "2026-07-15"], plan_id=["Q", None])
    assert bool(matched["is_spaced"].iloc[0]) is is_spaced


def test_nothing_planned_and_nothing_made_are_no_errors():
    assert one_customer([], ["2026-07-15"]).empty
    assert not one_customer(["2026-07-15"], [])["is_executed"].any()
