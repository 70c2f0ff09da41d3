from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.value import simulate_order_days

from portfolio_lab.analysis.periods import earlier_period, period_until
from portfolio_lab.policy import Policy, ValuePolicy
from portfolio_lab.reports.sentences.value import words_for
from portfolio_lab.reports.topics import value_page
from portfolio_lab.reports.topics.value_inputs import ValueInputs, derive_money, fit_basis, open_book

AS_OF = date(2023, 9, 30)


@pytest.fixture(scope="module")
def review():
    period = period_until(AS_OF, "quarter")
    return SimpleNamespace(
        as_of=AS_OF,
        period=period,
        previous_period=earlier_period(period),
        run=SimpleNamespace(period="quarter"),
        policy=Policy(),
    )


@pytest.fixture(scope="module")
def inputs():
    days = simulate_order_days(parameters=(1.2, 40.0, 0.6, 3.0), n_customers=900, n_days=730, seed=2)
    days, measure = derive_money(days, margin_rate=None)
    days = days[days["order_date"] <= pd.Timestamp(AS_OF)]
    ids = np.sort(days["customer_id"].unique())
    people = pd.DataFrame(
        {"customer_id": ids, "name": None, "owner": ["Ana", "Ben"] * (len(ids) // 2) + ["Ana"] * (len(ids) % 2)}
    )
    people = people.assign(
        region=None, segment=["trade", "retail", "food"] * (len(ids) // 3) + ["food"] * (len(ids) % 3)
    )
    nobody = pd.DataFrame({"customer_id": [], "closed_date": pd.to_datetime([])})
    return ValueInputs(days, measure, people, nobody, ("segment",))


@pytest.fixture(scope="module")
def basis(inputs):
    return fit_basis(inputs.days, ValuePolicy(), as_of=AS_OF)


@pytest.fixture(scope="module")
def book(inputs, basis):
    return open_book(inputs, basis, as_of=AS_OF, new_months=2, n_draws=100, seed=1)


@pytest.fixture(scope="module")
def ahead(review, inputs, book, basis):
    return value_page.forecast_next(review, inputs, book, basis)


def test_the_forecast_is_for_the_next_period_and_proved_on_the_last(ahead, inputs):
    assert (ahead.label, ahead.n_days, ahead.cut_date) == ("Q4 2023", 92, date(2023, 6, 30))
    later = inputs.days["order_date"] > pd.Timestamp("2023-06-30")
    known = inputs.days.loc[~later, "customer_id"].unique()
    came = inputs.days[later & inputs.days["customer_id"].isin(known)]
    assert ahead.error.set_index("measure").loc["purchases", "actual"] == came["is_purchase_day"].sum()
    low, high = ahead.interval("amount")
    assert low < ahead.total("amount") < high
    reach = max(abs(end) for end in ahead.miss_interval("amount"))
    assert (low, high) == pytest.approx((ahead.total("amount") / (1 + reach), ahead.total("amount") / (1 - reach)))
    assert ahead.miss_interval("amount")[0] < ahead.miss("amount") < ahead.miss_interval("amount")[1]


def test_the_range_of_the_forecast_would_have_held_what_came_last_time(ahead):
    """A forecast that was 10 % too high: with the spread alone its range would lie beside what came."""
    off = ahead.error.assign(error_rate=0.10, low=0.06, high=0.145)
    again = replace(ahead, error=off)
    low, high = again.interval("amount")
    assert low < ahead.total("amount") / 1.10 < ahead.total("amount") < high
    assert again.reach("amount") == 0.145


def test_a_forecast_without_proof_says_why_and_has_no_interval(review, inputs, book, basis):
    few = inputs.days[inputs.days["customer_id"].isin(inputs.people["customer_id"].head(20))]
    bare = value_page.forecast_next(review, replace(inputs, days=few), book, basis)
    assert "cannot be fitted" in bare.problem
    assert (bare.interval("amount"), bare.miss("amount"), bare.miss_interval("amount")) == (None, None, None)


def test_changes_compare_two_days_on_one_basis(review, inputs, book, basis):
    moved = value_page.find_changes(review, inputs, book, basis)
    assert moved["change_amount"].is_monotonic_increasing
    assert not moved["customer_id"].isin(book.newcomers["customer_id"]).any()
    row = moved.iloc[0]
    assert row["recoverable_amount"] == pytest.approx(
        row["value_amount"] / row["alive_probability"] - row["value_amount"]
    )
    falling = value_page.select_falling(moved, n=5)
    assert len(falling) == 5
    assert (falling["alive_probability"] >= 0.1).all() and (falling["change_amount"] < 0).all()
    assert falling.index.tolist() == [0, 1, 2, 3, 4]


def test_columns_of_which_nothing_is_known_do_not_stand_on_the_page(book, ahead):
    shown = value_page.list_customers(book.customers)
    assert list(shown.columns) == ["customer_id", "owner", "value_amount", "low", "high", "alive_probability"]
    assert "name" not in value_page.list_chances(ahead.book)


def test_new_customers_by_whom_they_were_compared_with(book, inputs):
    table = value_page.summarise_newcomers(book, inputs.people)
    assert table["n_customers"].sum() == len(book.newcomers)
    assert set(table["segment"]) <= {"trade", "retail", "food", "any"}
    assert table["mean_value_amount"].between(table["low"], table["high"]).all()
    words = words_for(table)
    assert words["labels"]["mean_value_amount"] == "Value of each, on average"
    assert words["units"]["low"] == words["units"]["high"] == "currency"


def test_groups_swing_around_one_from_two_years_on(review, inputs):
    groups = value_page.find_groups(inputs.people)
    assert groups.name == "segment"
    assert value_page.find_groups(inputs.people.assign(segment=None)) is None
    short = value_page.compute_group_risk(review, inputs, groups)
    assert short["beta"].isna().all() and len(short) == 3
    earlier = inputs.days.assign(order_date=inputs.days["order_date"] - pd.DateOffset(months=18))
    both = replace(inputs, days=pd.concat([earlier, inputs.days]))
    table = value_page.compute_group_risk(review, both, groups)
    share = table["monthly_amount"] / table["monthly_amount"].sum()
    assert (table["beta"] * share).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("first", "as_of", "n"),
    [("2023-01-01", "2023-03-31", 3), ("2023-01-02", "2023-03-31", 2), ("2023-01-01", "2023-03-30", 2),
     ("2023-03-05", "2023-03-20", 0)],
)  # fmt: skip
def test_only_whole_months_count(first, as_of, n):
    days = pd.DataFrame({"order_date": pd.to_datetime([first])})
    assert value_page.count_whole_months(days, as_of=date.fromisoformat(as_of)) == n


def test_the_basis_is_tabulated_with_intervals_around_each_estimate(basis):
    table = value_page.tabulate_basis(basis)
    assert len(table) == 7
    assert (table["standard_error"] > 0).all()
    assert ((table["low"] < table["estimate"]) & (table["estimate"] < table["high"])).all()
    assert table["parameter"].notna().all()


def test_nobody_in_charge_is_none(book):
    assert set(value_page.hold_by(book)["owner"]) == {"Ana", "Ben"}
    some = book.customers.assign(owner=book.customers["owner"].mask(book.customers["owner"] == "Ben"))
    table = value_page.hold_by(replace(book, customers=some))
    assert set(table["owner"]) == {"Ana", "nobody"}
    assert table["value_amount"].sum() == pytest.approx(book.customers["value_amount"].sum())
    assert value_page.hold_by(replace(book, customers=book.customers.assign(owner=None))) is None


def test_measures_of_the_forecast_in_words(ahead):
    assert value_page.name_measures(ahead.error, "margin")["measure"].tolist()[:2] == ["purchase days", "margin"]
