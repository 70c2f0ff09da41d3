import pandas as pd
import pytest

from portfolio_lab.reports.topics import twr_statement


def test_statements_of_all_levels_agree(team_review, team_returns):
    levels = twr_statement.statement_levels(team_review, team_returns)
    sums = levels.groupby("level")[["unwind", "experience", "income", "new", "basis_change"]].sum()
    assert set(sums.index) == {"company", "team", "salesperson"}
    for level in ("team", "salesperson"):
        assert sums.loc[level].tolist() == pytest.approx(sums.loc["company"].tolist(), abs=0.05)
    people = levels[levels["level"] == "salesperson"]
    assert {"Ana", "Ben"} <= set(people["portfolio_id"])
    assert (
        people["transfer_in"].sum() == pytest.approx(people["transfer_out"].sum()) and people["transfer_in"].sum() > 0
    )
    assert levels.loc[levels["level"] == "team", "transfer_in"].sum() == 0
    totals = twr_statement.statement_totals(team_review, team_returns)
    assert totals["portfolio_id"].tolist() == ["Company", "North"]
    assert totals["closing"].iloc[0] == pytest.approx(totals["closing"].iloc[1])
    assert twr_statement.statement_line(team_returns)["new"] == pytest.approx(totals["new"].iloc[0])


def test_a_brought_table_has_a_plain_statement(reference, brought):
    assert twr_statement.statement_line(brought) is None
    assert twr_statement.statement_levels(reference, brought) is brought.statement
    assert twr_statement.statement_totals(reference, brought)["closing"].tolist() == [205_000]


def test_the_page_shows_few_columns_that_add_up(team_review, team_returns, brought):
    for part, table in (
        (team_returns, twr_statement.statement_levels(team_review, team_returns)),
        (brought, brought.statement),
    ):
        shown = twr_statement.choose_statement_columns(part)
        assert len(shown) <= 8
        sums = table["opening"] + table["unwind"] + table["experience"] - table["income"] + table[shown[-2]]
        assert sums.tolist() == pytest.approx(table["closing"].tolist(), abs=0.05)
    totals = pd.DataFrame({"opening": [1.0], "transfers": [0.0], "basis_change": [2.0], "closing": [3.0]})
    assert twr_statement.choose_total_columns(totals) == ["opening", "basis_change", "closing"]
