from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from simulators.value import BUYERS, simulate_order_days, true_basis

from portfolio_lab.analysis.twr.flows import assert_flows, build_flows
from portfolio_lab.analysis.twr.from_customers import build_customers_at, build_positions
from portfolio_lab.analysis.twr.new_customers import compute_new_values
from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations
from portfolio_lab.analysis.value.customers import compute_values_on_basis
from portfolio_lab.errors import AnalysisError

DATES = [date(2022, 12, 31), date(2023, 1, 31), date(2023, 2, 28), date(2023, 3, 31)]
BASIS = true_basis()


@pytest.fixture(scope="module")
def days():
    """Buyers won evenly over 15 months, so that some are new after the first valuation day."""
    return simulate_order_days(parameters=BUYERS, n_customers=3000, n_days=910, seed=7)


@pytest.fixture(scope="module")
def customers(days):
    return build_customers_at(days, dates=DATES, amount="margin_amount")


@pytest.fixture(scope="module")
def new_values(customers, days):
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()}).assign(segment="trade")
    return compute_new_values(customers, days, people, basis=BASIS, amount="margin_amount", alike_on=["segment"])


def test_new_customers_are_worth_on_average_what_the_true_model_says(customers, new_values):
    """The basis is the truth here, so hindsight over older customers must agree with it."""
    first = customers.drop_duplicates("customer_id")
    first = first[first["valuation_date"] == pd.Timestamp(DATES[1])]
    own = compute_values_on_basis(first, BASIS)["value_amount"].mean()
    given = new_values.loc[new_values["valuation_date"] == pd.Timestamp(DATES[1])]
    assert len(given) == len(first) > 100
    assert given["value_amount"].mean() == pytest.approx(own, rel=0.08)
    assert (given["low"] < given["value_amount"]).all() and (given["n_alike"] >= 30).all()
    assert set(given["alike_on"]) == {"age, segment"}


def test_what_older_customers_brought_and_will_bring_covers_one_horizon(customers, days):
    """On a short horizon a value today over all of it, on top of a year already seen, would nearly double the value."""
    short = replace(BASIS, horizon_months=14)
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()})
    given = compute_new_values(customers, days, people, basis=short, amount="margin_amount")
    first = customers.drop_duplicates("customer_id")
    own = compute_values_on_basis(first[first["valuation_date"] == pd.Timestamp(DATES[1])], replace(
        short, horizon_months=13))["value_amount"].mean()  # fmt: skip
    mine = given.loc[given["valuation_date"] == pd.Timestamp(DATES[1]), "value_amount"].mean()
    assert mine == pytest.approx(own, rel=0.10)


def test_a_later_new_customer_has_less_of_the_horizon_left(new_values):
    by_day = new_values.groupby("valuation_date")["value_amount"].first()
    assert by_day.is_monotonic_decreasing
    assert 0.9 < by_day.iloc[-1] / by_day.iloc[0] < 1


def test_a_new_customer_comes_in_by_comparison_and_nobody_is_paid_for_the_change_to_its_own_value(
    customers, new_values
):
    stays = pd.DataFrame({"customer_id": customers["customer_id"].unique(), "salesperson_id": "S1"})
    stays = stays.assign(start_date=pd.Timestamp("2020-01-01"), end_date=pd.NaT)
    positions = build_positions(customers, stays, basis=BASIS, new_values=new_values)
    first = positions[positions["portfolio_before"].isna()].set_index("customer_id")["old_basis_amount"]
    assert first.to_dict() == pytest.approx(new_values.set_index("customer_id")["value_amount"].to_dict())
    statement = build_statement(positions, discount_rate=0.10)
    assert statement["new"].sum() == pytest.approx(np.rint(first * 100).sum() / 100)
    assert build_flows(positions)["cash_flow"].sum() == pytest.approx(statement["new"].sum())
    assert_flows(build_flows(positions), positions)
    plain = build_positions(customers, stays, basis=BASIS)
    assert positions["value_amount"].tolist() == plain["value_amount"].tolist()
    own = build_statement(plain, discount_rate=0.10)
    moved = own["new"] + own["basis_change"]
    assert (statement["new"] + statement["basis_change"]).tolist() == pytest.approx(moved.tolist(), abs=0.02)
    r, r_plain = (compute_returns(build_valuations(table))["r"] for table in (statement, own))
    assert r.tolist() == pytest.approx(r_plain.tolist(), abs=1e-9, nan_ok=True)


def test_without_an_end_nothing_is_shortened_and_too_few_older_ones_are_refused(customers, days):
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()})
    endless = replace(BASIS, horizon_months=None)
    table = compute_new_values(customers, days, people, basis=endless, amount="margin_amount")
    assert len(table["value_amount"].unique()) == 1
    early = build_customers_at(days, dates=[date(2022, 6, 30), date(2022, 7, 31)], amount="margin_amount")
    with pytest.raises(AnalysisError, match="too few older customers"):
        compute_new_values(early, days, people, basis=BASIS, amount="margin_amount")
