import numpy as np
import pandas as pd
import pytest
from simulators.survival import own_rhythms

from portfolio_lab.analysis.landmarks import (
    band_days,
    build_landmark_spells,
    count_recent_events,
    derive_groups_at_age,
    derive_rhythm,
    derive_risk_strata,
    look_up_values,
)
from portfolio_lab.analysis.spells import build_spells
from portfolio_lab.errors import AnalysisError

DAY = pd.Timestamp("2024-01-01")
AS_OF = DAY + pd.Timedelta(days=400)


def on(day):
    return DAY + pd.Timedelta(days=day)


@pytest.fixture
def order_days():
    rows = [("a", 0), ("a", 40), ("b", 100), ("c", 390)]
    frame = pd.DataFrame({"customer_id": [r[0] for r in rows], "order_date": [on(r[1]) for r in rows]})
    return frame.assign(is_purchase_day=True)


@pytest.fixture
def spells(order_days):
    return build_spells(order_days, as_of=AS_OF, inactive_days=120)


def test_who_runs_on_a_landmark(spells):
    """a: days 0 to 160, b: 100 to 220; a spell runs on its start day and no longer on its end day."""
    found = build_landmark_spells(spells, [on(100), on(160), on(220)])
    assert found[["customer_id", "landmark_date", "duration", "tenure_days"]].values.tolist() == [
        ["a", on(100), 60, 100],
        ["b", on(100), 120, 0],
        ["b", on(160), 60, 60],
    ]
    assert found["event_observed"].all()


def test_follow_up_is_cut_at_the_horizon(spells):
    found = build_landmark_spells(spells, [on(100)], horizon_days=60)
    assert found[["duration", "event_observed"]].values.tolist() == [[60, True], [60, False]]


def test_nobody_is_on_a_landmark_before_it_was_watched(spells):
    late = spells.assign(entry_days=np.where(spells["customer_id"] == "a", 101.0, 0.0))
    assert build_landmark_spells(late, [on(100)])["customer_id"].tolist() == ["b"]
    assert build_landmark_spells(late, [on(101)])["customer_id"].tolist() == ["a", "b"]


def test_groups_enter_at_the_age_with_what_was_known_then(spells):
    values = pd.DataFrame(
        {"customer_id": ["a", "a", "b"], "valid_from": [on(5), on(31), on(131)], "value": ["B", "A", "C"]}
    )
    found = derive_groups_at_age(spells, values, landmark_days=30).set_index("customer_id")
    assert found["group"].to_dict() == {"a": "B", "b": "unknown"}
    assert found["entry"].tolist() == [30, 30]
    assert "c" not in found.index


def test_the_last_value_up_to_the_day_counts():
    rows = pd.DataFrame({"customer_id": ["a", "a", "b"], "day": [on(9), on(10), on(10)]}, index=[7, 3, 5])
    values = pd.DataFrame({"customer_id": ["a", "a"], "valid_from": [on(10), on(1)], "value": ["new", "old"]})
    found = look_up_values(rows, values, date="day")
    assert found.loc[[7, 3]].tolist() == ["old", "new"]
    assert pd.isna(found.loc[5])


def test_recent_events_by_hand():
    events = pd.DataFrame({"customer_id": ["a", "a", "a", "b"], "event_date": [on(10), on(39), on(41), on(40)]})
    rows = pd.DataFrame({"customer_id": ["a", "a", "b", "x"], "day": [on(40), on(100), on(40), on(40)]})
    assert count_recent_events(rows, events, date="day", days=30).tolist() == [1, 0, 1, 0]
    assert count_recent_events(rows, events, date="day", days=31).tolist() == [2, 0, 1, 0]
    with pytest.raises(AnalysisError, match="positive length"):
        count_recent_events(rows, events, date="day", days=0)


def test_rhythm_by_hand(order_days, spells):
    """Landmark day 100: a has one gap of 40 days, b none; the shared mean gap is 40, weighing as two gaps."""
    rows = build_landmark_spells(spells, [on(100)])
    found = derive_rhythm(rows, order_days, inactive_days=120).set_index("customer_id")
    assert found["days_since_last_order"].tolist() == [60, 0]
    assert found["n_purchase_days"].tolist() == [2, 1]
    assert found["cycle_days"].tolist() == pytest.approx([40, 40])
    assert found["cycle_ratio"].tolist() == pytest.approx([1.5, 0])
    assert found["days_to_inactivation"].tolist() == [60, 120]


def test_rhythm_uses_nothing_after_the_landmark():
    orders = own_rhythms(np.random.default_rng(0), n=300)
    date, as_of = pd.Timestamp("2022-06-30"), pd.Timestamp("2023-12-31")
    rows = build_landmark_spells(build_spells(orders, as_of=as_of, inactive_days=120), [date])
    later = derive_rhythm(rows, orders, inactive_days=120)
    then = derive_rhythm(rows, orders[orders["order_date"] <= date], inactive_days=120)
    pd.testing.assert_frame_equal(later, then)


def test_a_row_without_an_earlier_purchase_is_refused(order_days):
    rows = pd.DataFrame({"customer_id": ["c"], "landmark_date": [on(100)]})
    with pytest.raises(AnalysisError, match="no purchase before it"):
        derive_rhythm(rows, order_days, inactive_days=120)


def test_bands_meet_at_multiples_of_their_width():
    days = pd.Series([1, 15, 16, 30, 31, 900])
    assert band_days(days).tolist() == [0, 0, 1, 1, 2, 8]


def test_strata_join_what_is_rare_and_follow_the_fitted_model():
    rows = pd.DataFrame({"days_to_inactivation": [10.0] * 150 + [20.0] * 130, "cycle_ratio": 0.1})
    rows.loc[:20, "cycle_ratio"] = 9.0
    known = rows.assign(stratum=derive_risk_strata(rows))
    assert known["stratum"].value_counts().to_dict() == {"1/0": 130, "0/0": 129, "0/any": 21}
    new = pd.DataFrame({"days_to_inactivation": [10, 10, 20, 40], "cycle_ratio": [0.1, 2.5, 2.5, 0.1]})
    assert derive_risk_strata(new, known).fillna("none").tolist() == ["0/0", "0/any", "1/0", "none"]
