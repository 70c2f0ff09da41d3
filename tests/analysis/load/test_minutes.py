from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.load.minutes import (
    build_minutes_needed,
    compute_minutes_available,
    list_working_days,
    summarise_kept,
    summarise_load,
)
from portfolio_lab.analysis.periods import period_containing

PERIOD = period_containing(date(2026, 9, 30), "month")
PEOPLE = pd.DataFrame(
    {"salesperson_id": ["ana", "bob", "max"], "manager_id": ["max", None, None], "minutes_per_day": [100.0, 50.0, 10.0]}
)


def test_weekends_and_holidays_are_no_working_days():
    days = list_working_days(PERIOD, holidays=[date(2026, 9, 1), date(2026, 9, 5), date(2026, 12, 25)])
    assert len(days) == 21  # 22 weekdays, one of them a holiday
    assert pd.Timestamp("2026-09-01") not in days


def test_minutes_go_to_the_role_that_the_rule_names():
    planned = pd.DataFrame(
        {
            "salesperson_id": ["ana", "ana", "bob", "bob", "bob", None],
            "role": ["salesperson", "manager", "manager", "salesperson", "inside_sales", "salesperson"],
            "minutes": [60.0, 60, 60, 20, 20, 60],
            "contacts_per_period": [3.0, 4, 4, 0.5, 1, 1],
        }
    )
    found = build_minutes_needed(planned, PEOPLE).set_index("salesperson_id")
    assert found["minutes_needed"].to_dict() == {"ana": 180, "bob": 250, "max": 240}
    assert found["n_customers"].to_dict() == {"ana": 2, "bob": 3, "max": 0}
    alone = build_minutes_needed(planned).set_index("salesperson_id")
    assert alone["minutes_needed"].to_dict() == {"ana": 420, "bob": 250}


def test_days_away_count_once_and_only_working_days():
    days = list_working_days(PERIOD)
    absences = pd.DataFrame(
        {
            "salesperson_id": ["ana", "ana", "bob", "eve"],
            "start_date": pd.to_datetime(["2026-09-03", "2026-09-04", "2026-08-01", "2026-09-01"]),
            "end_date": pd.to_datetime(["2026-09-07", "2026-09-08", "2029-01-01", "2026-09-09"]),
        }
    )
    found = compute_minutes_available(PEOPLE, absences, working_days=days).set_index("salesperson_id")
    assert found["days_present"].to_dict() == {"ana": 18, "bob": 0, "max": 22}
    assert found["minutes_available"].to_dict() == {"ana": 1800, "bob": 0, "max": 220}
    assert compute_minutes_available(PEOPLE, None, working_days=days)["days_present"].tolist() == [22, 22, 22]


def test_contacts_beyond_the_plan_of_one_do_not_count_for_another():
    planned = pd.DataFrame(
        {"customer_id": ["a", "b", "c", "d"], "salesperson_id": ["ana", "ana", "ana", "bob"],
         "contacts_per_period": [2.0, 2.0, 0.0, 1.0]}
    )  # fmt: skip
    day = ["2026-09-01", "2026-09-02", "2026-09-30", "2026-10-01", "2026-09-05"]
    contacts = pd.DataFrame({"customer_id": ["a", "a", "a", "b", "c"], "contact_date": pd.to_datetime(day)})
    found = summarise_kept(planned, contacts, period=PERIOD).set_index("salesperson_id")
    assert found.loc["ana", ["contacts_asked", "contacts_kept", "kept_share"]].tolist() == [4, 2, 0.5]
    assert found.loc["bob", "kept_share"] == 0
    assert 0 <= found.loc["ana", "low"] < 0.5 < found.loc["ana", "high"] <= 1


def load_of(heavy_minutes, *, kept_share=0.5, n_others=9):
    ids = ["heavy", *[f"p{i}" for i in range(n_others)]]
    minutes = [heavy_minutes, *[100.0 + 10 * i for i in range(n_others)]]
    needed = pd.DataFrame({"salesperson_id": ids, "n_customers": 10, "minutes_needed": minutes})
    available = pd.DataFrame({"salesperson_id": ids, "days_present": 20, "minutes_available": 1000.0})
    kept = pd.DataFrame({"salesperson_id": ids, "contacts_asked": 100.0, "contacts_kept": 80.0, "kept_share": 0.8,
                         "low": 0.7, "high": 0.9})  # fmt: skip
    kept.loc[0, ["contacts_kept", "kept_share", "low", "high"]] = [100 * kept_share, kept_share, kept_share, kept_share]
    return summarise_load(needed, available, kept).set_index("salesperson_id")


@pytest.mark.parametrize(
    ("minutes", "kept_share", "reason"),
    [(1001.0, 0.9, "more than there is"), (1000.0, 0.9, ""), (400.0, 0.5, "stands out"), (400.0, 0.8, ""),
     (200.0, 0.5, "")],
)  # fmt: skip
def test_overloaded_is_who_cannot_do_it_or_stands_out_and_does_not(minutes, kept_share, reason):
    found = load_of(minutes, kept_share=kept_share)
    assert found.loc["heavy", "reason"] == reason
    assert found["is_overloaded"].sum() == (reason != "")


def test_among_few_colleagues_nobody_stands_out():
    assert not load_of(400.0, n_others=7)["is_overloaded"].any()


def test_who_is_away_for_the_whole_period_is_overloaded_by_any_customer():
    needed = pd.DataFrame({"salesperson_id": ["a", "b"], "n_customers": [1, 0], "minutes_needed": [5.0, 0.0]})
    available = pd.DataFrame({"salesperson_id": ["a", "b"], "days_present": 0, "minutes_available": [0.0, 0.0]})
    found = summarise_load(needed, available)
    assert found["salesperson_id"].tolist() == ["a"]
    assert found["reason"].tolist() == ["more than there is"]
    assert np.isnan(found["load_rate"].iloc[0])
