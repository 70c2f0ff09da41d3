import datetime as dt
import json

from portfolio_lab.reports.outputs import Coverage


def test_a_context_is_json_with_dates_as_text(make_context):
    coverage = Coverage(dt.date(2024, 1, 2), None, 10, 9, "orders.csv", ("A note.",))
    page = make_context(coverage=coverage).as_json()
    assert json.loads(json.dumps(page)) == page
    assert page["as_of"] == "2026-09-30"
    assert page["coverage"]["first_order"] == "2024-01-02"
    assert page["coverage"]["notes"] == ["A note."]
    assert page["previous"] is None


def test_the_review_before_comes_as_one_entry(make_context):
    facts = {"n": {"value": 1}}
    page = make_context(previous_as_of=dt.date(2026, 6, 30), previous_period="Q2 2026", previous_facts=facts).as_json()
    assert page["previous"] == {"as_of": "2026-06-30", "period": "Q2 2026", "facts": facts}
    assert not {"previous_as_of", "previous_period", "previous_facts"} & page.keys()
