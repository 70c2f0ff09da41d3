"""What the tables of a company tell of contacts that were not made and of customers held out."""

from dataclasses import replace

import pandas as pd
import pytest

from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_reasons as reasons

WORDING = Wording("en_GB", "EUR")


class Half:
    """A review with some tables of its own."""

    def __init__(self, review, tables, out=None):
        self.review, self.own, self.out = review, tables, out

    def has(self, name):
        return name in self.own or self.review.has(name)

    def table(self, name):
        return self.own[name] if name in self.own else self.review.table(name)

    def snapshots(self):
        return self.review.snapshots()


@pytest.fixture
def company(plans_company):
    return plans_company


def changes(*values):
    frame = pd.DataFrame({"customer_id": "C1", "attribute": "is_locked", "value": values})
    return frame.assign(valid_from=pd.date_range("2026-01-01", periods=len(values)))


def test_locks_are_dated_where_changes_are_kept_else_those_of_today(company_with_plans):
    locks = reasons.read_locks(Half(company_with_plans, {"attributes": changes("true", " No ")}))
    assert locks["is_locked"].tolist() == [True, False]
    other = changes("A").assign(attribute="price_list")
    today = reasons.read_locks(Half(company_with_plans, {"attributes": other}))
    assert len(today) == len(company_with_plans.snapshots())
    assert not today["is_locked"].any()


def test_owners_without_assignments_are_those_of_the_start(company_with_plans, company):
    assert reasons.read_owners(company_with_plans, company)["end_date"].isna().all()
    bare = Half(company_with_plans, {})
    bare.has = lambda name: False
    owners = reasons.read_owners(bare, company)
    assert owners["salesperson_id"].notna().all()
    assert list(owners) == ["customer_id", "salesperson_id", "start_date", "end_date"]


def test_reasons_and_hold_outs_stand_on_the_page(
    tmp_path, make_context, company_with_plans, company, plans_evidence, capsys
):
    out = Outputs(tmp_path, context=make_context())
    away = {"salesperson_id": "S1", "start_date": pd.Timestamp("2026-05-01"), "end_date": pd.Timestamp("2026-05-20")}
    review = Half(company_with_plans, {"absences": pd.DataFrame([away])}, out)
    reasons.show_shortfalls(review, company, plans_evidence, wording=WORDING)
    table = pd.read_parquet(tmp_path / "tables" / "missed.parquet").set_index("reason")
    assert table["n_due"].sum() == len(company.tasks)
    assert table.loc["The salesperson was away", "n_missed"] > 0
    shown = capsys.readouterr().out
    assert "the salesperson was away" in shown
    assert "held out" in shown
    assert "Without absences" not in shown


def test_without_absences_the_page_says_so_and_a_plan_done_whole_has_no_reasons(
    tmp_path, make_context, company_with_plans, company, plans_evidence, capsys
):
    out = Outputs(tmp_path, context=make_context())
    reasons.show_shortfalls(Half(company_with_plans, {}, out), company, plans_evidence, wording=WORDING)
    assert "Without absences" in capsys.readouterr().out
    done = replace(company, tasks=company.tasks.assign(is_executed=True))
    reasons.show_shortfalls(Half(company_with_plans, {}, out), done, plans_evidence, wording=WORDING)
    assert "not made" not in capsys.readouterr().out


def test_without_tasks_nobody_asks_why(tmp_path, make_context, company_with_plans, company, plans_evidence, capsys):
    out, by_matrix = Outputs(tmp_path, context=make_context()), replace(company, is_matrix=True)
    reasons.show_shortfalls(Half(company_with_plans, {}, out), by_matrix, plans_evidence, wording=WORDING)
    assert "no contact has a day on which it is due" in capsys.readouterr().out
    assert "missed" not in out.page["tables"]
