import datetime as dt

import pandas as pd

from portfolio_lab.analysis.likely_a import LikelyTrial
from portfolio_lab.reports.sentences.monitor import names as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.likely_customers import LikelyCustomers

WORDING = Wording("en_GB", "EUR")
AS_OF = dt.date(2026, 9, 30)
NAMES = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c"], "name": ["Alma", None, "Cala"], "abc_class": ["A", "A", "B"],
        "at_risk_amount": [300.0, 200.0, 100.0], "cause": [None, "default", None], "channel": "visit",
        "role": ["manager", "manager", "inside_sales"], "next_step": ["call_back", "visit", None],
        "next_step_date": pd.to_datetime(["2026-10-05", "2026-09-01", None]),
    }
)  # fmt: skip


def test_the_step_written_down_wins_while_it_is_still_to_come():
    found = say.word_next_steps(NAMES, as_of=AS_OF, wording=WORDING)
    assert found["todo"].tolist() == [
        "call back on 5 October 2026", "settle the overdue invoice", "visit by the inside sales",
    ]  # fmt: skip
    assert found["name"].tolist() == ["Alma", "b", "Cala"]


def test_what_is_at_risk():
    text = say.at_risk(NAMES, wording=WORDING)
    assert text.startswith("**3 customers are going or have just gone inactive, with €600")
    assert text.endswith("2 of them in A, with €500.")
    assert say.at_risk(NAMES.head(1), wording=WORDING).startswith("**1 customer is going or has just")
    assert say.at_risk(NAMES.head(0), wording=WORDING).startswith("Nobody")


def test_a_list_reads_as_words_and_days():
    rows = NAMES.assign(
        place=[1, 2, 3], stage="pre_inactive", last_purchase_date=pd.Timestamp("2026-06-01"),
        last_contact_date=pd.NaT, todo="call",
    )  # fmt: skip
    found = say.word_list(rows)
    assert found.columns.tolist() == list(say.LIST_COLUMNS.values())
    assert found.loc[0, ["Stage", "Last purchase"]].tolist() == ["Pre-inactive", dt.date(2026, 6, 1)]
    assert say.fold_lists(23) == "A list for each salesperson: 23 to open"
    assert say.fold_lists(1) == "The list of the one salesperson"
    overdue = pd.DataFrame({"abc_class": ["A", "A", "B"]})
    assert say.fold_promises(overdue[:1], overdue) == "The first one of 2 to A customers"
    assert say.fold_promises(overdue[:2], overdue) == "Those to A customers"


def test_promises():
    table = pd.DataFrame({"abc_class": ["A", "B"], "overdue_days": [10.0, 20.0]})
    assert say.promises(table, wording=WORDING).startswith("**2 promises are open**")
    assert "median is 15 days overdue" in say.promises(table, wording=WORDING)
    assert say.promises(table.head(0), wording=WORDING) == "No promise with a date is overdue."
    assert say.word_steps(pd.Series(["call_back", None])).tolist() == ["call back", None]


def test_likely_says_how_right_it_was_or_why_not():
    trial = LikelyTrial(dt.date(2025, 9, 30), 100, 12, 10, 7, 0.7, 0.4, 0.9, 0.5, 6.5)
    found = LikelyCustomers(pd.DataFrame({"customer_id": ["a"]}), 200, trial)
    text = say.likely(found, likely_share=0.5, wording=WORDING)
    assert "**1 customer of 200 in B and C is likely to be in A a year on** (a chance of at least 50%)." in text
    assert "it named 10, of whom 7 were in A a year later: 70.0% right (95% interval 40.0% to 90.0%)" in text
    silent = LikelyCustomers(problem="the history is too short")
    assert say.likely(silent, likely_share=0.5, wording=WORDING).endswith("cannot be said: the history is too short.")
    nobody = LikelyTrial(dt.date(2025, 9, 30), 100, 12, 0, 0, *[float("nan")] * 4, 0.0)
    assert "not tried" in say.likely(LikelyCustomers(found.named, 200, nobody), likely_share=0.5, wording=WORDING)
