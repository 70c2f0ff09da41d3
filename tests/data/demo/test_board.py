import numpy as np
import pytest

from portfolio_lab.data.demo.board import absences_table, benchmarks_table, plans_table, stock_table, targets_table


def test_stock_is_counted_each_month_end_with_lots_and_dates(world):
    stock = stock_table(world)
    month_ends = np.unique(stock["stock_date"].to_numpy().astype("datetime64[M]"))
    assert len(month_ends) == 30
    assert (stock["quantity"] >= 0).all()
    assert not (stock["expiry_date"] < stock["stock_date"]).any()


def test_targets_are_last_years_month_and_five_percent(world):
    sales = np.full((24, 30), 100_000.0)
    sales[:, 12:] = 50_000.0
    targets = targets_table(world, sales)
    own = targets[targets["salesperson_id"] == "S0001"]["amount"].tolist()
    assert own[12:24] == [105_000.0] * 12
    assert own[24:] == [52_500.0] * 6
    team = targets[targets["team"] == "North"]["amount"].tolist()
    assert team[12] == 6 * 105_000.0
    assert targets["salesperson_id"].isna().sum() == 4 * 30


def test_no_target_for_a_month_without_sales_the_year_before(world):
    sales = np.full((24, 30), 100_000.0)
    sales[23, :20] = 0
    own = targets_table(world, sales).query("salesperson_id == 'S0024'")
    assert len(own) == 0 or own["month"].min() >= world.calendar.start + np.timedelta64(365, "D")


def test_plans_end_after_they_start(world):
    plans = plans_table(world)
    assert (plans["end_date"] > plans["start_date"]).all()
    assert plans["plan_id"].is_unique


def test_absences_are_three_a_year_and_one_leaver(world):
    absences = absences_table(world.people)
    assert absences["kind"].value_counts()["leaver"] == 1
    per_person = absences[absences["kind"] == "holiday"].groupby("salesperson_id").size()
    assert per_person.between(2, 8).all()


@pytest.mark.parametrize("indicator", ["satisfaction_index", "on_time_delivery_rate", "price_index"])
def test_benchmarks_have_a_value_per_peer_and_quarter(world, indicator):
    rows = benchmarks_table(world).query("indicator == @indicator")
    assert len(rows) == 3 * world.calendar.n_quarters
    assert not rows.duplicated(["peer", "benchmark_date"]).any()
