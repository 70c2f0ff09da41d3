from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from simulators.value import BUYERS, simulate_order_days, true_basis

from portfolio_lab.analysis.purchase_models.gamma_gamma import build_spends
from portfolio_lab.analysis.purchase_models.histories import build_histories
from portfolio_lab.analysis.twr.from_customers import build_customers_at, build_positions, fit_value_basis
from portfolio_lab.analysis.twr.positions import Positions, derive_valuation_dates
from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations, summarise_statement
from portfolio_lab.errors import AnalysisError

START, END = date(2023, 6, 30), date(2023, 12, 31)
BASIS = true_basis()


@pytest.fixture(scope="module")
def order_days():
    return simulate_order_days(parameters=BUYERS, n_customers=2000, n_days=730, seed=4)


def _stays(customers, holders, moved=(), day="2023-08-01"):
    """Every customer with its holder; the moved ones go to `receiver` on that day."""
    whole = pd.DataFrame(
        {"customer_id": customers, "salesperson_id": holders, "start_date": pd.Timestamp("2020-01-01")}
    )
    whole["end_date"] = pd.to_datetime(np.where(whole["customer_id"].isin(moved), pd.Timestamp(day), pd.NaT))
    later = pd.DataFrame({"customer_id": list(moved), "salesperson_id": "receiver", "start_date": pd.Timestamp(day)})
    return pd.concat([whole, later.assign(end_date=pd.NaT)], ignore_index=True)


def test_every_day_has_the_histories_and_margins_of_that_day(order_days):
    dates = [date(2022, 6, 30), date(2022, 9, 15), date(2023, 3, 31)]
    table = build_customers_at(order_days, dates=dates, amount="margin_amount")
    for day in dates:
        own = table[table["valuation_date"] == pd.Timestamp(day)].drop(columns="valuation_date").reset_index(drop=True)
        slow = build_histories(order_days, as_of=day).merge(
            build_spends(order_days, amount="margin_amount", as_of=day), on="customer_id"
        )
        pd.testing.assert_frame_equal(own[slow.columns], slow, check_dtype=False)
    between = order_days["order_date"].between("2022-07-01", "2023-03-31")
    assert table["margin_amount"].sum() == pytest.approx(order_days.loc[between, "margin_amount"].sum())
    assert table.loc[table["valuation_date"] == pd.Timestamp(dates[0]), "margin_amount"].abs().sum() == 0


def test_a_customer_that_closed_is_worth_nothing_from_that_day_on(order_days):
    closed = pd.DataFrame({"customer_id": ["c00001"], "closed_date": [pd.Timestamp("2023-09-30")]})
    dates = [START, date(2023, 9, 29), date(2023, 9, 30), END]
    customers = build_customers_at(order_days, dates=dates, amount="margin_amount", closed=closed)
    ids = order_days["customer_id"].unique()
    positions = Positions.validate(build_positions(customers, _stays(ids, "s1"), basis=BASIS))
    own = positions[positions["customer_id"] == "c00001"].set_index("valuation_date")["value_amount"]
    assert (own.iloc[:2] > 0).all()
    assert own.iloc[2:].tolist() == [0, 0]


def _returns(order_days, stays, basis=BASIS, new_basis=None):
    dates = derive_valuation_dates(START, END, stays)
    customers = build_customers_at(order_days, dates=dates, amount="margin_amount")
    positions = build_positions(customers, stays, basis=basis, new_basis=new_basis)
    statement = build_statement(positions, discount_rate=0.10)
    return statement, compute_returns(build_valuations(statement))


def test_on_the_true_basis_the_company_earns_its_discount_rate(order_days):
    ids = order_days["customer_id"].unique()
    statement, returns = _returns(order_days, _stays(ids, "s1"))
    whole = summarise_statement(statement).iloc[0]
    assert abs(whole["experience"]) < 0.04 * whole["opening"]
    assert returns["twr"].iloc[-1] == pytest.approx(1.1**0.504 - 1, abs=0.05)


