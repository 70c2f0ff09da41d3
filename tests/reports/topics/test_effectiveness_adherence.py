"""The adherence part of the page."""

import pytest

from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_adherence as adherence


@pytest.fixture
def company(plans_company):
    return plans_company


def test_the_facts_are_those_of_the_whole_funnel(company):
    funnel = adherence.build_company_funnel(company)
    assert adherence.find_adherence(funnel)["adherence_rate"] == pytest.approx(1 / 3)
    assert set(funnel["grouping"]) == {"all", "abc_class", "stage", "channel", "salesperson", "role"}
    nothing = adherence.build_company_funnel(None)
    assert adherence.find_adherence(nothing) == {"adherence_rate": None, "index_rate": None}


def test_salespeople_have_limits_and_few_tasks_are_left_out(company):
    people = adherence.list_people(adherence.build_company_funnel(company))
    assert set(people["group"]) == {"Ana", "Luis"}
    assert (people["low"] <= people["adherence_rate"]).all()
    few = adherence.build_company_funnel(company).assign(n_planned=19)
    assert adherence.list_people(few).empty


def test_figures_and_tables_are_shown(tmp_path, make_context, company, company_with_plans):
    out, wording = Outputs(tmp_path, context=make_context()), Wording("en_GB", "EUR")
    funnel = adherence.build_company_funnel(company)
    adherence.show_adherence(out, funnel, wording=wording, period="Q2 2026", thumbnail=True)
    adherence.show_funnel_table(out, funnel)
    effort = adherence.build_effort(company_with_plans, company)
    adherence.show_effort(out, effort)
    assert set(out.page["figures"]) == {"funnel", "people"}
    assert out.page["thumbnail"]["file"] == "figures/funnel_small.png"
    assert set(out.page["tables"]) == {"adherence", "effort"}
    assert effort["n_contacts"].sum() == 300
    adherence.show_adherence(out, funnel.head(0), wording=wording, period="Q2 2026", thumbnail=True)
