import pandas as pd

from portfolio_lab.analysis.drivers import build_driver_rows, find_contacts, find_handovers, find_late_responses

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
    changes = pd.DataFrame({"customer_id": "a", "valid_from": [on(80), on(120)], "moved": [1.0, 0.0]})
    found = build_driver_rows(spells(), changes)
    assert found[["customer_id", "entry", "duration", "event_observed", "moved"]].values.tolist() == [
        ["a", 0.0, 80.0, False, 0.0],
        ["a", 80.0, 120.0, False, 1.0],
        ["a", 120.0, 150.0, True, 0.0],
        ["b", 0.0, 50.0, False, 0.0],
    ]
    assert build_driver_rows(spells(), None)["duration"].tolist() == [150.0, 50.0]
