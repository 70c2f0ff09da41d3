import numpy as np
import pandas as pd
import pytest
from simulators.growth import AS_OF, sourced

from portfolio_lab.analysis.acquisition import leads

START = pd.Timestamp("2023-01-01")


@pytest.fixture(scope="module")
def known():
    people = sourced(np.random.default_rng(8), n=4000, per_day={"referral": 0.02, "web": 0.005})
    return leads.build_leads(people, as_of=AS_OF, history_start=START)


def test_the_true_share_that_buys_is_recovered_though_many_leads_are_young(known):
    """Of the winnable 70 %, 1 - exp(-rate × days) have bought."""
    table = leads.summarise_conversion(known).set_index("lead_source")
    for source, rate in (("referral", 0.02), ("web", 0.005)):
        row = table.loc[source]
        for days in (90, 180, 365):
            truth = 0.7 * (1 - np.exp(-rate * days))
            assert row[f"low_{days}"] - 0.01 <= truth <= row[f"high_{days}"] + 0.01


def test_curves_rise_from_nothing(known):
    curves = leads.build_conversion_curves(known, until=100)
    first = curves[curves["t"] == 0]
    assert first["share"].max() == 0
    assert curves.groupby("group")["share"].apply(lambda values: values.is_monotonic_increasing).all()


def test_leads_by_hand():
    people = pd.DataFrame(
        {
            "customer_id": ["won", "open", "closed", "old", "at once"],
            "created_date": pd.to_datetime(["2026-01-01", "2026-06-20", "2026-01-01", "2022-12-31", "2026-02-01"]),
            "first_purchase_date": pd.to_datetime(["2026-01-11", None, None, "2026-01-01", "2026-01-31"]),
            "closed_date": pd.to_datetime([None, None, "2026-01-31", None, None]),
            "lead_source": ["web", None, "web", "web", "web"],
        }
    )
    found = leads.build_leads(people, as_of=AS_OF, history_start=START).set_index("customer_id")
    assert found["duration"].to_dict() == {"won": 10, "open": 10, "closed": 30, "at once": 0}
    assert found["is_won"].to_dict() == {"won": True, "open": False, "closed": False, "at once": True}
    assert found.loc["open", "lead_source"] == leads.NOT_SAID
    assert not found["is_referred"].any()
    assert leads.summarise_conversion(found.reset_index()).empty
    assert leads.build_conversion_curves(found.reset_index(), until=10).empty


def test_contacts_after_the_first_order_and_those_of_the_customer_do_not_count():
    known = leads.build_leads(
        pd.DataFrame(
            {
                "customer_id": ["a", "b"],
                "created_date": pd.Timestamp("2026-01-01"),
                "first_purchase_date": pd.to_datetime(["2026-02-01", None]),
                "closed_date": pd.NaT,
            }
        ),
        as_of=AS_OF,
        history_start=START,
    )
    contacts = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "a", "b", "x"],
            "contact_date": pd.to_datetime(
                ["2026-01-05", "2026-02-01", "2026-02-02", "2026-01-06", "2026-05-01", "2026-01-01"]
            ),
            "direction": ["out", None, "out", "in", "out", "out"],
            "cost_amount": [10.0, 5.0, 100.0, 100.0, 7.0, 9.0],
        }
    )
    found = leads.count_contacts(known, contacts).set_index("customer_id")
    assert found["n_contacts"].to_dict() == {"a": 2, "b": 1}
    assert found["contact_cost_amount"].to_dict() == {"a": 15.0, "b": 7.0}
    assert leads.count_contacts(known, None)["n_contacts"].isna().all()
    unpriced = leads.count_contacts(known, contacts.drop(columns="cost_amount"))
    assert unpriced["contact_cost_amount"].isna().all()


def test_the_money_of_a_source_counts_for_those_not_won_too(known):
    counted = leads.count_contacts(known, None)
    table = leads.summarise_effort(counted, n_bootstrap=200, seed=1).set_index("lead_source")
    web = known[known["lead_source"] == "web"]
    assert table.loc["web", "cost_per_won_amount"] == pytest.approx(400 * len(web) / web["is_won"].sum())
    assert table.index.tolist() == ["web", "referral"]
    assert (table["low_amount"] < table["cost_per_won_amount"]).all()
    unknown = counted.assign(acquisition_cost_amount=np.nan)
    assert leads.summarise_effort(unknown, n_bootstrap=20, seed=1)["cost_per_won_amount"].isna().all()
