import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.drivers import (
    build_driver_rows,
    build_flag_changes,
    find_contacts,
    find_handovers,
    find_late_responses,
)
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox
from portfolio_lab.errors import AnalysisError

DAY = pd.Timestamp("2024-01-01")


def on(day):
    return DAY + pd.Timedelta(days=day)


def events(*rows):
    return pd.DataFrame({"customer_id": [r[0] for r in rows], "event_date": [on(r[1]) for r in rows]})


def test_handovers_are_changes_of_person_and_not_the_first_stay():
    stays = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "salesperson_id": ["x", "x", "y", "x"],
            "start_date": [on(0), on(10), on(20), on(5)],
        }
    )
    assert find_handovers(stays).values.tolist() == [["a", on(20)]]


def test_a_response_on_the_last_day_is_in_time_and_an_open_request_becomes_late():
    requests = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "opened_date": [on(0), on(0), on(0), on(95)],
            "first_response_date": [on(7), on(8), pd.NaT, pd.NaT],
        }
    )
    found = find_late_responses(requests, as_of=on(100), late_days=7)
    assert found.values.tolist() == [["b", on(7)], ["c", on(7)]]
    assert len(find_late_responses(requests.drop(columns="first_response_date"), as_of=on(102), late_days=7)) == 4


def test_contacts_are_ours_and_a_day_counts_once():
    contacts = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c"],
            "contact_date": [on(1), on(1), on(2), on(3)],
            "direction": ["out", "out", "in", None],
        }
    )
    assert find_contacts(contacts).values.tolist() == [["a", on(1)], ["c", on(3)]]
    assert len(find_contacts(contacts.drop(columns="direction"))) == 3


def test_flags_by_hand():
    """Lag 100, width 40: on from 80 to 120 days after an event; two events that overlap make one stretch."""
    found = build_flag_changes(
        {"moved": events(("a", 0), ("a", 30)), "late": events(("a", 5))}, lag_days=100, width_days=40, as_of=on(140)
    )
    assert found.values.tolist() == [
        ["a", on(80), 1.0, 0.0],
        ["a", on(85), 1.0, 1.0],
        ["a", on(110), 1.0, 1.0],
        ["a", on(120), 1.0, 1.0],
        ["a", on(125), 1.0, 0.0],
    ]


def test_a_flag_without_events_stays_off():
    nothing = events(("a", 0)).head(0)
    found = build_flag_changes({"moved": events(("a", 0)), "late": nothing}, lag_days=9, width_days=4, as_of=on(99))
    assert found["late"].tolist() == [0.0, 0.0]


def test_a_window_into_the_future_is_refused():
    with pytest.raises(AnalysisError, match="reaches into the future"):
        build_flag_changes({"moved": events(("a", 0))}, lag_days=20, width_days=41, as_of=on(99))


def spells():
    return pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "start_date": [on(0), on(0)],
            "duration_days": [150.0, 50.0],
            "entry_days": [0.0, 0.0],
            "event_observed": [True, False],
            "is_start_known": True,
        }
    )


def test_rows_carry_the_flags_in_force_at_their_start():
    changes = build_flag_changes({"moved": events(("a", 0))}, lag_days=100, width_days=40, as_of=on(140))
    found = build_driver_rows(spells(), changes)
    assert found[["customer_id", "entry", "duration", "event_observed", "moved"]].values.tolist() == [
        ["a", 0.0, 80.0, False, 0.0],
        ["a", 80.0, 120.0, False, 1.0],
        ["a", 120.0, 150.0, True, 0.0],
        ["b", 0.0, 50.0, False, 0.0],
    ]
    assert build_driver_rows(spells(), None)["duration"].tolist() == [150.0, 50.0]


def simulate(rng, *, n, effect):
    """Dropout at a rate that is multiplied for 90 days after a handover; the event comes 120 days later."""
    handover = rng.uniform(0, 900, n)
    before, during = rng.exponential(800, n), rng.exponential(800 / effect, n)
    after = rng.exponential(800, n)
    dropout = np.where(before < handover, before, handover + np.where(during < 90, during, 90 + after))
    inactive = np.ceil(dropout) + 120
    stays = pd.DataFrame(
        {
            "customer_id": np.arange(n).astype(str),
            "start_date": DAY,
            "duration_days": np.minimum(inactive, 1000),
            "entry_days": 0.0,
            "event_observed": inactive <= 1000,
            "is_start_known": True,
        }
    )
    moved = pd.DataFrame(
        {"customer_id": stays["customer_id"], "event_date": DAY + pd.to_timedelta(np.floor(handover), unit="D")}
    )
    return stays, moved


def test_a_planted_handover_effect_is_found_at_its_lag_and_missed_without():
    stays, moved = simulate(np.random.default_rng(0), n=8000, effect=2.5)
    found = {}
    for lag in (165, 46):
        changes = build_flag_changes({"moved": moved}, lag_days=lag, width_days=90, as_of=on(1000))
        rows = build_driver_rows(stays, changes)
        found[lag] = fit_cox(rows, CoxDesign(("moved",), cluster="customer_id"))
    assert found[165].coefficients["moved"] == pytest.approx(np.log(2.5), abs=0.12)
    assert found[46].coefficients["moved"] < 0.3
