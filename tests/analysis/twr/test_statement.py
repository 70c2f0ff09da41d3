import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulators.value import simulate_geometric_positions

from portfolio_lab.analysis.twr.flows import build_flows
from portfolio_lab.analysis.twr.positions import regroup_positions
from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.analysis.twr.statement import (
    EquityStatement,
    build_statement,
    build_valuations,
    compute_closing_gap,
    summarise_periods,
    summarise_statement,
)
from portfolio_lab.errors import AnalysisError

COMPANY = dict.fromkeys(range(6), "company")


def _company_twr(positions):
    company = regroup_positions(positions, COMPANY)
    return compute_returns(build_valuations(build_statement(company, discount_rate=0.1)))["twr"].iloc[-1]


def _hand_on(positions, seed):
    """The same customers, handed to random portfolios on every valuation day."""
    rng = np.random.default_rng(seed)
    table = positions.sort_values(["customer_id", "valuation_date"]).reset_index(drop=True)
    after = pd.Series(rng.integers(0, 6, len(table)), index=table.index, dtype=object)
    before = after.groupby(table["customer_id"]).shift()
    first = before.isna()
    return table.assign(portfolio_after=after, portfolio_before=before.where(~first, table["portfolio_before"]))


def test_a_period_by_hand():
    days = pd.to_datetime(["2021-01-01", "2022-01-01"])
    table = pd.DataFrame(
        {
            "valuation_date": [days[0]] * 3 + [days[1]] * 4,
            "customer_id": ["a", "b", "c", "a", "b", "c", "n"],
            "value_amount": [800.0, 800, 800, 800, 0, 900, 500],
            "old_basis_amount": [800.0, 800, 800, 800, 0, 850, 530],
            "margin_amount": [0.0, 0, 0, 300, 100, 300, 44],
            "portfolio_before": ["s", "s", "t", "s", "s", "t", None],
            "portfolio_after": ["s", "s", "t", "t", "s", "t", "s"],
        }
    )
    statement = EquityStatement.validate(build_statement(table, discount_rate=0.10, day_count="NL/365"))
    s, t = (statement[statement["portfolio_id"] == name].iloc[0] for name in "st")
    lines = [
        "opening",
        "unwind",
        "experience",
        "income",
        "new",
        "transfer_in",
        "transfer_out",
        "basis_change",
        "closing",
    ]
    assert s[lines].tolist() == pytest.approx([1600, 160, 800 + 400 - 1760, 400, 530, 0, 800, -30, 500])
    assert t[lines].tolist() == pytest.approx([800, 80, 850 + 300 - 880, 300, 0, 800, 0, 50, 1700])
    assert s["new_margin"] == 44
    assert s["n_customers"] == 2
    returns = compute_returns(build_valuations(statement), day_count="NL/365").set_index("portfolio_id")["r"].dropna()
    assert returns["s"] == pytest.approx((800 + 400) / 1600 - 1)
    assert returns["t"] == pytest.approx((850 + 300) / 800 - 1)


def test_it_closes_every_period_for_everybody_and_for_the_company(positions):
    for table in (positions, regroup_positions(positions, COMPANY)):
        statement = build_statement(table, discount_rate=0.1)
        assert (compute_closing_gap(statement).abs() <= 1e-9 * statement["opening"]).all()
        again = statement["closing"].groupby(statement["portfolio_id"]).shift().dropna()
        assert again.to_numpy() == pytest.approx(statement.loc[again.index, "opening"].to_numpy())
    whole = summarise_statement(build_statement(positions, discount_rate=0.1))
    assert compute_closing_gap(whole).abs().max() < 1e-6
    assert whole["transfer_in"].sum() == pytest.approx(whole["transfer_out"].sum(), abs=1e-9)


def test_the_return_is_unwind_plus_experience_over_the_opening(positions):
    statement = build_statement(positions, discount_rate=0.1)
    r = compute_returns(build_valuations(statement))["r"].dropna().to_numpy()
    expected = (statement["unwind"] + statement["experience"]) / statement["opening"]
    assert r == pytest.approx(expected.to_numpy(), abs=1e-9)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_random_transfers_leave_the_companys_return(seed):
    small = simulate_geometric_positions(n_portfolios=6, n_customers=10, n_years=3, seed=1)
    assert _company_twr(_hand_on(small, seed)) == pytest.approx(_company_twr(small), abs=1e-12)


def test_a_transfer_leaves_both_returns_of_the_periods_before_it():
    before = simulate_geometric_positions(n_portfolios=6, n_customers=20, n_years=3, transfer_share=0.0, seed=4)
    last = before["valuation_date"].max()
    moved = before.copy()
    rows = (moved["valuation_date"] == last) & (moved["portfolio_after"] == 0)
    moved.loc[rows, "portfolio_after"] = 1
    first, second = (
        compute_returns(build_valuations(build_statement(t, discount_rate=0.1)))["r"] for t in (before, moved)
    )
    assert rows.sum() > 10
    pd.testing.assert_series_equal(first, second)


def test_a_change_of_basis_is_its_own_line_and_no_return(positions):
    last = positions["valuation_date"] == positions["valuation_date"].max()
    changed = positions.assign(
        old_basis_amount=positions["value_amount"],
        value_amount=positions["value_amount"].mask(last, (positions["value_amount"] * 1.275).round(2)),
    )
    plain, other = (build_statement(table, discount_rate=0.1) for table in (positions, changed))
    assert plain["basis_change"].abs().max() == 0
    assert other["basis_change"].sum() > 0.2 * plain.groupby("portfolio_id")["closing"].last().sum()
    for line in ("opening", "unwind", "experience", "income"):
        pd.testing.assert_series_equal(plain[line], other[line])
    first, second = (compute_returns(build_valuations(table))["r"] for table in (plain, other))
    pd.testing.assert_series_equal(first, second)


def test_new_and_transfers_equal_the_flows(positions):
    statement, flows = build_statement(positions, discount_rate=0.1), build_flows(positions)
    new = flows.loc[flows["reason"] == "new", "cash_flow"].sum()
    received = flows.loc[(flows["reason"] == "transfer") & (flows["cash_flow"] > 0), "cash_flow"].sum()
    assert statement["new"].sum() == pytest.approx(new)
    assert statement["transfer_in"].sum() == pytest.approx(received)


def test_a_single_valuation_has_no_movement(positions):
    first = positions[positions["valuation_date"] == positions["valuation_date"].min()]
    with pytest.raises(AnalysisError, match="single valuation"):
        build_statement(first, discount_rate=0.1)


def test_periods_chain_from_closing_to_opening(positions):
    statement = build_statement(positions, discount_rate=0.1)
    table = summarise_periods(statement, frequency="Y")
    own = table[table["portfolio_id"] == 0].sort_values("period")
    assert own["closing"].tolist()[:-1] == pytest.approx(own["opening"].tolist()[1:])
    assert table["income"].sum() == pytest.approx(statement["income"].sum())
    assert compute_closing_gap(table).abs().max() < 1e-6
