from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.reports.topics.survival_inputs import name_measure, read_stays


@pytest.fixture(scope="module")
def review():
    return review_of(np.random.default_rng(0), n=500)


@pytest.fixture(scope="module")
def stays(review):
    return read_stays(review)


def test_dated_stays_have_their_groups_and_drivers(stays):
    assert stays.is_dated
    assert stays.theta_days == 120
    assert stays.groupings == ("segment", "cohort")
    assert stays.landmark_groupings == ("abc_class", "team", "salesperson", "satisfaction")
    assert stays.covariates == ("salesperson_changed", "answered_late", "not_contacted", "is_returned", "segment")
    assert stays.landmark == pd.Timestamp("2022-12-31")
    assert stays.n_salespeople == 2
    assert (stays.driver_factor, stays.driver_line, stays.driver_strata) == (2.0, 240, ("pace", "age"))


def test_a_company_that_brings_orders_only_is_followed_all_the_same():
    stays = read_stays(review_of(np.random.default_rng(0), n=300, with_tables=False))
    assert stays.covariates == ("is_returned", "segment")
    assert stays.landmark_groupings == ("abc_class", "salesperson")
    assert stays.events == {}
    assert (stays.driver_factor, stays.driver_strata) == (1.0, ())
    assert stays.driver_rows["event_observed"].sum() == stays.lifetimes["event_observed"].sum()


def test_a_landmark_before_the_history_has_no_groups(review):
    params = SimpleNamespace(**{**vars(review.params), "landmark_days": 4000})
    stays = read_stays(SimpleNamespace(**{**vars(review), "params": params}))
    assert stays.landmark_groupings == ()
    assert stays.landmark_rows.empty


def test_money_at_stake_is_margin_only_where_a_margin_is_known(stays, review):
    assert stays.measure == "margin"
    assert name_measure(review.snapshots().assign(margin_amount=np.nan)) == "sales"
