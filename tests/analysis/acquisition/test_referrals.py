import numpy as np
import pandas as pd
import pytest
from simulators.growth import AS_OF, sourced

from portfolio_lab.analysis.acquisition import referrals
from portfolio_lab.analysis.acquisition.leads import build_leads

START = pd.Timestamp("2023-01-01")


@pytest.fixture(scope="module")
def leads():
    people = sourced(
        np.random.default_rng(9), n=3000, per_day={"referral": 0.02, "web": 0.01, "fair": 0.01, "ad": 0.01}
    )
    return build_leads(people, as_of=AS_OF, history_start=START)


def test_the_planted_share_of_referrals_is_found(leads):
    found = referrals.measure_referrals(leads, pd.Series(dtype=float), since=START)
    assert found["lead_low"] < 0.25 < found["lead_high"]
    assert found["won_share"] > 0.25
    assert np.isnan(found["amount_share"])


def test_shares_by_hand():
    leads = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "is_won": [True, True, True, False],
            "is_referred": [True, False, False, True],
            "first_purchase_date": pd.to_datetime(["2026-01-01", "2026-01-01", "2025-01-01", None]),
        }
    )
    amounts = pd.Series({"a": 30.0, "b": 10.0, "c": 99.0})
    found = referrals.measure_referrals(leads, amounts, since=pd.Timestamp("2025-12-31"))
    assert (found["lead_share"], found["n_won"], found["won_share"], found["amount_share"]) == (0.5, 2, 0.5, 0.75)
    nobody = referrals.measure_referrals(leads.iloc[:0], amounts, since=START)
    assert nobody["n_leads"] == 0
    assert np.isnan(nobody["lead_share"])


def test_the_first_year_is_counted_where_it_is_over():
    first = pd.to_datetime(["2025-01-01", "2025-07-01", "2025-07-02"])
    leads = pd.DataFrame({"customer_id": list("abc"), "first_purchase_date": first, "is_won": True})
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c"],
            "order_date": pd.to_datetime(["2025-12-31", "2026-01-01", "2025-07-01", "2025-08-01"]),
            "amount": [1.0, 2.0, 4.0, 8.0],
        }
    )
    assert referrals.sum_first_year(orders, leads, as_of=AS_OF).to_dict() == {"a": 1.0, "b": 4.0}


def test_those_brought_and_the_others_are_compared(leads):
    years = pd.Series(100.0, index=leads["customer_id"]).where(~leads.set_index("customer_id")["is_referred"], 300.0)
    found = referrals.compare_referred(leads, years).set_index("is_referred")
    assert found["mean_amount"].to_dict() == {False: 100.0, True: 300.0}
    assert referrals.compare_referred(leads.iloc[:0], years).empty


def test_who_brought_most():
    people = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"],
            "referred_by": [None, "a", "a", "b"],
            "n_purchase_days": [3, 1, 0, 2],
        }
    )
    found = referrals.rank_referrers(people, pd.Series({"b": 10.0, "d": 50.0}), n=5)
    assert found["customer_id"].tolist() == ["b", "a"]
    assert found[["n_brought", "n_bought", "brought_amount"]].to_numpy().tolist() == [[1, 1, 50.0], [2, 1, 10.0]]
    assert referrals.rank_referrers(people.drop(columns="referred_by"), pd.Series(dtype=float), n=5).empty
