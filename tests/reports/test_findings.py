from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lab.reports.findings import (
    ReportFiles,
    common_period,
    find_movements,
    read_reports,
    say_certainty,
    say_changes,
    say_lead,
)

COVERAGE = {"n_rows_read": None, "n_rows_kept": None, "notes": []}


def fact(value, label="Customers", *, better="higher", interval=None, method="", unit="customers"):
    shared = {"unit": unit, "better": better, "interval": interval, "method": method, "definition": "d"}
    return {"value": value, "label": label, **shared}


SURE, BEFORE = fact(9, interval=(8, 10)), fact(1, interval=(0, 2))


def report(now, before=None, *, topic="abc_classes", title="ABC", decision="", period="Q2 2026", tiles=None, **page):
    facts = {f"f{i}": each for i, each in enumerate(now)}
    previous = None
    if before is not None:
        previous = {"as_of": "2026-06-30", "period": period, "facts": {f"f{i}": f for i, f in enumerate(before) if f}}
    defaults = {"as_of": "2026-09-30", "coverage": COVERAGE, "missing": [], "locale": "en_GB", "currency": "EUR"}
    shown = list(facts) if tiles is None else tiles
    page = {**defaults, "title": title, "decision": decision, "previous": previous, "tiles": shown, **page}
    return ReportFiles(topic, Path(topic), page, facts)


def changes(*reports, period="Q2 2026"):
    return say_changes(find_movements(reports), period=period)


def lead(*reports, period="Q2 2026"):
    return say_lead(list(reports), find_movements(reports), period=period)


def test_reports_come_in_the_order_of_the_catalog_and_unknown_ones_last(tmp_path):
    for topic in ("zebra", "abc_classes", "survival"):
        (tmp_path / topic).mkdir()
        (tmp_path / topic / "page.json").write_text("{}")
    (tmp_path / "unfinished").mkdir()
    assert [each.topic for each in read_reports(tmp_path, ["survival", "abc_classes"])] == [
        "survival",
        "abc_classes",
        "zebra",
    ]


def test_the_largest_change_comes_first_and_its_words_tell_both_values():
    said = changes(report([fact(110), fact(30, "Orders")], [fact(100), fact(20, "Orders")]))
    assert [(m.fact["label"], m.text) for m in said["shown"]] == [
        ("Orders", "30, was 20"),
        ("Customers", "110, was 100"),
    ]
    assert said["first"] == (
        "2 of the 2 facts that can be compared have changed since Q2 2026; they carry no margin of error to judge that "
        "by. The largest first:"
    )
    assert said["rest"] == []


def test_a_fact_that_is_no_tile_comes_after_those_that_are():
    said = changes(report([fact(110), fact(30, "Orders")], [fact(100), fact(20, "Orders")], tiles=["f0"]))
    assert [m.fact["label"] for m in said["shown"]] == ["Customers", "Orders"]


def test_one_report_cannot_fill_the_page():
    many = report([fact(i + 2, f"F{i}") for i in range(9)], [fact(1, f"F{i}") for i in range(9)])
    other = report([fact(11, "Other")], [fact(10, "Other")], topic="survival", title="Survival")
    said = changes(many, other)
    assert [m.fact["label"] for m in said["shown"]] == ["F8", "F7", "F6", "Other"]
    assert said["rest"] == ["6 further changes can be read among all facts below."]


@pytest.mark.parametrize(
    ("now", "before", "first"),
    [
        ([fact(1)], None, "This is the first review of this run: there is nothing to compare with yet."),
        ([], [], "This is the first review of this run: there is nothing to compare with yet."),
        ([fact(1)], [None], "No fact can be compared with the review before."),
        ([fact(1)], [fact(1, method="x")], "No fact can be compared with the review before."),
        ([fact(None)], [fact(1)], "No fact can be compared with the review before."),
        ([fact(1)], [fact(1)], "None of the 1 fact that can be compared has clearly changed since Q2 2026."),
        (
            [fact(2)],
            [fact(1)],
            "1 of the 1 fact that can be compared has changed since Q2 2026; it carries no margin of error to judge "
            "that by. The largest first:",
        ),
        (
            [fact(9, interval=(8, 10))],
            [fact(1, interval=(0, 2))],
            "1 of the 1 fact that can be compared has clearly changed since Q2 2026; the largest first:",
        ),
        (
            [fact(9, interval=(8, 10)), fact(3), fact("new")],
            [fact(1, interval=(0, 2)), fact(2), fact("old")],
            "3 of the 3 facts that can be compared have changed since Q2 2026, 1 of them beyond the margin of error; "
            "the rest carries none. The largest first:",
        ),
        (
            [fact(2, interval=(0, 3))],
            [fact(1)],
            "None of the 1 fact that can be compared has clearly changed since Q2 2026.",
        ),
    ],
)
def test_the_first_sentence_is_true_for_any_data(now, before, first):
    assert changes(report(now, before))["first"] == first


