from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from simulators.value import simulate_order_days

from portfolio_lab.analysis.purchase_models.fitting import fit_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import build_spends, fit_gamma_gamma
from portfolio_lab.analysis.purchase_models.histories import build_histories
from portfolio_lab.analysis.value.book import (
    add_ranges,
    build_member_months,
    build_value_book,
    compute_value_changes,
    count_for_share,
    forecast_period,
    put_newcomers,
    summarise_holders,
    value_newcomers,
)
from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.errors import AnalysisError

AS_OF = date(2023, 12, 31)
NOBODY = pd.DataFrame({"customer_id": [], "closed_date": pd.to_datetime([])})


@pytest.fixture(scope="module")
def days():
    """Buyers won evenly over the first year of two, MBG/NBD with mean margins of 160."""
    return simulate_order_days(parameters=(1.2, 40.0, 0.6, 3.0), n_customers=1500, n_days=730, seed=6)


@pytest.fixture(scope="module")
def fitted(days):
    model = fit_purchase_model(build_histories(days, as_of=AS_OF), family="mbg_nbd")
    spend = fit_gamma_gamma(build_spends(days, amount="margin_amount", as_of=AS_OF))
    return ValueBasis(model=model, spend=spend, discount_rate=0.10, horizon_months=24, timing_case=2)


@pytest.fixture(scope="module")
def book(days, fitted):
    return build_value_book(days, NOBODY, as_of=AS_OF, basis=fitted, amount="margin_amount")


def test_a_closed_customer_is_worth_nothing_from_its_closing_day(days, fitted, book):
    first = book["customer_id"].iloc[0]
    closed = pd.DataFrame({"customer_id": [first], "closed_date": pd.to_datetime(["2023-12-31"])})
    table = build_value_book(days, closed, as_of=AS_OF, basis=fitted, amount="margin_amount").set_index("customer_id")
    assert table.loc[first, ["value_amount", "alive_probability", "expected_purchases"]].tolist() == [0.0, 0.0, 0.0]
    assert table["is_closed"].sum() == 1
    later = closed.assign(closed_date=pd.Timestamp("2024-01-01"))
    same = build_value_book(days, later, as_of=AS_OF, basis=fitted, amount="margin_amount")
    pd.testing.assert_frame_equal(same, book)
    assert book["value_amount"].is_monotonic_decreasing


def test_ranges_hold_the_estimates_and_a_closed_customer_has_none(book, fitted):
    few = book.head(80).assign(is_closed=[True] + [False] * 79)
    table = add_ranges(few, basis=fitted, n_draws=200, seed=1)
    assert table.iloc[0][["low", "high", "alive_low", "alive_high"]].tolist() == [0, 0, 0, 0]
    rest = table.iloc[1:]
    assert (rest["low"] <= rest["high"]).all()
    inside = rest["alive_probability"].between(rest["alive_low"] - 0.01, rest["alive_high"] + 0.01)
    assert inside.mean() > 0.95


def test_new_customers_are_worth_what_older_ones_were_at_their_age(days, fitted, book):
    """On simulated buyers alike in nature the values by analogy average to what the model gives a new customer."""
    early = date(2022, 12, 31)
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()}).assign(segment="trade")
    basis = replace(fitted, horizon_months=24)
    now = build_value_book(days, NOBODY, as_of=early, basis=basis, amount="margin_amount")
    asked = {"as_of": early, "amount": "margin_amount", "basis": basis, "new_months": 2}
    new = value_newcomers(now, days, people, **asked, alike_on=["segment"])
    assert len(new) > 100
    assert (new["n_alike"] >= 30).all()
    assert set(new["alike_on"]) == {"age, segment"}
    put = put_newcomers(now.assign(low=1.0, high=2.0), new).set_index("customer_id")
    assert put.loc[new["customer_id"], "value_amount"].tolist() == pytest.approx(new["value_amount"].tolist())
    assert put["n_alike"].notna().sum() == len(new)
    own = now.set_index("customer_id").loc[new["customer_id"], "value_amount"]
    assert new["value_amount"].sum() == pytest.approx(own.sum(), rel=0.15)
    assert put["value_amount"].is_monotonic_decreasing


