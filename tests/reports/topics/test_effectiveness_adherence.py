"""The adherence part of the page."""

from dataclasses import replace

import pandas as pd
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


def test_tasks_of_nobody_are_told_as_those_of_no_known_salesperson(tmp_path, make_context, company):
    out = Outputs(tmp_path, context=make_context())
    tasks = company.tasks.assign(salesperson=company.tasks["salesperson"].mask(company.tasks["salesperson"] == "Ana"))
    adherence.show_funnel_table(out, adherence.build_company_funnel(replace(company, tasks=tasks)))
    told = pd.read_parquet(tmp_path / "tables" / "adherence.parquet")["who"].tolist()
    assert "Luis" in told and "Salesperson: Not known" in told and "Not known" not in told


def test_of_very_many_salespeople_the_figure_shows_both_ends(tmp_path, make_context):
    people = pd.DataFrame({"grouping": "salesperson", "group": [f"p{k:03}" for k in range(80)], "n_planned": 100})
    made = pd.Series(range(10, 90))
    steps = {step: made for step in adherence.say.adherence.FUNNEL if step != "n_planned"}
    whole = pd.DataFrame({"grouping": ["all"], "group": ["all"], "n_planned": [8000]})
    funnel = pd.concat([whole, people], ignore_index=True)
    funnel = funnel.assign(**{step: pd.concat([pd.Series([4000]), made], ignore_index=True) for step in steps})
    funnel = funnel.assign(adherence_rate=funnel["n_executed"] / funnel["n_planned"], index_rate=0.4)
    out = Outputs(tmp_path, context=make_context())
    adherence.show_adherence(out, funnel, wording=Wording("en_GB", "EUR"), period="Q3", thumbnail=False)
    caption = out.page["figures"]["people"]["caption"]
    assert "Of 80 salespeople the 30 with the smallest and the 30 with the largest." in caption
