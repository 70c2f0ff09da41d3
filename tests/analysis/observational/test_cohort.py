import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.observational.cohort import (
    HISTORY,
    IN_WORDS,
    LAGS,
    Windows,
    build_cohort,
    build_timelines,
    find_places,
    follow_timelines,
    index_events,
    to_days,
)
from portfolio_lab.errors import AnalysisError

WINDOWS = Windows(grace_days=7, follow_days=30, max_silent_days=200)
START = pd.Timestamp("2025-06-01")


def days(**dates):
    rows = [(customer, pd.Timestamp(day)) for customer, found in dates.items() for day in found]
    return pd.DataFrame(rows, columns=["customer_id", "order_date"])


@pytest.fixture
def orders():
    frame = days(
        a=["2024-12-01", "2025-03-01", "2025-05-20", "2025-06-10", "2025-06-20"],
        b=["2024-12-01", "2025-05-31", "2025-06-03"],
        c=["2025-05-01", "2025-06-20"],
        d=["2024-06-01"],
        e=["2024-12-01", "2025-06-08", "2025-07-08"],
        f=["2025-01-01"],
    )
    return frame.assign(amount=10.0, is_purchase_day=True)


@pytest.fixture
def contacts():
    frame = days(a=["2025-06-01"], e=["2025-06-07", "2025-05-02"], f=["2025-06-08"])
    return frame.rename(columns={"order_date": "contact_date"})


def cohort(orders, contacts, **options):
    rows = build_cohort(orders, contacts, dates=[START], as_of="2025-12-31", **{"windows": WINDOWS} | options)
    return rows.set_index("customer_id")


def test_who_enters_and_who_was_contacted(orders, contacts):
    rows = cohort(orders, contacts)
    # b ordered inside the window, c is too new, d too long silent; a contact on the eighth day comes too late
    assert rows["is_treated"].to_dict() == {"a": True, "e": True, "f": False}


def test_the_outcome_begins_when_the_window_closes(orders, contacts):
    rows = cohort(orders, contacts)
    assert rows["n_orders"].to_dict() == {"a": 2, "e": 1, "f": 0}
    assert rows["has_ordered"].tolist() == [1, 1, 0] and rows["amount"].tolist() == [20, 10, 0]
    # the window closes on 8 June: e orders on the first day, and on the thirty-first, which no longer counts
    assert rows["duration"].to_dict() == {"a": 3, "e": 1, "f": 30}
    assert rows["event_observed"].tolist() == [True, True, False]


def test_history_ends_before_the_start(orders, contacts):
    today = pd.concat([orders, days(f=["2025-06-01"]).assign(amount=99.0, is_purchase_day=True)])
    later = pd.concat([orders, days(f=["2025-06-20"]).assign(amount=99.0, is_purchase_day=True)])
    rows = cohort(orders, contacts)
    assert "f" not in cohort(today, contacts).index
    pd.testing.assert_frame_equal(cohort(later, contacts)[list(HISTORY)], rows[list(HISTORY)])
    a = rows.loc["a"]
    assert (a["days_since_last_order"], a["tenure_days"], a["amount_year"], a["recent_orders"]) == (12, 182, 30, 1)
    assert [a[name] for name in LAGS] == [1, 2, 0, 0, 0, 0]
    assert a["overdue"] == pytest.approx(12 / 85) and a["season"] == "6"
    assert rows.loc["e", "recent_contacts"] == 1 and rows.loc["a", "recent_contacts"] == 0


def test_who_was_contacted_otherwise_or_is_not_rested_is_left_out(orders, contacts):
    own = contacts[contacts["customer_id"] == "a"]
    assert cohort(orders, contacts, own_contacts=own).index.tolist() == ["a", "f"]
    rested = Windows(grace_days=7, follow_days=30, max_silent_days=200, rested_days=30)
    assert cohort(orders, contacts, windows=rested).index.tolist() == ["a", "f"]
    barely = Windows(grace_days=7, follow_days=30, max_silent_days=200, rested_days=29)
    assert cohort(orders, contacts, windows=barely).index.tolist() == ["a", "e", "f"]


def test_several_starts_give_a_row_each(orders, contacts):
    rows = build_cohort(
        orders, contacts, dates=[START, pd.Timestamp("2025-07-15")], as_of="2025-12-31", windows=WINDOWS
    )
    assert rows.groupby("landmark_date").size().tolist() == [3, 4]
    assert rows["is_treated"].sum() == 2


def test_a_follow_up_that_is_not_over_is_refused(orders, contacts):
    last = START + pd.Timedelta(days=36)
    build_cohort(orders, contacts, dates=[START], as_of=last, windows=WINDOWS)
    for dates, as_of in (([START], last - pd.Timedelta(days=1)), ([], last)):
        with pytest.raises(AnalysisError, match="follow-up of a start day is not over"):
            build_cohort(orders, contacts, dates=dates, as_of=as_of, windows=WINDOWS)


def test_events_are_counted_by_customer_and_day():
    events = index_events(
        days(a=["1970-01-03", "1970-01-05"], z=["1970-01-04"]), pd.Index(["a", "b"]), date="order_date"
    )
    code, zero = np.array([0, 1]), np.array([0, 0])
    assert events.count(code, zero, np.array([4, 99])).tolist() == [1, 0]
    assert events.total(code, zero, np.array([5, 99])).tolist() == [2, 0]
    assert (
        events.last_before(code, np.array([4, 4])).tolist()[0] == 2 and np.isnan(events.last_before(code, zero)).all()
    )
    assert events.first_from(code, np.array([3, 0])).tolist()[0] == 4
    assert to_days(pd.Series(["1970-01-03", None])).tolist() == [2, -1]


def test_all_that_is_known_of_a_history_has_words():
    assert set(IN_WORDS) >= {*HISTORY, "abc_class"}  # the class joins the history where plans are judged
    assert not any("lag" in words or "_" in words for words in IN_WORDS.values())


def test_ids_are_found_wherever_they_stand():
    customers = pd.Index(["a", "b", "c"])
    assert find_places(pd.Series(["b", "b", "x", "a", "b", None], index=range(3, 9)), customers).tolist() == [
        1, 1, -1, 0, 1, -1,
    ]  # fmt: skip
    assert find_places(pd.Series([], dtype=object), customers).tolist() == []


def test_timelines_serve_many_start_days_and_give_the_same_rows(orders, contacts):
    timelines = build_timelines(orders, contacts)
    for start in (START, START - pd.Timedelta(days=20)):
        asked = {"dates": [start], "as_of": pd.Timestamp("2025-07-31"), "windows": WINDOWS}
        own = {"own_contacts": contacts.iloc[:1]}
        expected = build_cohort(orders, contacts, **asked, **own)
        pd.testing.assert_frame_equal(follow_timelines(timelines, **asked, **own), expected)
        assert len(expected)
