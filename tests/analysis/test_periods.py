"""Calendar periods, whole and running, and what they are compared with."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lab.analysis.periods import (
    earlier_period,
    is_complete,
    last_period_end,
    period_containing,
    period_until,
    shift_months,
)

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
KINDS = st.sampled_from(["month", "quarter", "year"])


@pytest.mark.parametrize(
    ("day", "kind", "start", "end", "label"),
    [
        (date(2026, 9, 30), "quarter", date(2026, 7, 1), date(2026, 10, 1), "Q3 2026"),
        (date(2026, 12, 31), "month", date(2026, 12, 1), date(2027, 1, 1), "December 2026"),
        (date(2024, 2, 29), "year", date(2024, 1, 1), date(2025, 1, 1), "2024"),
    ],
)
def test_the_period_that_contains_a_day(day, kind, start, end, label):
    period = period_containing(day, kind)
    assert (period.start, period.end, period.label) == (start, end, label)


def test_a_whole_period_is_compared_with_a_whole_one_however_long():
    quarter = period_until(date(2026, 3, 31), "quarter")
    earlier = earlier_period(quarter)
    assert is_complete(quarter)
    assert (quarter.n_days, earlier.n_days, earlier.label) == (90, 92, "Q4 2025")
    assert earlier_period(quarter, months_back=12).label == "Q1 2025"


def test_a_running_period_is_compared_over_as_many_days():
    running = period_until(date(2026, 8, 10), "quarter")
    earlier = earlier_period(running)
    assert not is_complete(running)
    assert (running.n_days, earlier.n_days) == (41, 41)
    assert (earlier.start, earlier.last_day) == (date(2026, 4, 1), date(2026, 5, 11))


def test_a_running_march_is_never_compared_beyond_the_end_of_february():
    earlier = earlier_period(period_until(date(2026, 3, 30), "month"))
    assert (earlier.start, earlier.end) == (date(2026, 2, 1), date(2026, 3, 1))


def test_months_are_shifted_to_the_last_day_where_there_is_no_such_day():
    assert shift_months(date(2026, 8, 31), -6) == date(2026, 2, 28)
    assert shift_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert shift_months(date(2026, 1, 15), -1) == date(2025, 12, 15)


@given(DAYS, KINDS)
def test_the_last_period_ended_before_the_day_and_was_whole(day, kind):
    end = last_period_end(day, kind)
    assert end < day
    assert is_complete(period_until(end, kind))
    assert period_containing(day, kind).start <= day < period_containing(day, kind).end
