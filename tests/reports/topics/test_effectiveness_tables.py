"""The tables of the page."""

import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.cells import compare_cells
from portfolio_lab.analysis.verdicts import append_history, build_verdict_table, compare_with_earlier
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_tables as tables
from portfolio_lab.reports.topics.effectiveness_design import propose_hold_out

WORDING = Wording("en_GB", "EUR")


@pytest.fixture
def company(plans_company):
    return plans_company


@pytest.fixture
def evidence(plans_evidence):
    return plans_evidence


@pytest.fixture
def out(tmp_path, make_context):
    return Outputs(tmp_path, context=make_context())


def test_plans_are_written_whole_and_shown_in_words(out, tmp_path, evidence):
    tables.show_plans(out, build_verdict_table(evidence.results), evidence.results, wording=WORDING)
    plans = pd.read_parquet(tmp_path / "tables" / "plans.parquet")
    assert {"plan_id", "effect", "low", "high", "naive_effect", "mwe", "verdict", "label", "n_more"} <= set(plans)
    assert out.page["tables"]["plans"]["n_shown"] == 0
    words = pd.read_parquet(tmp_path / "tables" / "plans_in_words.parquet")
    assert words.loc[0, "verdict"] == "Works and pays"
    assert words.loc[0, "effect"].startswith("+")
    assert words["effect"].isna().sum() == 3


def test_the_list_of_the_next_period_is_written(out, tmp_path, company_with_plans, company, evidence):
    tables.show_hold_out(out, propose_hold_out(company_with_plans, company, evidence))
    listed = pd.read_csv(tmp_path / "tables" / "plan_arms_next.csv")
    assert list(listed) == ["customer_id", "plan_id", "start_date", "arm", "probability"]


def test_cells_views_and_memory(out, tmp_path, evidence):
    tables.show_cell_tables(out, evidence, compare_cells(evidence.cells))
    tables.show_views(out, evidence, evidence.results, wording=WORDING)
    table = build_verdict_table(evidence.results)
    first = append_history(None, table, as_of=pd.Timestamp("2026-03-31").date())
    history = append_history(first, table, as_of=pd.Timestamp("2026-06-30").date())
    tables.show_memory(out, history, compare_with_earlier(history), names={"RT-1": "Call"})
    assert {"cells", "views", "views_in_words", "history", "memory"} == set(out.page["tables"])
    views = pd.read_parquet(tmp_path / "tables" / "views_in_words.parquet")
    assert views["effect"].str.contains("of 100|€").all()
    memory = pd.read_parquet(tmp_path / "tables" / "memory.parquet")
    assert memory["plan"].tolist()[2] == "Call"


def test_a_first_review_has_a_history_and_no_memory(out, evidence):
    history = append_history(None, build_verdict_table(evidence.results), as_of=pd.Timestamp("2026-06-30").date())
    tables.show_memory(out, history, compare_with_earlier(history), names={})
    assert set(out.page["tables"]) == {"history"}
