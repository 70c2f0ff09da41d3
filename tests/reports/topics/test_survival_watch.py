from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.reports.topics.survival_groups import add_salespeople
from portfolio_lab.reports.topics.survival_inputs import read_stays
from portfolio_lab.reports.topics.survival_watch import (
    COLUMNS,
    build_watch_list,
    draw_up,
    list_known_columns,
    read_margins,
    score_today,
    try_out,
)


@pytest.fixture(scope="module")
def review():
    return review_of(np.random.default_rng(1), n=1500)


@pytest.fixture(scope="module")
def stays(review):
    return read_stays(review)


@pytest.fixture(scope="module")
def today(review, stays):
    return score_today(stays, review.order_days())


def test_everybody_active_today_is_scored(stays, today):
    _, scored = today
    is_active = stays.stages["stage"].isin(["active", "pre_inactive"])
    assert len(scored) == pytest.approx(is_active.sum(), abs=2)
    assert (scored["landmark_date"] == stays.company.as_of).all()
    assert scored["p_90"].between(0, 1).all()
    assert scored["days_to_inactivation"].min() >= 1


def test_the_list_has_its_columns_and_respects_the_capacity(review, stays, today):
    model, scored = today
    phrases = {"contacted": "contacted"}
    watch = build_watch_list(
        scored, model, add_salespeople(review, review.snapshots()), stays.stages, phrases=phrases, capacity=7
    )
    assert tuple(watch.columns) == COLUMNS
    assert watch.groupby("salesperson").size().max() <= 7
    assert watch["margin_at_risk_amount"].is_monotonic_decreasing
    assert (watch["latest_contact_date"].dropna() >= pd.Timestamp(review.as_of)).all()
    late = watch["drivers"].str.contains("of its usual order cycles")
    assert late.any()
    assert watch["drivers"].str.count(";").max() <= 2


def test_nobody_active_makes_an_empty_list(review, stays, today):
    model, scored = today
    known = add_salespeople(review, review.snapshots())
    watch = build_watch_list(scored.head(0), model, known, stays.stages, phrases={}, capacity=7)
    assert watch.empty and tuple(watch.columns) == COLUMNS


@pytest.mark.parametrize("unknown", [None, np.nan, ""])
def test_customers_without_a_name_are_listed_by_their_id(review, stays, today, unknown):
    model, scored = today
    known = add_salespeople(review, review.snapshots())
    first = scored["customer_id"].iloc[0]
    known["name"] = pd.Series(unknown, index=known.index, dtype=object).mask(
        known["customer_id"] == first, "Miller Ltd"
    )
    watch = build_watch_list(scored, model, known, stays.stages, phrases={}, capacity=len(scored))
    names = watch.set_index("customer_id")["name"]
    assert (names.drop(first, errors="ignore") == names.index.drop(first, errors="ignore").astype(str)).all()
    assert names.get(first, "Miller Ltd") == "Miller Ltd"


def test_margin_is_known_or_replaced_by_sales(review):
    margins = read_margins(review, 90)
    snapshots = review.snapshots(review.as_of - pd.Timedelta(days=90)).set_index("customer_id")
    assert margins.notna().all()
    unknown = snapshots["margin_amount"].isna()
    assert margins[unknown].equals(snapshots.loc[unknown, "amount"].rename("margin_amount"))


def test_the_trial_knows_nothing_of_what_came_after(review, stays):
    found = try_out(stays, review.order_days(), read_margins(review, 90), params=review.params)
    assert found.date == pd.Timestamp("2023-10-02")
    assert found.k == min(40, found.n // 4)
    assert found.c_index > 0.8
    table = found.rankings.set_index("ranking")
    assert table["precision"].between(0, 1).all()
    assert set(table.index) == {"margin_at_risk", "risk", "days_since_last_order"}
    assert found.precision_gain["low"] <= found.precision_gain["gain"] <= found.precision_gain["high"]
    assert (found.calibration["predicted"] - found.calibration["observed"]).abs().mean() < 0.05


def test_a_list_is_drawn_up_with_its_trial(review, stays):
    drawn = draw_up(review, stays, phrases={})
    assert drawn.problem == ""
    assert drawn.n_listed == len(drawn.listed)
    assert drawn.at_risk_amount == pytest.approx(drawn.listed["margin_at_risk_amount"].sum())
    assert 0 < len(drawn.listed) <= drawn.n_active
    assert set(drawn.listed["salesperson"]) == {"Ana", "Ben"}
    assert drawn.trial.date == stays.company.as_of - pd.Timedelta(days=90)


def test_a_history_too_short_to_learn_from_has_a_sentence_and_no_list(review, stays):
    late = replace(stays.company, window_start=stays.company.as_of - pd.Timedelta(days=150))
    drawn = draw_up(review, replace(stays, company=late), phrases={})
    assert drawn.listed.empty
    assert drawn.problem == "There is no watch list yet: the order history is too short to learn from."
    assert drawn.n_listed is None and drawn.at_risk_amount is None
    assert draw_up(review, replace(stays, company=None), phrases={}).problem.startswith("Stays without dates")


def test_columns_on_people_are_shown_only_where_somebody_is_known():
    columns = ["name", "salesperson", "last_contact_date"]
    nobody = pd.DataFrame({"name": ["x"], "salesperson": [None], "last_contact_date": [pd.NaT]})
    assert list_known_columns(nobody, columns) == ["name"]
    assert list_known_columns(nobody.assign(salesperson="Ana"), columns) == ["name", "salesperson"]
