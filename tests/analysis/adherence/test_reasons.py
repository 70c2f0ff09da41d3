"""Why planned contacts were not made."""

import pandas as pd
import pytest

from portfolio_lab.analysis.adherence.reasons import (
    REASONS,
    Circumstances,
    derive_circumstances,
    summarise_reasons,
)

DUE = pd.Timestamp("2026-07-15")


def tasks_of(*customers, made=()):
    return pd.DataFrame(
        {"customer_id": customers, "due_date": DUE, "is_executed": [customer in made for customer in customers]}
    )


def owners_of(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "salesperson_id", "start_date", "end_date"])
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("start_date", "end_date")})


def absence(start, end, salesperson_id="S1"):
    row = {"salesperson_id": salesperson_id, "start_date": pd.Timestamp(start), "end_date": pd.Timestamp(end)}
    return pd.DataFrame([row])


def reason_of(circumstances, customer="a"):
    return derive_circumstances(tasks_of(customer), circumstances)["circumstance"].iloc[0]


OWNED = owners_of([("a", "S1", "2025-01-01", None)])


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("2026-07-15", "2026-07-15", "absent"),
        ("2026-07-01", "2026-07-14", "none"),
        ("2026-07-16", "2026-07-30", "none"),
        ("2026-07-10", "2026-07-20", "absent"),
    ],
)
def test_an_absence_counts_on_its_first_and_last_day(start, end, reason):
    assert reason_of(Circumstances(OWNED, absence(start, end))) == reason
    assert reason_of(Circumstances(OWNED, absence(start, end, "S2"))) == "none"


def test_it_is_the_owner_of_the_due_day_who_must_be_there():
    moved = owners_of([("a", "S1", "2025-01-01", "2026-07-15"), ("a", "S2", "2026-07-15", None)])
    away = absence("2026-07-15", "2026-07-15")
    assert reason_of(Circumstances(moved, away)) == "reassigned"
    assert reason_of(Circumstances(moved, away.assign(salesperson_id="S2"))) == "absent"


@pytest.mark.parametrize(
    ("start", "reason"),
    [("2026-06-15", "reassigned"), ("2026-06-14", "none"), ("2026-08-14", "reassigned"), ("2026-08-15", "none")],
)
def test_a_new_owner_within_thirty_days_of_the_due_day(start, reason):
    owners = owners_of([("a", "S1", "2025-01-01", start), ("a", "S2", start, None)])
    assert reason_of(Circumstances(owners)) == reason
    assert reason_of(Circumstances(owners.tail(1))) == "none"


def test_the_lock_in_force_on_the_due_day_decides():
    days = pd.to_datetime(["2026-07-01", "2026-07-15"])
    locks = pd.DataFrame({"customer_id": "a", "valid_from": days, "is_locked": [True, False]})
    assert reason_of(Circumstances(locks=locks)) == "none"
    assert reason_of(Circumstances(locks=locks.head(1))) == "locked"
    assert reason_of(Circumstances(locks=locks.head(1).assign(valid_from=DUE + pd.Timedelta(days=1)))) == "none"
    assert reason_of(Circumstances(locks=locks.head(0))) == "none"


def test_a_customer_who_is_gone_comes_first():
    closings = pd.DataFrame({"customer_id": ["a"], "closed_date": [DUE]})
    assert reason_of(Circumstances(OWNED, absence("2026-07-01", "2026-07-30"), closings=closings)) == "closed"
    assert reason_of(Circumstances(closings=closings.assign(closed_date=DUE + pd.Timedelta(days=1)))) == "none"
    assert reason_of(Circumstances(closings=closings.assign(closed_date=pd.NaT))) == "none"


def test_the_missed_are_counted_beside_what_was_made_all_the_same():
    owners = owners_of([(name, "S1" if name in "abc" else "S2", "2025-01-01", None) for name in "abcdef"])
    tasks = tasks_of(*"abcdef", made="ade")
    table = summarise_reasons(derive_circumstances(tasks, Circumstances(owners, absence("2026-07-15", "2026-07-15"))))
    assert table["reason"].tolist() == list(REASONS)
    by = table.set_index("reason")
    assert by.loc["absent", ["n_due", "n_missed"]].tolist() == [3, 2]
    assert by.loc["none", ["n_due", "n_missed"]].tolist() == [3, 1]
    assert by.loc["absent", "missed_share"] == pytest.approx(2 / 3)
    assert by.loc["absent", "made_rate"] == pytest.approx(1 / 3)
    assert pd.isna(by.loc["closed", "made_rate"])


def test_nothing_due_and_nothing_known_are_no_errors():
    nothing = derive_circumstances(tasks_of("a").head(0), Circumstances(OWNED))
    assert summarise_reasons(nothing)["missed_share"].tolist() == [0.0] * 5
    assert reason_of(Circumstances()) == "none"
