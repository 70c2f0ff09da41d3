"""The bridge by hand, by a planted company, and as a property: it adds up to the cent whatever comes in."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.monitor.bridge import STEPS, build_changes, compute_retention, summarise_bridge

BASE_END = "2024-04-01"
OLD, NEW = pd.Timestamp("2023-05-05"), pd.Timestamp("2024-04-01")


def _changes(now, base, first=None, prices=None, start=BASE_END):
    ids = set(now["customer_id"]) | set(base["customer_id"])
    dates = pd.Series({name: (first or {}).get(name, OLD) for name in ids})
    return build_changes(now, base, dates, prices, base_end=BASE_END, start=start)


def test_each_customer_is_on_the_step_that_it_belongs_to(customer_periods):
    now = customer_periods(new=5, returned=6, grown=20.01, shrunk=9.99, same=7, credit=(-3, 0), late_credit=(-2, 0))
    base = customer_periods(grown=20, shrunk=10, same=7, lost=30, late_credit=8, old_credit=(-1, 0))
    steps = _changes(now, base, {"new": NEW}).set_index("customer_id")["step"].to_dict()
    assert steps == {"new": "new", "returned": "returned", "grown": "grown", "shrunk": "shrunk", "same": "unchanged",
                     "lost": "lost", "late_credit": "lost", "credit": "credits", "old_credit": "credits"}  # fmt: skip


def test_a_first_purchase_on_the_last_day_of_the_base_is_not_new(customer_periods):
    """Its order was taken back in the base, so that it did not count as a purchase of any amount then."""
    found = _changes(customer_periods(a=5), customer_periods(b=1), {"a": NEW - pd.Timedelta(days=1)})
    assert found.set_index("customer_id")["step"]["a"] == "returned"


def test_only_a_first_purchase_in_the_period_itself_is_new(customer_periods):
    """The base ended a month before the period began: whoever was won in that month is named apart."""
    first = {"old": OLD, "between": NEW, "last_day": "2024-04-30", "new": "2024-05-01"}
    now = customer_periods(old=1.0, between=2.0, last_day=4.0, new=8.0)
    found = _changes(now, customer_periods(lost=3.0), {name: pd.Timestamp(day) for name, day in first.items()},
                     start="2024-05-01")  # fmt: skip
    assert found.set_index("customer_id")["step"].to_dict() == {
        "old": "returned", "between": "between", "last_day": "between", "new": "new", "lost": "lost",
    }  # fmt: skip
    bridge = summarise_bridge(found).set_index("step")
    assert bridge.loc[["new", "between", "returned", "lost"], "change_amount"].tolist() == [8.0, 6.0, 1.0, -3.0]


def test_money_and_retention_by_hand(customer_periods):
    now = customer_periods(new=5, returned=6, grown=25, shrunk=4)
    base = customer_periods(grown=20, shrunk=10, lost=30)
    bridge = summarise_bridge(_changes(now, base, {"new": NEW})).set_index("step")
    assert bridge["change_amount"].to_dict() == {"new": 5, "returned": 6, "grown": 5, "unchanged": 0, "shrunk": -6,
                                                 "lost": -30, "credits": 0, "between": 0}  # fmt: skip
    assert bridge["n_customers"].to_dict() == {"new": 1, "returned": 1, "grown": 1, "unchanged": 0, "shrunk": 1,
                                               "lost": 1, "credits": 0, "between": 0}  # fmt: skip
    kept = compute_retention(bridge.reset_index())
    assert (kept.n_customers, kept.base_amount) == (3, 60.0)
    assert (kept.gross_share, kept.net_share) == (pytest.approx(24 / 60), pytest.approx(29 / 60))


def test_price_and_volume_divide_the_change_of_those_who_stayed(customer_periods):
    now, base = customer_periods(a=30, b=8, c=5), customer_periods(a=20, b=10, d=4)
    prices = pd.DataFrame({"customer_id": ["a", "b", "c"], "price_amount": [3.0, np.nan, np.nan]})
    bridge = summarise_bridge(_changes(now, base, {"c": NEW}, prices)).set_index("step")
    assert bridge.loc["grown", ["price_amount", "volume_amount"]].tolist() == [3.0, 7.0]
    assert bridge.loc["shrunk", ["price_amount", "volume_amount"]].tolist() == [0.0, -2.0]
    assert bridge.loc[["new", "lost", "returned", "credits"], "price_amount"].isna().all()


def test_without_any_known_price_nothing_is_divided(customer_periods):
    bridge = summarise_bridge(_changes(customer_periods(a=30), customer_periods(a=20)))
    assert bridge[["price_amount", "volume_amount"]].isna().all(axis=None)


def test_retention_is_unknown_where_nothing_was_sold(customer_periods):
    kept = compute_retention(summarise_bridge(_changes(customer_periods(a=5), customer_periods(b=(-1, 0)))))
    assert (kept.gross_share, kept.net_share) == (None, None)


def test_a_customer_with_nothing_but_a_delivery_due_is_not_in_the_bridge(customer_periods):
    waiting = customer_periods(a=(0, 0)).assign(n_orders=0)
    assert _changes(waiting, customer_periods(b=1))["customer_id"].tolist() == ["b"]


def test_a_planted_company_is_found_again(customer_periods):
    """Known truth: 400 customers whose step and amounts were drawn; the bridge returns what was planted."""
    rng = np.random.default_rng(7)
    truth = pd.DataFrame({"step": rng.choice(["new", "returned", "grown", "shrunk", "lost"], 400)})
    truth["customer_id"] = [f"c{i}" for i in truth.index]
    size, factor = rng.lognormal(5, 1, 400).round(2), rng.uniform(0.1, 0.9, 400)
    is_kept = truth["step"].isin(["grown", "shrunk"])
    truth["amount"] = np.where(truth["step"] == "lost", 0, size)
    other = np.where(truth["step"] == "grown", size * factor, size / factor)
    truth["base"] = np.where(is_kept, other, np.where(truth["step"] == "lost", size, 0)).round(2)
    now, base = (truth.loc[truth[name] > 0].set_index("customer_id")[name] for name in ("amount", "base"))
    first = dict.fromkeys(truth.loc[truth["step"] == "new", "customer_id"], NEW)
    bridge = summarise_bridge(_changes(customer_periods(**now), customer_periods(**base), first)).set_index("step")
    planted = (truth["amount"] - truth["base"]).groupby(truth["step"]).sum()
    for step, change in planted.items():
        assert bridge.loc[step, "change_amount"] == pytest.approx(change, abs=0.005)
        assert bridge.loc[step, "n_customers"] == (truth["step"] == step).sum()
    net = compute_retention(bridge.reset_index()).net_share
    assert net == pytest.approx(truth.loc[is_kept, "amount"].sum() / truth["base"].sum(), abs=1e-6)


amounts = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.integers(-(10**9), 10**9).map(lambda n: n / 1e6), st.integers(0, 2)),
    max_size=8,
)


def bridge_sum(changes):
    return summarise_bridge(changes)["change_amount"].sum()


def _assert_adds_up(customer_periods, now, base, new):
    changes = _changes(customer_periods(**now), customer_periods(**base), dict.fromkeys(new, NEW))
    later = _changes(customer_periods(**now), customer_periods(**base), dict.fromkeys(new, NEW), start="2024-05-01")
    assert summarise_bridge(later)["change_amount"].sum() == pytest.approx(bridge_sum(changes), abs=0.005)
    bridge = summarise_bridge(changes)
    before, after = (round(bridge[name].sum() * 100) for name in ("base_amount", "amount"))
    assert before + sum(round(change * 100) for change in bridge["change_amount"]) == after
    assert abs(after - 100 * sum(amount for amount, _ in now.values())) <= 0.5 + 1e-6
    assert abs(before - 100 * sum(amount for amount, _ in base.values())) <= 0.5 + 1e-6
    assert bridge["n_customers"].sum() == len(now | base)
    assert bridge["step"].tolist() == list(STEPS)


@settings(max_examples=10, deadline=None)
@given(now=amounts, base=amounts, new=st.sets(st.sampled_from("abcdefgh")))
def test_the_bridge_adds_up_to_the_cent_and_to_the_customer(customer_periods, now, base, new):
    _assert_adds_up(customer_periods, now, base, new)


@pytest.mark.full
@settings(max_examples=300, deadline=None)
@given(now=amounts, base=amounts, new=st.sets(st.sampled_from("abcdefgh")))
def test_the_bridge_adds_up_for_many_companies(customer_periods, now, base, new):
    _assert_adds_up(customer_periods, now, base, new)


@pytest.mark.full
@settings(max_examples=100, deadline=None)
@given(now=amounts, base=amounts)
def test_steps_exchange_their_places_when_time_runs_backwards(customer_periods, now, base):
    one, other = customer_periods(**now), customer_periods(**base)
    there = _changes(one, other, dict.fromkeys("abcdefgh", NEW)).set_index("customer_id")
    back = _changes(other, one, dict.fromkeys("abcdefgh", NEW)).set_index("customer_id")
    mirror = {"new": "lost", "lost": "new", "grown": "shrunk", "shrunk": "grown", "unchanged": "unchanged",
              "credits": "credits"}  # fmt: skip
    assert there["step"].map(mirror).to_dict() == back["step"].to_dict()
