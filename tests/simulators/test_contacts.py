import numpy as np
import pandas as pd
from simulators.contacts import SHOP_END, contacts_after_claims, contacts_of_a_shop


def test_orders_follow_visits_and_not_messages():
    order_days, log = contacts_of_a_shop(np.random.default_rng(1), n=300, n_days=400)
    assert order_days["order_date"].max() <= SHOP_END and set(log["channel"]) == {"visit", "message"}
    pairs = log.merge(order_days, on="customer_id")
    wait = (pairs["order_date"] - pairs["contact_date"]).dt.days
    soon = pairs[wait.between(1, 21)].groupby("channel").size() / log.groupby("channel").size()
    assert 1.3 < soon["visit"] / soon["message"] < 2.3
    assert isinstance(order_days["is_purchase_day"].iloc[0], (bool, np.bool_)) and isinstance(log, pd.DataFrame)


def test_whoever_had_a_claim_is_called_more_and_orders_less():
    orders, log, claims = contacts_after_claims(n=600)
    day = claims["opened_date"].iloc[0]
    share = {}
    for name, events, when in (("orders", orders, orders["order_date"]), ("calls", log, log["contact_date"])):
        is_theirs = events["customer_id"].isin(claims["customer_id"])
        share[name] = is_theirs[when > day].mean() / is_theirs[when < day].mean()
    assert 0.5 < share["orders"] < 0.75 and 2.0 < share["calls"] < 2.9
    assert max(orders["order_date"].max(), log["contact_date"].max()) < pd.Timestamp("2026-06-30")
