from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from simulators.value import simulate_order_days

from portfolio_lab.policy import Policy, ValuePolicy
from portfolio_lab.reports.topics.value_inputs import (
    AMOUNT,
    derive_money,
    find_basis,
    fit_basis,
    open_book,
    read_value_inputs,
)

AS_OF = date(2023, 6, 30)


def company(days, *, segment=True):
    """A review that brings orders, customers of two segments and salespeople with names."""
    ids = days["customer_id"].unique()
    snapshots = pd.DataFrame({"customer_id": ids, "name": None, "region": None, "closed_date": pd.NaT})
    snapshots["salesperson_id"] = ["S1" if i % 2 else "S2" for i in range(len(ids))]
    snapshots["segment"] = ["trade" if i % 3 else "retail" for i in range(len(ids))] if segment else None
    snapshots.loc[0, "closed_date"] = pd.Timestamp("2023-01-31")
    people = pd.DataFrame({"salesperson_id": ["S1", "S2"], "name": ["Ana", "Ben"]})
    return SimpleNamespace(
        as_of=AS_OF,
        policy=Policy(),
        order_days=lambda as_of=None: days,
        snapshots=lambda as_of=None: snapshots,
        has=lambda name: name == "salespeople",
        table=lambda name: people,
    )


@pytest.fixture(scope="module")
def days():
    return simulate_order_days(parameters=(1.2, 40.0, 0.6, 3.0), n_customers=900, n_days=730, seed=2)


def test_margin_counts_where_every_line_has_one_else_a_rate_else_sales():
    days = pd.DataFrame({"amount": [100.0, 50.0], "margin_amount": [20.0, 10.0]})
    partly = days.assign(margin_amount=[20.0, None])
    assert derive_money(days, margin_rate=None)[0][AMOUNT].tolist() == [20.0, 10.0]
    assert derive_money(days, margin_rate=None)[1] == "margin"
    table, word = derive_money(partly, margin_rate=0.3)
    assert (table[AMOUNT].tolist(), word) == ([20.0, 15.0], "margin")
    table, word = derive_money(partly, margin_rate=None)
    assert (table[AMOUNT].tolist(), word) == ([100.0, 50.0], "sales")


def test_the_company_is_read_with_names_segments_and_closings(days):
    inputs = read_value_inputs(company(days))
    assert inputs.measure == "margin"
    assert inputs.alike_on == ("segment",)
    assert set(inputs.people["owner"]) == {"Ana", "Ben"}
    assert len(inputs.closed) == 1
    assert read_value_inputs(company(days, segment=False)).alike_on == ()


def test_the_basis_says_what_the_policy_says(days):
    policy = ValuePolicy(discount_rate=0.2, horizon_months=24, timing_case=3, model="pareto_nbd")
    basis = fit_basis(derive_money(days, margin_rate=None)[0], policy, as_of=AS_OF)
    assert (basis.discount_rate, basis.horizon_months, basis.timing_case) == (0.2, 24, 3)
    assert basis.model.family == "pareto_nbd"
    assert basis.model.n_customers == days.loc[days["order_date"] <= pd.Timestamp(AS_OF), "customer_id"].nunique()


def test_purchases_that_cannot_be_valued_say_why(days):
    money = derive_money(days, margin_rate=None)[0]
    few = money[money["customer_id"].isin(money["customer_id"].unique()[:5])]
    assert "5 customers" in find_basis(few, ValuePolicy(), as_of=AS_OF)
    assert find_basis(money, ValuePolicy(), as_of=AS_OF).model.family == "mbg_nbd"


def test_new_customers_are_valued_by_comparison_or_the_book_says_why_not(days):
    early = date(2022, 12, 31)
    inputs = read_value_inputs(company(days))
    basis = fit_basis(inputs.days, ValuePolicy(), as_of=early)
    asked = {"n_draws": 100, "seed": 1}
    book = open_book(inputs, basis, as_of=early, new_months=2, **asked)
    assert book.problem == ""
    assert book.customers["n_alike"].notna().sum() == len(book.newcomers) > 50
    assert {"owner", "low", "high", "alive_low", "alive_high"} <= set(book.customers)
    none = open_book(inputs, basis, as_of=date(2022, 8, 31), new_months=3, **asked)
    assert "too few older customers" in none.problem
    assert none.newcomers.empty and none.customers["n_alike"].isna().all()
