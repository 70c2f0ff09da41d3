"""Every plan and every arm, judged or described."""

import pytest
from simulators.effectiveness_review import open_effectiveness, write_company, write_emails
from simulators.email_experiment import MENS, WOMENS

from portfolio_lab.reports.topics import effectiveness_evidence
from portfolio_lab.reports.topics.effectiveness_evidence import join_evidence, read_evidence
from portfolio_lab.reports.topics.effectiveness_inputs import read_company


@pytest.fixture
def evidence(plans_evidence):
    return plans_evidence


def test_each_plan_gets_what_it_deserves(evidence):
    found = {result.case.plan_id: (result.verdict, result.label) for result in evidence.results}
    assert list(found) == ["CA-1", "ODD", "RT-1", "LATE"]
    assert found["RT-1"] == ("works_and_pays", "A")
    assert found["CA-1"] == ("no_verdict", "E")
    assert found["LATE"] == ("not_measurable", "E")
    assert found["ODD"][0] == "not_measurable"
    reasons = {result.case.plan_id: result.reason for result in evidence.results}
    assert "2026-08-29" in reasons["LATE"]
    assert "happiness" in reasons["ODD"]


def test_the_randomised_plan_has_its_price_its_views_and_its_cells(evidence):
    result = next(result for result in evidence.results if result.case.plan_id == "RT-1")
    assert result.estimate.low <= 0.225 <= result.estimate.high
    assert result.case.margin_amount == pytest.approx(50.0)
    assert result.case.cost_amount == pytest.approx(600 / result.estimate.n_treated)
    assert result.naive_effect > result.estimate.effect
    assert set(evidence.views["outcome"]) == {"purchase", "sales", "sales per order"}
    assert set(evidence.cells["plan_id"]) == {"RT-1"}
    assert evidence.compliance["RT-1"].contaminated_share == 0.0


def test_the_run_file_may_say_what_an_effect_is_worth_and_how_often_it_is_looked_at(tmp_path):
    run_file = write_company(tmp_path, n=400, only=("orders", "plans", "plan_arms", "contacts"))
    options = {"min_effects": {"purchase": 0.5}, "n_looks": 4}
    review = open_effectiveness(run_file, **options)
    result = next(r for r in read_evidence(review, read_company(review)).results if r.case.plan_id == "RT-1")
    assert (result.case.mwe, result.verdict) == (0.5, "works_too_small")
    assert result.estimate.confidence == pytest.approx(1 - 0.05 / 4)


def test_an_experiment_alone_is_judged_by_arm_and_outcome(tmp_path):
    review = open_effectiveness(write_emails(tmp_path, n=6000))
    evidence = read_evidence(review, read_company(review))
    assert [(r.case.plan_id, r.case.outcome) for r in evidence.results] == [
        (arm, outcome) for arm in (MENS, WOMENS) for outcome in ("visit", "spend")
    ]
    assert {result.label for result in evidence.results} == {"A"}
    assert len(evidence.cells) == 2 * 2 * 2
    assert len(evidence.rankings) == 4 * 3


def test_nothing_is_no_evidence():
    assert join_evidence([]).results == []
    assert join_evidence([]).cells.empty


def test_a_short_list_is_judged_whole_where_customers_were_drawn(company_with_plans, evidence, monkeypatch):
    """Nobody of a hold-out is lost to the draw; of a long list those drawn are judged."""
    some = company_with_plans.of_some(n_customers=300)
    company = read_company(some)
    assert company.order_days["customer_id"].nunique() == 300
    of_all = next(r for r in evidence.results if r.case.plan_id == "RT-1").estimate

    def judge():
        return next(r for r in read_evidence(some, company).results if r.case.plan_id == "RT-1")

    whole = judge()
    assert (whole.label, whole.verdict) == ("A", "works_and_pays")
    assert (whole.estimate.n_treated, whole.estimate.effect) == (of_all.n_treated, of_all.effect)
    monkeypatch.setattr(effectiveness_evidence, "MAX_LISTED", 500)
    drawn = judge()
    assert drawn.label == "A"
    assert drawn.estimate.n_treated + drawn.estimate.n_control == 300
    assert drawn.estimate.low <= of_all.effect <= drawn.estimate.high
