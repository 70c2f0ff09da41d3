"""Sentences of the data page stay true for clean data, dirty data and no data."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from portfolio_lab.data.load.report import Finding, LoadReport, OrdersSummary, TableReport
from portfolio_lab.reports.sentences import data_quality as say


def make(n_read=100, n_kept=100, findings=(), **summary):
    orders = {"first_date": "2026-01-05", "last_date": "2026-09-30", "n_customers": 9, "n_identical_lines": 0}
    orders |= {"n_of_unknown_customers": 0, "known_customer_share": None} | summary
    table = TableReport("orders", "o.csv", n_read, n_kept, {}, (), ())
    return LoadReport("x", "f", (table,), tuple(findings), OrdersSummary(**orders), ())


def months(*counts):
    days = pd.date_range("2026-01-01", periods=len(counts), freq="MS")
    return pd.DataFrame({"month": days, "n_lines": counts, "amount": 1.0, "is_missing": [n == 0 for n in counts]})


def ledger(*gaps):
    rows = [{"month": f"2026-0{i + 1}", "ledger": 1.0, "read": 1.0 + gap, "gap": gap} for i, gap in enumerate(gaps)]
    return pd.DataFrame(rows, columns=["month", "ledger", "read", "gap"])


@pytest.mark.parametrize(
    ("n_kept", "words"),
    [
        (1000, "All 1,000 order lines could be used; they run from 5 January 2026 to 30 September 2026."),
        (999, "999 order lines from 5 January 2026 to 30 September 2026 could be used; 1 line (0.10%) could not"),
        (990, "990 order lines from 5 January 2026 to 30 September 2026 could be used; 10 lines (1.00%) could not"),
    ],
)
def test_headline(n_kept, words):
    text = say.headline(make(1000, n_kept), used(n_kept), as_of=date(2026, 9, 30), locale="en_GB")
    assert text.startswith(words)


def used(n, first="2026-01-05", last="2026-09-30"):
    return pd.DataFrame({"order_date": pd.to_datetime([first, last]), "n_lines": [n - n // 2, n // 2]})


def test_the_headline_speaks_of_what_is_used_and_names_later_lines_and_those_set_aside_apart():
    at = {"as_of": date(2026, 6, 30), "locale": "en_GB"}
    later = say.headline(make(100, 100), used(90, last="2026-06-29"), **at)
    assert later == ("90 order lines from 5 January 2026 to 29 June 2026 could be used; 10 lines are of a later day.")
    aside = replace(make(100, 100).tables[0], n_set_aside=20)
    wished = say.headline(replace(make(), tables=(aside,)), used(100), **at)
    assert wished.endswith("could be used; 20 lines were set aside by the run file's own condition.")
    assert say.headline(make(), used(0), **at).startswith("No order line is dated up to 30 June 2026")


@pytest.mark.parametrize(
    ("n", "amount", "words"),
    [
        (0, None, ""),
        (1, None, "1 of 101 order lines was set aside by the run file's own condition."),
        (300, 25.0, "300 of 400 order lines were set aside by the run file's own condition; "
                    "they hold £25.00, 20.0% of sales."),
        (300, -25.0, "300 of 400 order lines were set aside by the run file's own condition; they hold −£25.00."),
    ],
)  # fmt: skip
def test_what_the_run_file_sets_aside_is_said_with_what_it_holds(n, amount, words):
    report = make(months=({"month": "2026-01", "n_lines": 100, "amount": 100.0},))
    aside = replace(report.tables[0], n_set_aside=n, set_aside_amount=amount)
    assert say.set_aside(replace(report, tables=(aside,)), currency="GBP", locale="en_GB") == words


LIMITS = {"ask_from_share": 0.01, "ask_from_gap_share": 0.001}


def test_the_decision_is_the_first_thing_that_puts_the_figures_in_doubt():
    dropped = Finding("orders", "customer_id", "is blank", "x", "dropped", 3)
    dirty, none = make(100, 97, findings=[dropped]), ledger()
    assert say.decision(make(), months(3, 2), none, **LIMITS) == ""
    asked = say.decision(dirty, months(3, 2), none, **LIMITS)
    assert asked.endswith("order lines first: customer number is blank.")
    assert say.decision(dirty, months(3, 2), ledger(0.5), **LIMITS).startswith("Explain the difference")
    assert "February 2026 has no orders" in say.decision(make(), months(3, 0, 2), ledger(0.5), **LIMITS)
    assert "February 2026 and one more month has" in say.decision(make(), months(3, 0, 0, 2), none, **LIMITS)
    assert "February 2026 and 2 more months" in say.decision(make(), months(3, 0, 0, 0, 2), none, **LIMITS)


def test_nobody_is_asked_to_decide_about_two_rows_in_28_000_or_a_rounded_cent():
    two = [Finding("orders", None, "has more or fewer fields than the header", "x", "dropped", 2)]
    assert say.decision(make(28_000, 27_998, findings=two), months(3), ledger(), **LIMITS) == ""
    assert say.decision(make(200, 198, findings=two), months(3), ledger(), **LIMITS).endswith("order lines first.")
    assert say.decision(make(), months(3), ledger(0.001), **LIMITS) == ""
    assert say.decision(make(), months(3), ledger(0.0061), **LIMITS).startswith("Explain")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((1, 2), "Each of the 2 months"),
        ((1, 0), "1 of 2 months has no order line at all: February 2026."),
        ((0, 0, 1), "2 of 3 months have no order line at all: January 2026, February 2026."),
        ((), "There are no orders up to this day."),
    ],
)
def test_months_covered(counts, words):
    assert say.months_covered(months(*counts)).startswith(words)


@pytest.mark.parametrize(
    ("gaps", "words"),
    [
        ((), "No totals of the ledger were given"),
        ((0.0, 0.0), "In all 2 months"),
        ((0.0, -12.5), "In 1 of 2 months the amounts differ from the ledger, most in February 2026: €12.50 less."),
    ],
)
def test_ledger(gaps, words):
    assert say.ledger(ledger(*gaps), currency="EUR", locale="en_GB").startswith(words)


def test_lines_after_as_of_and_identical_and_unknown_ones():
    at = {"as_of": date(2026, 6, 30), "locale": "en_GB"}
    assert say.after_as_of(make(), 100, **at).startswith("No line is dated after 30 June 2026")
    assert say.after_as_of(make(), 60, **at).startswith("40 lines are dated after")
    assert say.identical_lines(make(), locale="en_GB").startswith("No two")
    assert say.identical_lines(make(n_identical_lines=1), locale="en_GB").startswith("1 order line repeats")
    assert say.known_customers(make(), locale="en_GB").startswith("There is no table of customers")
    known = make(known_customer_share=0.75, n_of_unknown_customers=25)
    assert say.known_customers(known, locale="en_GB").startswith("75.0% of the order lines")
    assert say.known_customers(make(known_customer_share=1.0), locale="en_GB").startswith("Every order line")


def test_findings_and_missing_tables():
    frame = pd.DataFrame(
        [{"where": "order lines", "value": "amount", "treatment": "row left out", "problem": "is blank", "n_rows": 1}]
    )
    assert "in 1 row: amount of order lines is blank (row left out)" in say.findings(frame, locale="en_GB")
    assert say.findings(frame.iloc[:0], locale="en_GB").startswith("Nothing had to be left out")
    assert say.missing(pd.DataFrame({"table": []})).startswith("Every table")
    assert "contacts" in say.missing(pd.DataFrame({"what": ["contacts"]}))
    assert say.missing(pd.DataFrame({"table": ["a", "b"]})).startswith("2 tables")
    assert "with 7" in say.alt_months(months(3, 7), locale="en_GB")
