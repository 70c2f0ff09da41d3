import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.twr.brought import build_value_statement, split_unvalued_flows, summarise_value_statement
from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.analysis.twr.valuations import NegativeNAV
from portfolio_lab.errors import AnalysisError


def brought(*rows):
    table = pd.DataFrame(rows, columns=["portfolio_id", "valuation_date", "nav_before", "cash_flow", "income"])
    return table.assign(valuation_date=pd.to_datetime(table["valuation_date"]))


def test_empty_flows_and_income_are_none_and_a_first_row_may_be_only_a_flow():
    table = brought(("p", "2025-01-01", np.nan, 100.0, np.nan), ("p", "2025-12-31", 110.0, np.nan, 5.0))
    values, flows = split_unvalued_flows(table, sort=False)
    assert values["nav_before"].tolist() == [0.0, 110.0]
    assert values["cash_flow"].tolist() == [100.0, 0.0]
    assert values["income"].tolist() == [0.0, 5.0]
    assert flows.empty
    assert split_unvalued_flows(table.drop(columns=["cash_flow", "income"]).assign(nav_before=[1.0, 2.0]), sort=False)


def test_a_flow_without_a_value_goes_apart_and_makes_its_period_approximate():
    """100 grows to 120, 100 comes in, 176 at the end: -16.0 % after Modified Dietz, where -4.0 % is true."""
    table = brought(("p", "2025-01-01", 100.0, 0.0, 0.0), ("p", "2025-07-02", np.nan, 100.0, 0.0),
                    ("p", "2025-12-31", 176.0, 0.0, 0.0))  # fmt: skip
    values, flows = split_unvalued_flows(table, sort=False)
    assert flows["cash_flow"].tolist() == [100.0]
    returns = compute_returns(values, flows)
    assert returns["status"].tolist() == ["opening", "approx_large_flow"]
    assert returns["r"].iloc[1] == pytest.approx(-0.16)
    statement = build_value_statement(returns, flows, discount_rate=0.1, day_count="ACT/365F")
    assert statement["cash_flow"].tolist() == [100.0]
    assert statement["unwind"].iloc[0] + statement["experience"].iloc[0] == pytest.approx(-24.0)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            ("p", "2025-06-30", np.nan, 0.0, 0.0),
            r"neither a value nor a flow in row 2 of valuations, header not counted \(portfolio p, 2025",
        ),
        (("p", "2025-06-30", np.nan, 5.0, 1.0), "income but no value in row 2"),
        (("p", "2026-06-30", np.nan, 5.0, 0.0), "no valuation after it in row"),
        (("p", "2024-06-30", 90.0, 5.0, 0.0), "the dates do not rise in row 2.*sort_rows: true"),
    ],
)
def test_what_cannot_be_computed_is_refused_by_row(row, message):
    first, last = ("p", "2025-01-01", 100.0, 0.0, 0.0), ("p", "2025-12-31", 110.0, 0.0, 0.0)
    table = brought(first, last, row) if row[1].startswith("2026") else brought(first, row, last)
    with pytest.raises(AnalysisError, match=message):
        split_unvalued_flows(table, sort=False)


def test_unsorted_rows_are_taken_when_asked_for():
    table = brought(("p", "2025-12-31", 110.0, 0.0, 0.0), ("p", "2025-01-01", np.nan, 100.0, 0.0))
    values, flows = split_unvalued_flows(table, sort=True)
    assert compute_returns(values, flows, sort=True)["twr"].iloc[-1] == pytest.approx(0.1)


def test_the_statement_of_a_brought_table_closes(reference):
    returns = compute_returns(reference.assign(income=[0.0, 1000, 0, 500, 0]), day_count="NL/365")
    statement = build_value_statement(returns, discount_rate=0.1, day_count="NL/365")
    closing = statement[["opening", "unwind", "experience", "cash_flow"]].sum(axis=1) - statement["income"]
    assert closing.tolist() == pytest.approx(statement["closing"].tolist())
    earned = statement["unwind"] + statement["experience"]
    assert (earned / statement["opening"]).tolist() == pytest.approx(returns["r"].tolist()[1:])
    assert statement["unwind"].iloc[0] == pytest.approx(100_000 * (1.1 ** (180 / 365) - 1))
    total = summarise_value_statement(statement).iloc[0]
    assert (total["opening"], total["closing"], total["cash_flow"]) == (100_000, 205_000, 85_000)


def test_a_row_keeps_its_number_when_flows_before_it_went_apart():
    table = brought(("p", "2025-01-01", 100.0, 0.0, 0.0), ("p", "2025-03-01", np.nan, 9.0, 0.0),
                    ("p", "2025-06-30", -5.0, 0.0, 0.0), ("p", "2025-12-31", 50.0, 0.0, 0.0))  # fmt: skip
    values, flows = split_unvalued_flows(table, sort=False)
    with pytest.raises(NegativeNAV, match=r"row 3, header not counted \(portfolio p, 2025-06-30"):
        compute_returns(values, flows)
