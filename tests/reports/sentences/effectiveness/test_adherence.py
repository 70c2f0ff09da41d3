"""Adherence in words."""

import pandas as pd
import pytest

from portfolio_lab.analysis.adherence.contacts import ContactLog
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
    assert nothing == "No contact fell on a day with an order of the same customer."


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
