import numpy as np
import pandas as pd
import pytest
from simulators.contacts import contacts_of_a_shop

from portfolio_lab.analysis.observational.cohort import Windows
from portfolio_lab.analysis.observational.contact_effects import (
    choose_weeks,
    choose_windows,
    estimate_contact_effects,
    rank_by_year,
)

AS_OF = pd.Timestamp("2026-06-30")
WINDOWS = Windows(grace_days=7, follow_days=14, max_silent_days=240, rested_days=30)


@pytest.fixture(scope="module")
def found(shop):
    order_days, log = shop
    return estimate_contact_effects(
        order_days, log, dates=choose_weeks(AS_OF, n_weeks=50, windows=WINDOWS), as_of=AS_OF, windows=WINDOWS
    )


def test_the_planted_effect_lies_inside_and_the_idle_channel_is_not_praised(found):
    cells = found.cells
    visits = cells[cells["channel"] == "visit"]
    assert set(cells["channel"]) == {"visit", "message"} and len(visits)
    for row in visits.itertuples():
        assert row.low <= 0.8 * row.control_mean <= row.high
    messages = cells[cells["channel"] == "message"]
    assert ((messages["low"] <= 0) & (messages["high"] >= 0)).all() and not messages["is_clear"].any()
    assert visits["is_clear"].any()
    clear = found.cells[found.cells["is_clear"]]
    assert ((clear["low"] > 0) | (clear["high"] < 0)).all()


def test_it_says_how_contacts_came_about_and_keeps_a_sample_for_the_self_test(found):
    assert found.design.refusal("before_after")
    assert found.sample.treated.sum() >= 100
    assert len(found.adjusted.score) == found.sample.n


def test_weeks_end_with_their_follow_up():
    weeks = choose_weeks(AS_OF, n_weeks=3, windows=WINDOWS)
    assert weeks[-1] == AS_OF - pd.Timedelta(days=20) and (weeks[1] - weeks[0]).days == 7


def test_nobody_contacted_gives_no_cell(shop):
    order_days, log = shop
    dates = choose_weeks(AS_OF, n_weeks=3, windows=WINDOWS)
    none = estimate_contact_effects(order_days, log.head(5), dates=dates, as_of=AS_OF, windows=WINDOWS)
    assert none.cells.empty and none.sample is None


def test_classes_are_those_of_the_year_before():
    rows = pd.DataFrame(
        {"landmark_date": [AS_OF] * 5 + [AS_OF - pd.Timedelta(days=7)], "amount_year": [79.0, 2.0, 14.0, 5.0, 0.0, 1.0]}
    )
    assert rank_by_year(rows, cuts=(80.0, 95.0)).tolist() == ["A", "C", "A", "B", "C", "A"]
    computed = rank_by_year(rows, cuts="computed")
    assert computed.iloc[0] == "A" and computed.iloc[4] == "C"


@pytest.mark.parametrize(("every_days", "follow"), [(20, 7), (60, 7), (75, 14), (200, 28)])
def test_orders_are_counted_for_as_long_as_few_are_contacted_meanwhile(every_days, follow):
    rng = np.random.default_rng(0)
    ids = [f"c{i}" for i in range(300)]
    orders = pd.DataFrame({"customer_id": ids, "order_date": AS_OF - pd.Timedelta(days=460), "amount": 1.0})
    steps = np.arange(0, 460, every_days)
    days = (rng.integers(0, every_days, (300, 1)) + steps).ravel()
    log = pd.DataFrame(
        {"customer_id": np.repeat(ids, len(steps)), "contact_date": AS_OF - pd.to_timedelta(days, unit="D")}
    )
    windows = choose_windows(orders.assign(is_purchase_day=True), log, as_of=AS_OF, max_silent_days=600)
    assert (windows.grace_days, windows.follow_days, windows.rested_days) == (7, follow, 30)


@pytest.mark.full
def test_planted_effects_lie_inside_as_often_as_claimed_and_no_idle_channel_is_praised():
    inside, n_visits, praised = 0, 0, 0
    for seed in range(10):
        order_days, log = contacts_of_a_shop(np.random.default_rng(100 + seed))
        windows = choose_windows(order_days, log, as_of=AS_OF, max_silent_days=240)
        dates = choose_weeks(AS_OF, n_weeks=50, windows=windows)
        cells = estimate_contact_effects(order_days, log, dates=dates, as_of=AS_OF, windows=windows).cells
        visits = cells[cells["channel"] == "visit"]
        planted = 0.8 * visits["control_mean"]
        inside += int(((visits["low"] <= planted) & (planted <= visits["high"])).sum())
        n_visits += len(visits)
        praised += int((cells["is_clear"] & (cells["channel"] == "message") & (cells["effect"] > 0)).sum())
    assert n_visits >= 25 and inside >= 0.93 * n_visits and praised == 0