def test_what_is_not_shown_is_said_and_why():
    now = [fact(2, "A", interval=(0, 3)), fact(2, "B", method="new"), fact(None, "C"), fact(None, "D")]
    assert changes(report(now, [fact(1, "A"), fact(1, "B"), fact(1, "C"), fact(None, "D")]))["rest"] == [
        "Within the margin of error: A (ABC).",
        "Not compared, because the method changed: B (ABC).",
        "Not known now or not known before: C (ABC).",
    ]


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([report([fact(1)])], "The first review, with 1 report; no decision is asked for."),
        ([report([fact(1)], decision="Do."), report([])], "The first review, with 2 reports; 1 decision is asked for."),
        (
            [report([fact(1)], [fact(1)])],
            "No fact is clearly better or worse than in Q2 2026; no decision is asked for.",
        ),
        ([report([SURE], [BEFORE])], "1 fact is clearly better than in Q2 2026; no decision is asked for."),
        (
            [report([SURE | {"better": "lower"}] * 2, [BEFORE] * 2, decision="a"), report([], [], decision="b")],
            "2 facts are clearly worse than in Q2 2026; 2 decisions are asked for.",
        ),
        (
            [report([SURE, SURE | {"better": "lower"}, fact(2)], [BEFORE, BEFORE, fact(1)])],
            "1 fact is clearly better and 1 fact is clearly worse than in Q2 2026; of the facts without a margin of "
            "error, 1 is better; no decision is asked for.",
        ),
        (
            [report([fact(2), fact(3), fact(2, better="lower")], [fact(1)] * 3)],
            "No fact is clearly better or worse than in Q2 2026; of the facts without a margin of error, 2 are better "
            "and 1 is worse; no decision is asked for.",
        ),
        ([], "The first review, with 0 reports; no decision is asked for."),
    ],
)
def test_the_review_in_one_sentence(reports, said):
    assert lead(*reports) == said


def test_certainty_names_the_widest_interval_the_rows_and_what_is_missing():
    first = report(
        [fact(10, "Narrow", interval=[9, 11]), fact(10, "Wide", interval=[5, 15]), fact(1)],
        coverage={"n_rows_read": 1000, "n_rows_kept": 995, "notes": ["A note."]},
        missing=[{"table": "contacts", "text": "No contacts."}],
    )
    old = report([], title="Survival", as_of="2026-06-30")
    assert say_certainty([first, old]) == [
        "2 of 3 facts carry an interval; for its size the least certain is “Wide” (ABC): 5 to 15.",
        "5 rows of 1,000 order lines left out (0.50%).",
        "Survival is of 30 June 2026: it was not run again for this review.",
        "A note.",
        "ABC: No contacts.",
    ]


def test_many_gaps_are_counted_by_page_and_not_listed():
    gaps = [{"table": "contacts", "text": f"Gap {number}."} for number in range(4)]
    first, second = report([fact(1)], missing=gaps), report([], title="Survival", missing=gaps[:2])
    assert say_certainty([first])[1:] == [f"ABC: Gap {number}." for number in range(4)]
    assert say_certainty([first, second])[1:] == [
        "For want of data 6 things cannot be said. Each page names its own: ABC (4) and Survival (2)."]  # fmt: skip


def test_a_review_that_left_nothing_out_says_so():
    kept = report([], coverage={"n_rows_read": 1000, "n_rows_kept": 1000, "notes": []})
    assert "No row was left out of 1,000 order lines." in say_certainty([kept])


def test_rows_set_aside_by_the_run_file_are_not_passed_over():
    coverage = {"n_rows_read": 1000, "n_rows_kept": 1000, "n_rows_set_aside": 9, "notes": ["9 of 1,009 set aside."]}
    assert say_certainty([report([], coverage=coverage)])[1:] == [
        "No further row was left out of 1,000 order lines.", "9 of 1,009 set aside."]  # fmt: skip


def test_certainty_is_true_without_intervals_rows_or_reports():
    assert say_certainty([report([fact(1)])]) == ["No fact of this review carries an interval."]
    assert say_certainty([]) == ["No fact of this review carries an interval."]


def test_the_period_is_named_only_where_all_reports_share_it():
    assert common_period([report([], [], period="Q2"), report([])]) == "Q2"
    assert common_period([report([], [], period="Q2"), report([], [], period="Q1")]) == ""
    assert common_period([]) == ""


values = st.one_of(st.none(), st.integers(-5, 5), st.floats(-5, 5), st.text(max_size=3))
facts = st.lists(
    st.builds(
        fact, values, better=st.sampled_from(["higher", "lower", None]), interval=st.sampled_from([None, [0, 1]])
    ),
    max_size=4,
)


@given(st.lists(st.tuples(facts, st.one_of(st.none(), facts)), max_size=3))
def test_sentences_are_whole_for_any_facts(pairs):
    reports = [report(now, before) for now, before in pairs]
    said = changes(*reports)
    sentences = [said["first"], *said["rest"], lead(*reports), *say_certainty(reports)]
    assert all(sentence[0].isupper() or sentence[0].isdigit() for sentence in sentences)
    assert all(sentence.endswith((".", ":")) for sentence in sentences)
    assert said["first"].endswith(":") == bool(said["shown"])


def test_an_interval_around_nothing_has_no_size_to_be_wide_for():
    change = fact(0.01, "Change", interval=[-0.5, 0.5])
    assert "“Level”" in say_certainty([report([change, fact(10, "Level", interval=[9, 11])])])[0]
    assert say_certainty([report([change])])[0] == "1 of 1 fact carries an interval."
