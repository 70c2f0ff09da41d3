import numpy as np
import pandas as pd
import pytest
from simulators.survival import own_rhythms

from portfolio_lab.analysis.spells import (
    as_lifetimes,
    build_spells,
    compute_inactive_days,
    derive_entry,
    detect_left_truncation,
    name_cause,
)
from portfolio_lab.analysis.stages.stays import build_stage_stays
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import StagePolicy, StageRule

DAY = pd.Timestamp("2024-01-01")
AS_OF = DAY + pd.Timedelta(days=400)


def orders(**days_by_customer):
    rows = [(name, DAY + pd.Timedelta(days=day)) for name, days in days_by_customer.items() for day in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date"])
    return frame.assign(is_purchase_day=True)


def closures(customer_id, day, reason=None):
    closed = DAY + pd.Timedelta(days=day)
    return pd.DataFrame({"customer_id": [customer_id], "closed_date": [closed], "closed_reason": [reason]})


def listed(spells):
    return spells[["spell_number", "duration_days", "event_observed", "cause", "n_purchase_days"]].values.tolist()


def test_a_gap_longer_than_the_line_ends_a_spell_at_the_line():
    found = build_spells(orders(a=[0, 30, 151]), as_of=AS_OF, inactive_days=120)
    assert listed(found) == [[1, 150, True, "inactivation", 2], [2, 120, True, "inactivation", 1]]
    assert found["end_date"].tolist() == [DAY + pd.Timedelta(days=150), DAY + pd.Timedelta(days=271)]


def test_a_purchase_exactly_on_the_line_comes_in_time():
    found = build_spells(orders(a=[0, 30, 150]), as_of=AS_OF, inactive_days=120)
    assert listed(found) == [[1, 270, True, "inactivation", 3]]


@pytest.mark.parametrize(("last", "expected"), [(280, True), (281, False)])
def test_the_line_reached_on_as_of_counts_and_a_day_later_is_censored(last, expected):
    found = build_spells(orders(a=[200, last]), as_of=AS_OF, inactive_days=120)
    assert listed(found) == [[1, 200, expected, "inactivation" if expected else "none", 2]]


def test_several_rows_of_a_day_count_once_and_returns_are_no_purchase():
    days = pd.concat([orders(a=[300, 300]), orders(a=[340]).assign(is_purchase_day=False)])
    found = build_spells(days, as_of=AS_OF, inactive_days=120)
    assert found[["n_purchase_days", "duration_days"]].values.tolist() == [[1, 100]]


@pytest.mark.parametrize(
    ("closed_day", "reason", "duration", "cause"),
    [
        (60, "moved away", 60, "closure"),
        (60, "Blocked: unpaid", 60, "blocked"),
        (120, None, 120, "closure"),
        (121, None, 120, "inactivation"),
    ],
)
def test_a_closure_before_or_on_the_line_censors_and_names_its_cause(closed_day, reason, duration, cause):
    found = build_spells(orders(a=[0]), closures("a", closed_day, reason), as_of=AS_OF, inactive_days=120)
    assert found[["duration_days", "event_observed", "cause"]].values.tolist() == [
        [duration, cause == "inactivation", cause]
    ]


def test_a_purchase_after_the_closure_opens_a_new_spell():
    found = build_spells(orders(a=[0, 100]), closures("a", 50), as_of=AS_OF, inactive_days=120)
    assert listed(found) == [[1, 50, False, "closure", 1], [2, 120, True, "inactivation", 1]]


def test_a_closure_on_the_day_of_the_last_purchase_counts():
    found = build_spells(orders(a=[0, 100]), closures("a", 0), as_of=AS_OF, inactive_days=120)
    assert listed(found) == [[1, 0, False, "closure", 1], [2, 120, True, "inactivation", 1]]


def test_causes_are_read_from_the_reason():
    assert [name_cause(text) for text in ("Account LOCKED", "credit stop", "merged", None)] == [
        "blocked",
        "blocked",
        "closure",
        "closure",
    ]


def test_lines_of_their_own_per_customer_and_per_purchase():
    days = orders(a=[0, 100], b=[0, 100])
    per_customer = pd.Series({"a": 90, "b": 110})
    found = build_spells(days, as_of=AS_OF, inactive_days=per_customer)
    assert found.groupby("customer_id")["spell_number"].max().to_dict() == {"a": 2, "b": 1}
    keys = pd.MultiIndex.from_frame(days[["customer_id", "order_date"]])
    per_purchase = pd.Series([100, 30, 99, 30], index=keys)
    found = build_spells(days, as_of=AS_OF, inactive_days=per_purchase)
    assert found[["customer_id", "duration_days"]].values.tolist() == [["a", 130], ["b", 99], ["b", 30]]


def test_what_cannot_be_right_is_refused():
    with pytest.raises(AnalysisError, match="purchases after as_of"):
        build_spells(orders(a=[401]), as_of=AS_OF, inactive_days=120)
    with pytest.raises(AnalysisError, match="no positive inactive_days"):
        build_spells(orders(a=[0], b=[1]), as_of=AS_OF, inactive_days=pd.Series({"a": 120}))
    with pytest.raises(AnalysisError, match="no positive inactive_days"):
        build_spells(orders(a=[0]), as_of=AS_OF, inactive_days=0)


def test_input_is_left_alone():
    days = orders(a=[0, 30])
    before = days.copy()
    build_spells(days, as_of=AS_OF, inactive_days=120)
    pd.testing.assert_frame_equal(days, before)


POLICIES = {
    "days": StagePolicy(),
    "own cycles": StagePolicy(
        rules=(StageRule(family="own_cycle", pre_inactive_at=2.0, inactive_at=3.0, typical_gap_days=30),)
    ),
}


@pytest.mark.parametrize("name", POLICIES)
def test_the_event_is_that_of_the_stages(name):
    """On a simulated company each inactivation of a spell is a day on which the stage turns to inactivated."""
    days = own_rhythms(np.random.default_rng(0), n=300)
    as_of = pd.Timestamp("2023-12-31")
    ids = days["customer_id"].unique()
    customers = pd.DataFrame({"customer_id": ids, "segment": "shop", "closed_date": pd.NaT})
    customers.loc[::9, "closed_date"] = pd.Timestamp("2023-03-05")
    lines = compute_inactive_days(days, customers, as_of=as_of, policy=POLICIES[name])
    spells = build_spells(days, customers[["customer_id", "closed_date"]], as_of=as_of, inactive_days=lines)
    stays = build_stage_stays(days, customers, as_of=as_of, policy=POLICIES[name])
    turned = stays.loc[stays["stage"] == "inactivated", ["customer_id", "start_date"]].to_numpy().tolist()
    events = spells.loc[spells["event_observed"], ["customer_id", "end_date"]].to_numpy().tolist()
    assert len(events) > 100
    assert sorted(events) == sorted(turned)


def test_an_opening_crowd_is_seen_and_a_steady_stream_is_not():
    steady = pd.Series(DAY + pd.to_timedelta(np.arange(400), unit="D"))
    found = detect_left_truncation(steady, window_start=DAY, as_of=AS_OF, inactive_days=100)
    assert (found.n_early, found.later_median, found.is_truncated) == (100, 100, False)
    crowd = pd.concat([steady, pd.Series([DAY] * 200)])
    assert not detect_left_truncation(crowd, window_start=DAY, as_of=AS_OF, inactive_days=100).is_truncated
    crowd = pd.concat([steady, pd.Series([DAY] * 201)])
    assert detect_left_truncation(crowd, window_start=DAY, as_of=AS_OF, inactive_days=100).is_truncated


def test_customers_chosen_by_their_start_are_not_called_truncated():
    found = detect_left_truncation(pd.Series([DAY] * 500), window_start=DAY, as_of=AS_OF, inactive_days=100)
    assert np.isinf(found.ratio)
    assert not found.is_truncated


def test_a_short_history_says_nothing_about_truncation():
    found = detect_left_truncation(pd.Series([DAY] * 9), window_start=DAY, as_of=AS_OF, inactive_days=200)
    assert not found.is_truncated
    assert np.isnan(found.ratio)


def test_old_customers_enter_when_the_window_can_first_tell():
    """old: here for 500 days; gone: old, silent before day 120; unknown: no date; new: began inside the stretch."""
    days = orders(old=[10, 60, 170], gone=[0], unknown=[20, 100, 200], new=[30, 90, 200], later=[130, 200])
    known = pd.Series({"old": DAY - pd.Timedelta(days=500), "gone": DAY - pd.Timedelta(days=9), "new": DAY})
    known["new"] = DAY + pd.Timedelta(days=30)
    spells = build_spells(days, as_of=AS_OF, inactive_days=120)
    found = derive_entry(spells, known, window_start=DAY).set_index("customer_id")
    assert found.loc["old", ["entry_days", "duration_days"]].tolist() == [620, 790]
    assert "gone" not in found.index
    assert found["is_start_known"].to_dict() == {"old": True, "unknown": False, "new": True, "later": True}
    assert found.loc[["new", "later"], "entry_days"].tolist() == [0, 0]
    assert set(as_lifetimes(found.reset_index())["customer_id"]) == {"old", "new", "later"}


def test_without_known_starts_the_early_ones_lose_their_age():
    spells = build_spells(orders(a=[119, 150], b=[120, 150]), as_of=AS_OF, inactive_days=120)
    found = derive_entry(spells, window_start=DAY)
    assert found["is_start_known"].tolist() == [False, True]
