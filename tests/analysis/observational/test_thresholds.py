import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.observational.discontinuity import Jump
from portfolio_lab.analysis.observational.thresholds import (
    CLASS_LIMITS,
    STAGE_LIMITS,
    Limit,
    build_class_scores,
    build_stage_scores,
    compare_at_limits,
)
from portfolio_lab.policy import AbcPolicy, StagePolicy

DAY = pd.Timestamp("2026-01-01")
ABC = AbcPolicy()


def customers(rng, *, more_contacts, n=1500):
    """Values of a year; above the limit of class A so many contacts more in the next quarter, each worth 0.3 orders."""
    value = np.round(rng.lognormal(8, 1, n), 2)
    ids = np.char.add("c", np.arange(n).astype(str))
    past = pd.DataFrame({"customer_id": ids, "order_date": DAY - pd.Timedelta(days=40), "amount": value})
    scores = build_class_scores(past.assign(is_purchase_day=True), days=[DAY], policy=ABC).set_index("customer_id")
    is_above = (scores["class A"].reindex(ids) >= 0).to_numpy()
    n_contacts = rng.poisson(2.0, n) + more_contacts * is_above
    n_orders = rng.poisson(1 + 0.3 * n_contacts)
    return past, _days(rng, ids, n_contacts, "contact_date"), _days(rng, ids, n_orders, "order_date")


def _days(rng, ids, counts, name):
    rows = pd.DataFrame({"customer_id": np.repeat(ids, counts)})
    turn = rows.groupby("customer_id").cumcount().to_numpy()
    return rows.assign(**{name: DAY + pd.to_timedelta((turn * 7) % 91, unit="D")})


def compare(rng, *, more_contacts):
    past, contacts, later = customers(rng, more_contacts=more_contacts)
    orders = pd.concat([past, later.assign(amount=1.0)]).assign(is_purchase_day=True)
    scores = build_class_scores(orders, days=[DAY], policy=ABC)
    return compare_at_limits(scores, orders, contacts, names=CLASS_LIMITS, period_days=91)


def test_where_contacts_jump_orders_may_be_read():
    found = compare(np.random.default_rng(1), more_contacts=4)[0]
    assert found.name == "class A" and found.has_jump and found.is_sound and found.strength > 50
    assert found.contacts.low <= 4 <= found.contacts.high
    assert found.orders.low <= 1.2 <= found.orders.high


def test_where_they_do_not_there_is_nothing_to_learn():
    limits = [each for run in range(5) for each in compare(np.random.default_rng(run), more_contacts=0)]
    assert not any(each.has_jump for each in limits)


def test_customers_moved_across_spoil_it():
    jump = Jump(4.0, 0.4, 3.2, 4.8, 1.0, 90, 90, 0.1)
    crowded = Jump(1.0, 0.2, 0.6, 1.4, 1.0, 90, 90, 2.5)
    assert Limit("class A", jump, jump, 60.0).is_sound
    assert not Limit("class A", jump, crowded, 60.0).is_sound and not Limit("class A", jump, jump, 9.9).is_sound


def test_the_scores_are_distances_from_the_limits_in_logs():
    past = pd.DataFrame(
        {"customer_id": list("abcd"), "order_date": DAY - pd.Timedelta(days=1), "amount": [70, 20, 8, 2]}
    )
    scores = build_class_scores(past, days=[DAY], policy=ABC).set_index("customer_id")
    assert scores.loc["b", "class A"] == pytest.approx(0) and scores.loc["a", "class A"] == pytest.approx(np.log(3.5))
    assert scores.loc["c", "class B"] == pytest.approx(0) and scores.loc["d", "class B"] < 0
    assert build_class_scores(past, days=[DAY - pd.Timedelta(days=9)], policy=ABC).empty


def test_silence_is_counted_from_the_lines_of_the_policy():
    past = pd.DataFrame(
        {"customer_id": list("ab"), "order_date": [DAY - pd.Timedelta(days=70), DAY - pd.Timedelta(days=130)]}
    )
    scores = build_stage_scores(
        past.assign(is_purchase_day=True), pd.Series(dtype=object), days=[DAY], policy=StagePolicy()
    ).set_index("customer_id")
    assert scores[STAGE_LIMITS[0]].tolist()[0] == 10 and np.isnan(scores.loc["b", STAGE_LIMITS[0]])
    assert scores[STAGE_LIMITS[1]].tolist() == [-50, 10]


def test_silence_on_many_days_is_that_of_each_day_alone(shop):
    order_days, _ = shop
    days = list(pd.date_range("2025-03-01", periods=5, freq="90D"))
    asked = {"order_days": order_days, "segments": pd.Series(dtype=object), "policy": StagePolicy()}
    alone = [build_stage_scores(**asked, days=[day]) for day in days]
    together = build_stage_scores(**asked, days=days)
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))
    assert together[STAGE_LIMITS[1]].max() > 0 and len({len(each) for each in alone}) > 1


def test_too_few_near_the_limit_give_no_number():
    past = pd.DataFrame(
        {"customer_id": list("abcd"), "order_date": DAY - pd.Timedelta(days=1), "amount": [70, 20, 8, 2]}
    )
    orders, contacts = past.assign(is_purchase_day=True), past.rename(columns={"order_date": "contact_date"})
    scores = build_class_scores(orders, days=[DAY], policy=ABC)
    found = compare_at_limits(scores, orders, contacts, names=CLASS_LIMITS, period_days=91)
    assert [each.contacts for each in found] == [None, None] and not found[0].has_jump
