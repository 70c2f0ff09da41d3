"""The parts of the page that repeat, for a company that records much and one that has bare claims."""

import json
from dataclasses import replace

import numpy as np
import pytest
from simulators.service_review import review_of

from portfolio_lab.analysis.service import satisfaction, waits
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.topics import service_page as page
from portfolio_lab.reports.topics.service_inputs import read_service


@pytest.fixture(scope="module")
def full():
    return read_service(review_of(np.random.default_rng(4)))


@pytest.fixture(scope="module")
def bare():
    return read_service(review_of(np.random.default_rng(4), n=200, with_tables=False))


@pytest.fixture
def out(make_context, tmp_path):
    return Outputs(tmp_path, context=make_context("service"))


def test_answers_are_judged_where_they_are_recorded(full, bare):
    answers = page.build_named_waits(full, end="first_response")
    within, median = page.judge_answers(full, answers)
    assert within["within_share"] == pytest.approx(0.7, abs=0.1)
    assert median["median_days"] == 1
    assert page.typical_standard(answers) == 2
    none, nothing = page.judge_answers(bare, page.build_named_waits(bare, end="first_response"))
    assert none["n_decided"] == 0
    assert np.isnan(nothing["median_days"])
    assert (page.has_answers(full), page.has_answers(bare)) == (True, False)
    assert (page.has_solutions(full), page.has_solutions(bare)) == (True, False)


def test_solutions_have_a_standard_of_their_own(full):
    solved = page.build_named_waits(full, end="solution", standard_days=10)
    assert set(solved["standard_days"]) == {10.0}
    assert page.typical_standard(solved.assign(standard_days=np.arange(len(solved)))) is None


def test_what_followed_is_shown_for_kinds_with_enough_cases(full, bare):
    found = page.follow_kinds(full, n_bootstrap=50, seed=1)
    assert list(found) == ["claim"]
    assert page.count_after_claims(found) == found["claim"].n_depressed
    assert set(page.stack_months(found)["kind"]) == {"claims"}
    assert page.count_after_claims({}) is None
    assert page.stack_months({}).empty


def test_without_people_late_answers_are_compared_all_together(full, bare):
    effect, kinds = page.compare_late(full, late_days=7)
    assert effect.stratum == "salesperson_id"
    assert list(kinds) == ["claim"]
    alone, _ = page.compare_late(bare, late_days=7)
    assert alone.problem


def test_slowest_people_have_ten_decided_cases(full):
    answers = page.build_named_waits(full, end="first_response")
    slowest = page.list_slowest(answers, n=5)
    assert slowest["owner"].tolist() == ["Ben"]
    assert page.list_slowest(answers.head(9), n=5).empty


def test_what_is_slow_is_empty_where_nothing_is_recorded(full, bare):
    waiting, slowest = page.find_slow(full, page.build_named_waits(full, end="first_response"))
    assert len(slowest) == 1
    assert len(waiting) == (~full.recent["first_response_date"].notna()).sum()
    nothing = page.find_slow(bare, page.build_named_waits(bare, end="first_response"))
    assert [len(frame) for frame in nothing] == [0, 0]
    assert page.find_first(bare)[1] is None


def test_open_cases_are_listed_in_words(full):
    waiting = waits.list_open(page.build_named_waits(full, end="first_response").assign(event_observed=False))
    listed = page.list_open_cases(waiting, n=3)
    assert len(listed) == 3
    assert set(listed["cause"]) == {"late delivery"}
    assert (listed["over_days"] >= 0).all()


def test_causes_are_shown_for_each_kind_of_the_window(full, out, tmp_path):
    page.show_causes(out, full)
    written = json.loads((tmp_path / "page.json").read_text())
    assert list(written["tables"]) == ["causes_claim"]
    assert page.find_first(full)[0] == "claims"
    assert page.find_causes(full, "claim")["cause"].tolist() == ["late delivery"]


def test_a_window_without_cases_has_no_first_cause(bare):
    empty = replace(bare, cases=bare.cases.iloc[:0])
    assert page.find_first(empty) == ("cases", None)
    assert page.list_kinds(empty) == []


def test_tables_of_waits_show_what_has_room_and_hold_the_rest(full, out, tmp_path):
    table = waits.summarise_waits(page.build_named_waits(full, end="first_response"), "kinds")
    page.show_waits(out, "by_kind", table, "By kind", within="Within 10 days")
    columns = (tmp_path / "tables" / "by_kind.csv").read_text().splitlines()[0]
    assert "median_low" in columns


def test_scores_beside_others_and_who_left(full, bare):
    scores = satisfaction.summarise_aspects(full.recent_answers)
    assert page.compare_others(full, scores, indicator="index")["peer"].tolist() == ["P"]
    assert page.compare_others(bare, scores, indicator="index").empty
    assert page.overall_score(scores)["mean"] == pytest.approx(6.5, abs=0.1)
    assert np.isnan(page.overall_score(scores.iloc[:0])["mean"])
    assert page.follow_scorers(full)["n"].gt(0).all()


def test_numbers_that_are_not_known_are_none():
    assert page.interval(1.0, np.nan) is None
    assert page.interval(1.0, 2.0) == (1.0, 2.0)
    assert page.known(np.nan) is None
    assert page.known(2.5) == 2.5