def test_too_few_older_customers_are_refused_and_nobody_new_is_fine(days, fitted, book):
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()})
    asked = {"amount": "margin_amount", "basis": fitted, "alike_on": ()}
    assert value_newcomers(book, days, people, as_of=AS_OF, new_months=3, **asked).empty
    early = date(2022, 8, 31)
    now = build_value_book(days, NOBODY, as_of=early, basis=fitted, amount="margin_amount")
    with pytest.raises(AnalysisError, match="too few older customers"):
        value_newcomers(now, days, people, as_of=early, new_months=3, **asked)


def test_the_forecast_of_a_period_is_purchases_times_spend_and_nothing_for_the_closed(book, fitted):
    table = forecast_period(book.assign(is_closed=[True] + [False] * (len(book) - 1)), basis=fitted, n_days=92)
    assert table["period_purchases"].iloc[0] == 0
    assert table["period_amount"].tolist() == pytest.approx(
        (table["period_purchases"] * table["expected_spend_amount"]).tolist()
    )


BOOK = pd.DataFrame(
    {
        "customer_id": list("abcd"),
        "value_amount": [60.0, 20.0, 20.0, 0.0],
        "alive_probability": [0.5, 1.0, 0.8, 0.0],
        "is_closed": [False, False, False, True],
    }
)


def test_holders_by_hand():
    table = summarise_holders(BOOK, pd.Series(["x", "x", "y", "y"], name="owner")).set_index("owner")
    assert table["n_customers"].to_dict() == {"x": 2, "y": 1}
    assert table["value_share"].to_dict() == {"x": pytest.approx(0.8), "y": pytest.approx(0.2)}
    assert table["written_off_amount"].to_dict() == {"x": pytest.approx(60.0), "y": pytest.approx(5.0)}
    assert table.loc["x", "largest_share"] == pytest.approx(0.75)
    assert table.loc["x", "n_effective"] == pytest.approx(80**2 / (60**2 + 20**2))


def test_how_many_hold_half():
    assert count_for_share(BOOK["value_amount"]) == 1
    assert count_for_share(pd.Series([10.0, 10.0])) == 1
    assert count_for_share(pd.Series([10.0, 10.0, 10.0])) == 2
    assert count_for_share(pd.Series([0.0, -1.0])) == 0


def test_changes_by_hand_leave_out_who_was_not_there_before():
    before = BOOK.head(2).assign(value_amount=[100.0, 10.0])
    table = compute_value_changes(before, BOOK, pd.Series({"a": 7.0}))
    assert table["customer_id"].tolist() == ["a", "b"]
    assert table["change_amount"].tolist() == [-40.0, 10.0]
    assert table["collected_amount"].tolist() == [7.0, 0.0]


def test_months_of_members_without_the_running_one():
    months = pd.DataFrame(
        {
            "customer_id": ["a", "b", "a", "b", "a"],
            "month": pd.to_datetime(["2026-01-01", "2026-01-01", "2026-02-01", "2026-02-01", "2026-03-01"]),
            "margin_amount": [1.0, 2.0, 4.0, 8.0, 16.0],
        }
    )
    member = pd.Series({"a": "x", "b": "y"})
    asked = {"amount": "margin_amount", "as_of": date(2026, 3, 30)}
    table = build_member_months(months, member, **asked)
    assert table["x"].tolist() == [1.0, 4.0]
    assert table["y"].tolist() == [2.0, 8.0]
    whole = build_member_months(months, member, amount="margin_amount", as_of=date(2026, 3, 31))
    assert whole["x"].tolist() == [1.0, 4.0, 16.0]
    assert np.isfinite(whole.to_numpy()).all()
