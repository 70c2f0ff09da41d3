"""Facts, cards and figures of the page."""

from dataclasses import replace

import pandas as pd
import pytest

from portfolio_lab.measures.drawn import Drawn
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_page as page

WORDING = Wording("en_GB", "EUR")


@pytest.fixture
def evidence(plans_evidence):
    return plans_evidence


@pytest.fixture
def out(tmp_path, make_context):
    return Outputs(tmp_path, context=make_context())


def test_totals_count_each_plan_once_and_sum_what_works(evidence):
    totals = page.add_up(evidence.results)
    assert totals.counts == {"n_plans": 4, "n_works": 1, "n_does_not_work": 0, "n_inconclusive": 0,
                             "n_not_measurable": 3, "n_unpriced": 0}  # fmt: skip
    best = totals.best
    assert best.case.plan_id == "RT-1"
    assert totals.incremental[0] == pytest.approx(best.estimate.effect * best.estimate.n_treated)
    assert totals.cost_per_recovered[0] == pytest.approx(600 / totals.incremental[0])
    assert totals.cost_per_recovered[1] < totals.cost_per_recovered[0] < totals.cost_per_recovered[2]


def test_a_plan_with_two_outcomes_is_judged_by_the_first(evidence):
    works = next(result for result in evidence.results if result.case.plan_id == "RT-1")
    second = replace(works, case=replace(works.case, outcome="sales", kind="amount"), verdict="inconclusive")
    assert page.add_up([works, second]).counts["n_works"] == 1
    assert page.add_up([second, works]).counts["n_inconclusive"] == 1
    nothing = page.add_up([])
    assert (nothing.best, nothing.incremental, nothing.counts["n_plans"]) == (None, None, 0)


def test_the_facts_that_the_review_repeats(out, evidence):
    page.show_facts(out, page.add_up(evidence.results), adherence_rate=0.5, index_rate=0.25)
    assert list(out.facts)[:6] == [
        "n_plans", "n_works", "n_does_not_work", "n_inconclusive", "n_not_measurable", "adherence_rate",
    ]  # fmt: skip
    assert out.facts["best_plan"]["value"] == "Call before they go quiet"
    assert out.facts["best_plan_effect"]["interval"][0] > 0
    assert 3 <= len(out.page["tiles"]) <= 7


def test_only_a_page_of_some_customers_says_so(out, capsys):
    wording = Wording("en_GB", "EUR")
    page.show_drawn(out, None, wording=wording)
    assert capsys.readouterr().out == ""
    page.show_drawn(out, Drawn(("a", "b"), 5), wording=wording)
    assert "2 customers, drawn by chance from all 5" in capsys.readouterr().out


def test_facts_of_no_plan_are_empty(out):
    page.show_facts(out, page.add_up([]), adherence_rate=None, index_rate=None)
    assert out.facts["best_plan_effect"]["value"] is None
    assert out.facts["cost_per_recovered_amount"]["value"] is None


def test_cards_and_checks_run_over_every_kind_of_result(out, evidence, capsys):
    page.show_cards(out, evidence.results, wording=WORDING)
    page.show_checks(out, evidence.results)
    shown = capsys.readouterr().out
    # every paragraph is there twice: for the page, and as plain text
    assert shown.count("We can say") == 2 * len(evidence.results) == 8
    assert "All 900 customers who were drawn are compared." in shown


def test_plans_of_weak_evidence_are_listed(evidence):
    assert page.list_weak(evidence.results) == {r.case.plan_id for r in evidence.results} - {"RT-1"}


def test_checks_are_printed_as_passed_or_failed_with_a_sentence(out, evidence):
    page.show_checks(out, evidence.results)
    tried = [result for result in evidence.results if result.checks]
    tables = [pd.read_csv(out.folder / "tables" / f"checks_{i + 1}.csv") for i in range(len(tried))]
    for result, table in zip(tried, tables, strict=True):
        assert table["found"].tolist() == [check.sentence for check in result.checks]
        assert set(table["result"]) <= {"Passed", "Failed", "Not possible"}
        assert set(table["plan_id"]) == {result.case.plan_id}
    assert "Passed" in set(tables[0]["result"])
