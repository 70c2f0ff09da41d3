from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.topics.survival_inputs import (
    add_salespeople,
    as_number,
    fill_gaps,
    name_measure,
    name_salespeople,
    read_events,
    read_landmark_values,
    read_stays,
)


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


def test_driver_rows_are_the_same_stays_cut_up(stays):
    assert stays.driver_rows["event_observed"].sum() == stays.lifetimes["event_observed"].sum()
    cut = (stays.driver_rows["duration"] - stays.driver_rows["entry"]).sum()
    assert cut == pytest.approx((stays.lifetimes["duration"] - stays.lifetimes["entry"]).sum())
    assert set(stays.driver_rows["not_contacted"]) == {0.0, 1.0}


def test_a_company_that_brings_orders_only_is_followed_all_the_same():
    stays = read_stays(review_of(np.random.default_rng(0), n=300, with_tables=False))
    assert stays.covariates == ("is_returned", "segment")
    assert stays.landmark_groupings == ("abc_class", "salesperson")
    assert stays.events == {}


def test_tables_without_a_single_event_make_no_flag(review):
    silent = SimpleNamespace(**{**vars(review), "table": lambda name, day=None: review.table(name).head(0)})
    assert read_events(silent) == {}


def test_a_landmark_before_the_history_has_no_groups(review):
    params = SimpleNamespace(**{**vars(review.params), "landmark_days": 4000})
    stays = read_stays(SimpleNamespace(**{**vars(review), "params": params}))
    assert stays.landmark_groupings == ()
    assert stays.landmark_rows.empty


def test_groups_are_those_known_on_the_landmark(review):
    asked = []
    watched = SimpleNamespace(**{**vars(review), "snapshots": lambda day: asked.append(day) or review.snapshots(day)})
    known = read_landmark_values(watched, pd.Timestamp("2022-12-31"))
    assert [str(day) for day in asked] == ["2022-12-31"]
    assert set(known["team"]) == {"North", "South"}
    assert set(known["salesperson"]) == {"Ana", "Ben"}
    assert set(known["satisfaction"].dropna()) == {"below 5", "5 to 7.5"}


def durations(**changes):
    frame = {"duration": [1.0, 2.0, 3.0], "event_observed": [True, False, True], "Contract": ["a", None, "b"]}
    table = pd.DataFrame(frame | {"charge": ["1.5", "2", "3"]})
    params = SimpleNamespace(groups=["Contract"], covariates=["charge"], duration_unit="months")
    return SimpleNamespace(
        has=lambda name: name == "durations", table=lambda name: table.assign(**changes), params=params
    )


def test_finished_lifetimes_need_no_orders():
    stays = read_stays(durations())
    assert not stays.is_dated
    assert stays.unit == "months"
    assert stays.lifetimes["Contract"].tolist() == ["a", "unknown", "b"]
    assert stays.landmark_rows.empty
    assert stays.n_salespeople == 1
    assert stays.findings == ()
    assert read_stays(durations(event_observed=False)).findings[0].guard == "no_events"


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(AnalysisError, match=r"durations does not have.*'Contract'"):
        read_stays(_without_contract())


def _without_contract():
    review = durations()
    table = review.table("durations").drop(columns="Contract")
    return SimpleNamespace(**{**vars(review), "table": lambda name: table})


def test_text_that_is_all_numbers_is_a_number():
    many = pd.Series([str(n) for n in range(11)])
    assert as_number(many).dtype == float
    assert as_number(many.head(10)).dtype == object
    assert as_number(pd.Series([True, False])).tolist() == [1.0, 0.0]
    blank = as_number(pd.concat([many, pd.Series([" ", None])], ignore_index=True))
    assert blank.isna().sum() == 2
    assert fill_gaps(blank).iloc[-1] == 5.0
    assert fill_gaps(pd.Series(["a", None])).isna().sum() == 1
    assert as_number(pd.concat([many, pd.Series(["x"])])).dtype == object


def test_gaps_and_sums_over_the_stay_are_told():
    n = 40
    table = pd.DataFrame({"duration": np.arange(1.0, n + 1), "event_observed": True})
    table["total"] = (table["duration"] * 10).astype(str).where(table.index > 2, " ")
    table["rate"] = pd.Series(np.random.default_rng(0).normal(size=n)).where(table.index > 1)
    params = SimpleNamespace(groups=[], covariates=["total", "rate"], duration_unit="months")
    stays = read_stays(SimpleNamespace(has=lambda name: name == "durations", table=lambda name: table, params=params))
    assert [finding.guard for finding in stays.findings] == ["gaps", "lifetime_total"]
    assert stays.findings[0].sentence == "rate is missing for 2 of 40 stays; the median stands in."
    assert stays.findings[1].sentence.startswith("total grows with the length of a stay")
    assert "left out of the effects" in stays.findings[1].sentence
    assert stays.driver_rows["rate"].notna().all()


def test_a_sum_over_the_stay_is_no_covariate():
    n = 60
    table = pd.DataFrame({"duration": np.arange(1.0, n + 1), "event_observed": True})
    table = table.assign(total=table["duration"] * 10, left=-table["duration"], rate=np.resize(np.arange(12.0), n))
    params = SimpleNamespace(groups=[], covariates=["total", "rate", "left"], duration_unit="months")
    stays = read_stays(SimpleNamespace(has=lambda name: name == "durations", table=lambda name: table, params=params))
    assert stays.covariates == ("rate",)
    assert "total grows with" in stays.findings[0].sentence
    assert "left falls with" in stays.findings[1].sentence


def test_money_at_stake_is_margin_only_where_a_margin_is_known(stays, review):
    assert stays.measure == "margin"
    assert name_measure(review.snapshots().assign(margin_amount=np.nan)) == "sales"


def test_salespeople_have_names_where_they_are_known(review):
    snapshots = add_salespeople(review, review.snapshots())
    assert set(snapshots["salesperson"]) == {"Ana", "Ben"}
    people = pd.DataFrame({"salesperson_id": ["1", "2", "3"], "name": ["Ana", "Ana", None]})
    ids = pd.Series(["1", "2", "3", "4"])
    known = SimpleNamespace(has=lambda name: True, table=lambda name: people)
    assert name_salespeople(known, ids).tolist() == ["Ana (1)", "Ana (2)", "3", "4"]
    nameless = SimpleNamespace(has=lambda name: True, table=lambda name: people[["salesperson_id"]])
    assert name_salespeople(nameless, ids).equals(ids)
    assert name_salespeople(SimpleNamespace(has=lambda name: False), ids).equals(ids)
