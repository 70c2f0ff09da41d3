"""What the page reads of a company that records much and of one with orders alone."""

import numpy as np
import pandas as pd
import pytest
from simulators.growth_review import review_of

from portfolio_lab.analysis.growth.headroom import LOOK_ALIKES, POTENTIAL
from portfolio_lab.reports.topics.growth_inputs import NO_CLASS, NOBODY, read_growth


@pytest.fixture(scope="module")
def full():
    return read_growth(review_of(np.random.default_rng(1)))


@pytest.fixture(scope="module")
def bare():
    return read_growth(review_of(np.random.default_rng(1), with_tables=False))


def test_customers_have_class_stage_owner_and_a_name(full):
    people = full.customers
    assert set(people["owner"]) == {"Ana"}
    assert {"A", "B", "C", NO_CLASS} >= set(people["abc_class"]) - {"C0"}
    assert people["stage"].isin(["prospect", "active", "pre_inactive", "inactivated", "inactive"]).all()
    assert people["name"].notna().all()


def test_headroom_leaves_prospects_out_and_says_on_what_it_stands(full, bare):
    assert (full.headroom["n_purchase_days"] > 0).all()
    assert {POTENTIAL, LOOK_ALIKES} <= set(full.headroom["target_source"])
    assert POTENTIAL not in set(bare.headroom["target_source"])
    bought = full.order_days
    year = bought[bought["order_date"] > full.as_of - pd.DateOffset(months=12)].groupby("customer_id")["amount"].sum()
    amounts = full.headroom.set_index("customer_id")["amount"]
    assert amounts.sum() == pytest.approx(year.sum(), abs=3)


def test_what_a_company_knows(full, bare):
    known = ["has_potential", "has_arrivals", "has_sources", "has_referrals", "has_costs"]
    assert all(getattr(full, name) for name in known)
    assert not any(getattr(bare, name) for name in known)


def test_leads_and_prospects(full, bare):
    assert len(full.prospects) == (full.customers["stage"] == "prospect").sum() > 50
    assert (full.leads["n_contacts"] >= 1).all()
    assert bare.leads.empty
    assert bare.prospects.empty
    assert set(bare.customers["owner"]) == {NOBODY}


def test_contacts_without_a_cost_are_read_all_the_same():
    review = review_of(np.random.default_rng(2), n=80)
    without = review.table("contacts").drop(columns="cost_amount")
    table = review.table
    review.table = lambda name: without if name == "contacts" else table(name)
    assert not read_growth(review).has_costs
