import numpy as np
import pandas as pd
import pytest
from simulators.growth import AS_OF, newcomers

from portfolio_lab.analysis.growth import ages
from portfolio_lab.analysis.growth.ages import BEFORE, NEW, OLDER

START = pd.Timestamp("2023-07-01")


@pytest.mark.parametrize(("ratio", "is_clear"), [(1.5, True), (1.0, False)])
def test_the_planted_ratio_of_new_to_older_customers_is_recovered(ratio, is_clear):
    orders, people = newcomers(np.random.default_rng(5), n=500, ratio=ratio)
    cohorts = ages.derive_cohorts(people, as_of=AS_OF, history_start=START)
    found = ages.compare_new(ages.build_ages(orders, cohorts, as_of=AS_OF), n_bootstrap=300, seed=1)
    assert found["low"] < ratio < found["high"]
    assert (found["low"] > 1) == is_clear
    assert 4 <= found["age"] <= 8


def test_who_may_have_bought_before_the_orders_begin_is_not_new():
    people = pd.DataFrame(
        {
            "customer_id": ["old", "new", "early", "later"],
            "first_purchase_date": pd.to_datetime(["2024-01-01", "2024-01-01", "2023-12-27", "2023-12-28"]),
            "created_date": pd.to_datetime(["2020-01-01", "2023-07-01", None, None]),
        }
    )
    cohorts = ages.derive_cohorts(people, as_of=AS_OF, history_start=START)
    assert cohorts["customer_id"].tolist() == ["new", "later"]
    assert set(cohorts["cohort"]) == {OLDER}


def test_cohorts_on_both_sides_of_their_lines():
    first = pd.to_datetime(["2025-07-01", "2025-06-30", "2024-07-01", "2024-06-30"])
    people = pd.DataFrame({"customer_id": list("abcd"), "first_purchase_date": first, "created_date": first})
    cohorts = ages.derive_cohorts(people, as_of=AS_OF, history_start=START)
    assert cohorts["cohort"].tolist() == [NEW, BEFORE, BEFORE, OLDER]


def test_ages_by_hand():
    """First order on day 0, further ones on day 29 (first month) and day 30 (second); as_of on day 65."""
    first = AS_OF - pd.Timedelta(days=65)
    orders = pd.DataFrame({"customer_id": "a", "order_date": first + pd.to_timedelta([0, 29, 30], "D")})
    orders = orders.assign(amount=[1.0, 2.0, 4.0], is_purchase_day=[True, False, True])
    cohorts = pd.DataFrame({"customer_id": ["a"], "first_purchase_date": [first], "cohort": NEW})
    table = ages.build_ages(orders, cohorts, as_of=AS_OF)
    assert table["age"].tolist() == [1, 2]
    assert table["amount"].tolist() == [3.0, 7.0]
    assert table["has_repeated"].tolist() == [False, True]
    assert ages.summarise_ages(table).empty
    assert np.isnan(ages.compare_new(table, n_bootstrap=10, seed=1)["value"])


def test_summaries_need_twenty_customers_and_keep_the_order_of_cohorts():
    orders, people = newcomers(np.random.default_rng(6), n=200, ratio=1.0)
    cohorts = ages.derive_cohorts(people, as_of=AS_OF, history_start=START)
    table = ages.summarise_ages(ages.build_ages(orders, cohorts, as_of=AS_OF))
    assert (table["n"] >= 20).all()
    assert table["cohort"].drop_duplicates().tolist() == [NEW, BEFORE, OLDER]
    assert table.groupby("cohort")["mean_amount"].apply(lambda values: values.iloc[0] < values.iloc[-1]).all()
    assert (table["repeat_low"] <= table["repeat_share"]).all()


def test_without_customers_there_is_nothing_to_compare():
    orders, people = newcomers(np.random.default_rng(7), n=30, ratio=1.0)
    nobody = ages.derive_cohorts(people.iloc[:0], as_of=AS_OF, history_start=START)
    table = ages.build_ages(orders, nobody, as_of=AS_OF)
    assert ages.summarise_ages(table).empty
    assert ages.compare_new(table, n_bootstrap=10, seed=1)["age"] == 0
