"""The contacts that count."""

import pandas as pd

from portfolio_lab.analysis.adherence.contacts import clean_contacts, find_contaminated, take_own_contacts


def test_incoming_and_double_contacts_do_not_count(golden_contacts):
    log = clean_contacts(golden_contacts)
    assert (log.n_incoming, log.n_duplicates) == (1, 1)
    assert len(log.rows) == len(golden_contacts) - 2
    first = log.rows[log.rows["customer_id"] == "C00"]
    assert first["outcome"].tolist() == ["talked"]


def test_contacts_on_the_day_of_an_order_are_counted(golden_contacts):
    orders = pd.DataFrame({"customer_id": ["C00", "C01", "C20"], "order_date": pd.Timestamp("2026-07-15")})
    assert clean_contacts(golden_contacts, orders).n_order_days == 3
    assert clean_contacts(golden_contacts, orders.head(0)).n_order_days == 0


def test_a_log_without_directions_or_results_is_all_outgoing():
    bare = pd.DataFrame({"customer_id": ["a"], "contact_date": pd.to_datetime(["2026-01-01"]), "channel": ["call"]})
    log = clean_contacts(bare)
    assert (len(log.rows), log.n_incoming) == (1, 0)
    assert not log.rows["is_recorded"].any()


def test_contaminated_hold_outs_are_those_contacted_under_the_plan_in_its_window():
    contacts = clean_contacts(
        pd.DataFrame(
            {
                "customer_id": ["a", "b", "c", "d", "e"],
                "contact_date": pd.to_datetime(["2026-01-10", "2026-01-10", "2025-12-31", "2026-01-31", "2026-01-01"]),
                "channel": "call",
                "plan_id": ["P", "Q", "P", "P", "P"],
            }
        )
    ).rows
    arms = pd.DataFrame({"customer_id": list("abcdef"), "plan_id": "P", "start_date": pd.Timestamp("2026-01-01")})
    assert find_contaminated(contacts, arms, horizon_days=30).tolist() == [True, False, False, False, True, False]
    unnamed = arms.assign(plan_id="R")
    assert find_contaminated(contacts, unnamed, horizon_days=30).tolist() == [True, True, False, False, True, False]


def test_contacts_before_a_plan_began_are_not_of_the_plan():
    days = pd.to_datetime(["2026-03-01", "2026-03-02", "2026-04-01", "2026-03-05"])
    log = pd.DataFrame({"customer_id": list("abcd"), "contact_date": days, "plan_id": ["P", "P", "P", "Q"]})
    own, n_early = take_own_contacts(log, plan_id="P", started=pd.Timestamp("2026-03-02"))
    assert list(own["customer_id"]) == ["b", "c"] and n_early == 1
    for unknown in (None, pd.NaT):
        own, n_early = take_own_contacts(log, plan_id="P", started=unknown)
        assert list(own["customer_id"]) == ["a", "b", "c"] and n_early == 0
