"""Adherence in words."""

import pandas as pd
import pytest

from portfolio_lab.analysis.adherence.contacts import ContactLog
from portfolio_lab.analysis.experiments.compliance import Compliance
from portfolio_lab.reports.sentences.effectiveness import adherence


@pytest.fixture
def funnel():
    rows = [
        ("all", "all", 100, 69, 0.69, 0.41, 0.6, 0.77),
        ("salesperson", "Ana", 40, 36, 0.9, 0.5, 0.77, 0.96),
        ("salesperson", "Luis", 60, 33, 0.55, 0.3, 0.42, 0.67),
        ("salesperson", "New", 5, 1, 0.2, 0.1, 0.0, 0.6),
    ]
    columns = ["grouping", "group", "n_planned", "n_executed", "adherence_rate", "index_rate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def test_how_much_was_done(funnel, wording):
    text = adherence.done(funnel, period="Q3 2026", is_matrix=False, wording=wording)
    assert "Of the 100 contacts that were due in Q3 2026, 69.0% were made and 41.0% fully as planned" in text
    assert "asks for" in adherence.done(funnel, period="Q3", is_matrix=True, wording=wording)
    assert "Nothing was due" in adherence.done(funnel.head(0), period="Q3", is_matrix=False, wording=wording)


def test_who_lies_clearly_below(funnel, wording):
    text = adherence.salespeople(funnel, wording=wording)
    assert text == "Between salespeople it ranges from 55.0% to 90.0%. Clearly below the whole company: Luis."
    assert "Nobody" in adherence.salespeople(funnel.assign(high=1.0), wording=wording)
    assert adherence.salespeople(funnel.head(2), wording=wording) == ""


def test_what_was_odd_in_the_log(wording):
    text = adherence.log_quality(ContactLog(pd.DataFrame(), 3, 1, 2806), wording=wording)
    assert text.startswith("1 double entry of the same")
    assert "2,806 contacts fell on a day with an order" in text
    nothing = adherence.log_quality(ContactLog(pd.DataFrame(), 0, 0, 0), wording=wording)
    assert nothing == "No contact is in the log twice. No contact fell on a day with an order of the same customer."


def test_where_time_and_margin_lie_apart(wording):
    table = pd.DataFrame({"abc_class": ["A", "C"], "stage": ["active", "pre_inactive"], "minutes_share": [0.4, 0.6],
                          "margin_share": [0.9, 0.1]})  # fmt: skip
    text = adherence.effort(table, wording=wording)
    assert text.startswith("Class C, pre-inactive, takes 60.0% of the minutes and brings 10.0% of the margin; class A")
    assert adherence.effort(table.head(0), wording=wording) == ""
    assert adherence.effort(table.head(1), wording=wording) == ""


def test_what_went_wrong_first(wording):
    reasons = pd.DataFrame({"reason": ["is_executed", "is_on_time"], "n_tasks": [3, 9], "share": [0.1, 0.3]})
    assert "done late or early (30.0%) and not done (10.0%)" in adherence.missing_steps(reasons, wording=wording)
    assert "as planned" in adherence.missing_steps(reasons.assign(n_tasks=0), wording=wording)


def reasons_of(**missed):
    names = ["closed", "locked", "absent", "reassigned", "none"]
    n = pd.Series([missed.get(name, 0) for name in names])
    return pd.DataFrame({"reason": names, "n_due": 2 * n, "n_missed": n, "missed_share": n / n.sum(),
                         "made_rate": (0.5 + 0 * n).where(n > 0)})  # fmt: skip


def test_why_contacts_were_not_made(wording):
    text = adherence.reasons(reasons_of(absent=30, locked=10, none=60), wording=wording)
    assert text.startswith(
        "**Why 100 contacts were not made.** On the day it was due the salesperson was away (30, 30.0%)"
    )
    assert "and the customer was locked (10, 10.0%). For 60 (60.0%) no reason is on record." in text
    assert "While the salesperson was away 50.0% of what was due was made, with nothing in the way 50.0%." in text
    assert adherence.reasons(reasons_of(none=1), wording=wording) == (
        "**Why 1 contact was not made.** No reason is on record."
    )
    assert "no reason" not in adherence.reasons(reasons_of(closed=2), wording=wording)


@pytest.mark.parametrize(("n", "is_alarm"), [(17, False), (18, True)])
def test_held_out_who_were_contacted_are_too_many_above_one_in_twenty(make_result, wording, n, is_alarm):
    compliance = {"P1": Compliance(0.9, n / 348, 99.0, None, None, None)}
    (text,) = adherence.left_alone([make_result()], compliance, wording=wording)
    assert f"of 348 customers held out {n}" in text
    assert ("too many" in text) == is_alarm
    assert "90.0% were." in text
    assert adherence.left_alone([make_result()], {}, wording=wording) == []
