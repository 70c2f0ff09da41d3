import pandas as pd
import pytest

from portfolio_lab.data.demo.cases import CASES, PLACES

LAST = 3000 - PLACES


@pytest.fixture(scope="module")
def cases(company):
    truth = company.truth("customers").dropna(subset=["special_case"]).set_index("customer_id")
    return truth.join(company.table("customers").set_index("customer_id"))


def amount_of(company, customer, since="2000-01-01"):
    orders = company.table("orders")
    return orders[(orders["customer_id"] == customer) & (orders["order_date"] >= since)]["amount"]


def one(cases, label):
    return cases.index[cases["special_case"] == label][0]


def test_cases_take_the_last_places_in_their_order(cases):
    assert len(CASES) <= PLACES
    assert cases["special_case"].tolist() == [case.label for case in CASES]
    assert cases.index.tolist() == [f"C{LAST + 1 + k:05d}" for k in range(len(CASES))]


def test_the_giant_is_the_largest_customer_by_far(company, cases):
    value = company.table("orders").groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    assert value.index[0] == one(cases, "giant")
    assert value.iloc[0] > 2 * value.iloc[1]


def test_one_customer_is_negative_over_all_time_and_others_within_the_year(company, cases):
    assert amount_of(company, one(cases, "net_negative")).sum() < 0
    for customer in cases.index[cases["special_case"] == "returned_in_window"]:
        assert amount_of(company, customer, "2025-10-01").sum() < 0
        assert (amount_of(company, customer) > 0).any()


def test_one_customer_never_came_back(company, cases):
    orders = company.table("orders")
    assert orders[orders["customer_id"] == one(cases, "no_repeat")]["order_date"].nunique() == 1


def test_a_large_prospect_has_potential_and_no_order(company, cases):
    customer = one(cases, "large_prospect")
    assert cases.loc[customer, "potential_amount"] == 500_000
    assert amount_of(company, customer).empty


def test_the_clockwork_buys_evenly_and_the_summer_house_in_summer(company, cases):
    days = company.table("orders").query("quantity > 0").drop_duplicates(["customer_id", "order_date"])
    clock = days[days["customer_id"] == one(cases, "clockwork")]["order_date"].diff().dt.days.dropna()
    assert len(clock) > 30
    assert clock.std() / clock.mean() < 0.6
    summer = days[days["customer_id"] == one(cases, "summer_only")]["order_date"]
    assert len(summer) > 5
    assert summer.iloc[1:].dt.month.between(5, 9).all()


def test_names_hold_what_breaks_careless_programs(cases):
    names = cases["name"].to_dict()
    assert names[one(cases, "name_like_a_formula")].startswith("=")
    assert '"' in names[one(cases, "name_with_quotes")]
    assert ";" in names[one(cases, "name_with_quotes")]
    assert "<b>" in names[one(cases, "name_like_markup")]
    assert pd.Series(names).notna().all()
