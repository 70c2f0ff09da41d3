import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.observational.contact_effects import (
    choose_weeks,
    estimate_contact_effects,
    rank_by_year,
)

AS_OF = pd.Timestamp("2026-06-30")


def company(rng, *, n=500, n_days=600, lift=1.8):
    """Customers ordering day by day; visits lift the rate for three weeks, messages do nothing; the late are called."""
    rate = rng.gamma(4.0, 0.01, n)
    working, last = np.zeros(n), np.full(n, -30.0)
    orders, contacts = [], []
    for day in range(n_days):
        ordered = rng.random(n) < rate * np.where(working > 0, lift, 1.0)
        last[ordered] = day
        orders += [(f"c{i:04d}", day) for i in np.flatnonzero(ordered)]
        late = np.clip((day - last) * rate, 0, 3)
        chosen = rng.random(n) < 0.006 + 0.006 * late
        kind = rng.random(n) < 0.5
        contacts += [(f"c{i:04d}", day, "visit" if kind[i] else "message") for i in np.flatnonzero(chosen)]
        working = np.where(chosen & kind, 21, working - 1)
    origin = AS_OF - pd.Timedelta(days=n_days - 1)
    order_days = pd.DataFrame(orders, columns=["customer_id", "day"])
    log = pd.DataFrame(contacts, columns=["customer_id", "day", "channel"])
    order_days["order_date"] = origin + pd.to_timedelta(order_days.pop("day"), unit="D")
    log["contact_date"] = origin + pd.to_timedelta(log.pop("day"), unit="D")
    return order_days.assign(amount=100.0, is_purchase_day=True), log


@pytest.fixture(scope="module")
def found():
    order_days, log = company(np.random.default_rng(4))
    dates = choose_weeks(AS_OF, n_weeks=50)
    return estimate_contact_effects(order_days, log, dates=dates, as_of=AS_OF)


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
    assert found.sample.treated.sum() == found.cells["n_treated"].max()
    assert len(found.adjusted.score) == found.sample.n


def test_weeks_end_with_their_follow_up():
    weeks = choose_weeks(AS_OF, n_weeks=3)
    assert weeks[-1] == AS_OF - pd.Timedelta(days=12) and (weeks[1] - weeks[0]).days == 7


def test_nobody_contacted_gives_no_cell():
    order_days, log = company(np.random.default_rng(1), n=40, n_days=300)
    none = estimate_contact_effects(order_days, log.head(5), dates=choose_weeks(AS_OF, n_weeks=5), as_of=AS_OF)
    assert none.cells.empty and none.sample is None


def test_classes_are_those_of_the_year_before():
    rows = pd.DataFrame(
        {"landmark_date": [AS_OF] * 5 + [AS_OF - pd.Timedelta(days=7)], "amount_year": [79.0, 2.0, 14.0, 5.0, 0.0, 1.0]}
    )
    assert rank_by_year(rows, cuts=(80.0, 95.0)).tolist() == ["A", "C", "A", "B", "C", "A"]
