from datetime import date

import numpy as np
import pytest

from portfolio_lab.data.demo.calendar import build_calendar, easter


@pytest.mark.parametrize(
    ("year", "day"),
    [(2000, date(2000, 4, 23)), (2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))],
)
def test_easter_falls_on_the_published_days(year, day):
    assert easter(year) == day


def test_the_period_is_the_calendar_months_up_to_the_end():
    calendar = build_calendar(date(2026, 9, 30), 42)
    assert calendar.start == np.datetime64("2023-04-01")
    assert calendar.days[0] == np.datetime64("2023-04-03")
    assert calendar.days[-1] == np.datetime64("2026-09-30")
    assert calendar.n_quarters == 14
    assert calendar.quarter[0] == 0
    assert calendar.quarter[-1] == 13
    assert calendar.days[calendar.quarter_starts[1]] == np.datetime64("2023-07-03")


def test_no_working_day_is_a_weekend_or_a_holiday():
    days = build_calendar(date(2026, 9, 30), 42).days
    for holiday in ("2024-01-01", "2024-03-29", "2025-08-15", "2025-10-12", "2026-05-01", "2026-09-27"):
        assert np.datetime64(holiday) not in days
    assert np.datetime64("2026-05-04") in days


def test_dates_beyond_the_period_continue_on_working_days():
    calendar = build_calendar(date(2026, 9, 30), 24)
    last = calendar.n_days - 1
    dates = calendar.dates(np.array([last, last + 1, last + 3]))
    assert dates.astype(str).tolist() == ["2026-09-30", "2026-10-01", "2026-10-05"]


def test_positions_and_shifts_skip_days_off():
    calendar = build_calendar(date(2026, 9, 30), 24)
    saturday = np.datetime64("2026-08-15")
    assert calendar.days[calendar.position(saturday)] == np.datetime64("2026-08-17")
    assert calendar.position(np.datetime64("2026-10-01")) == calendar.n_days
    assert calendar.shift(np.array([saturday]), 0)[0] == np.datetime64("2026-08-17")
    assert calendar.shift(np.array([np.datetime64("2026-10-09")]), 1)[0] == np.datetime64("2026-10-13")