def test_a_handover_of_bad_customers_does_not_move_the_receivers_return(order_days):
    ids = order_days["customer_id"].unique()
    holders = np.where(np.arange(len(ids)) % 2 == 0, "giver", "receiver")
    known = build_histories(order_days, as_of=date(2023, 7, 31)).set_index("customer_id")
    silent = known[(known["tenure_days"] - known["last_repeat_days"] > 150)].index
    bad = [customer for customer, holder in zip(ids, holders, strict=True) if holder == "giver" and customer in silent]
    assert len(bad) > 200
    _, plain = _returns(order_days, _stays(ids, holders))
    _, moved = _returns(order_days, _stays(ids, holders, moved=bad))
    first, second = (t.groupby("portfolio_id")["twr"].last() for t in (plain, moved))
    assert second["receiver"] == pytest.approx(first["receiver"], abs=0.03)
    assert second["giver"] == pytest.approx(first["giver"], abs=0.03)


def test_a_new_basis_on_the_last_day_is_a_line_and_no_return(order_days):
    ids = order_days["customer_id"].unique()
    options = {
        "family": "mbg_nbd",
        "amount": "margin_amount",
        "discount_rate": 0.08,
        "horizon_months": 60,
        "timing_case": 2,
    }
    fitted = fit_value_basis(order_days, as_of=END, **options)
    assert fitted.model.n_customers == order_days["customer_id"].nunique()
    plain, first = _returns(order_days, _stays(ids, "s1"))
    changed, second = _returns(order_days, _stays(ids, "s1"), new_basis=fitted)
    assert changed["basis_change"].iloc[:-1].abs().sum() == 0
    assert abs(changed["basis_change"].iloc[-1]) > 0.01 * changed["closing"].iloc[-1]
    pd.testing.assert_series_equal(first["r"], second["r"])
    assert plain["basis_change"].abs().sum() == 0


def test_who_is_new_at_the_end_is_held_as_the_value_book_has_it_and_nobody_is_paid_for_it(order_days):
    stays = _stays(order_days["customer_id"].unique(), "s1")
    customers = build_customers_at(order_days, dates=derive_valuation_dates(START, END, stays), amount="margin_amount")
    newcomers = pd.DataFrame({"customer_id": ["c00001", "c00002"], "value_amount": [1e6, 0.0]})
    asked = {"basis": BASIS, "new_basis": replace(BASIS, discount_rate=0.08)}
    plain, given = (build_positions(customers, stays, **asked, newcomers=table) for table in (None, newcomers))
    last = given["valuation_date"] == pd.Timestamp(END)
    held = given[last].set_index("customer_id")["value_amount"]
    assert held[["c00001", "c00002"]].tolist() == [1e6, 0.0]
    is_new = given["customer_id"].isin(newcomers["customer_id"])
    pd.testing.assert_frame_equal(given[~(last & is_new)], plain[~(last & is_new)])
    first, second = (build_statement(table, discount_rate=0.10) for table in (plain, given))
    moved = 1e6 - plain.loc[last & is_new, "value_amount"].sum()
    assert second["basis_change"].sum() - first["basis_change"].sum() == pytest.approx(moved, abs=0.02)
    returns = [compute_returns(build_valuations(table))["r"] for table in (first, second)]
    pd.testing.assert_series_equal(*returns)


def test_the_basis_knows_nothing_later_than_its_day(order_days):
    options = {
        "family": "mbg_nbd",
        "amount": "margin_amount",
        "discount_rate": 0.1,
        "horizon_months": 60,
        "timing_case": 2,
    }
    known = order_days[order_days["order_date"] <= pd.Timestamp(START)]
    whole, cut = (fit_value_basis(table, as_of=START, **options) for table in (order_days, known))
    assert whole.basis_id == cut.basis_id


def test_an_empty_margin_is_refused(order_days):
    customers = build_customers_at(order_days, dates=[START, END], amount="margin_amount")
    with pytest.raises(AnalysisError, match="a margin is empty"):
        build_positions(customers.assign(margin_amount=np.nan), _stays(["c00001"], "s1"), basis=BASIS)


def test_a_horizon_that_ended_is_refused_and_a_moving_one_would_pay_for_waiting(order_days):
    customers = build_customers_at(order_days, dates=[START, END], amount="margin_amount")
    stays = _stays(order_days["customer_id"].unique(), "s1")
    with pytest.raises(AnalysisError, match="horizon of the basis ends"):
        build_positions(customers, stays, basis=replace(BASIS, horizon_months=6))
    fixed = build_positions(customers, stays, basis=BASIS)
    moving = build_positions(customers[customers["valuation_date"] == pd.Timestamp(END)], stays, basis=BASIS)
    last = fixed.loc[fixed["valuation_date"] == pd.Timestamp(END), "value_amount"].sum()
    assert moving["value_amount"].sum() > 1.02 * last
