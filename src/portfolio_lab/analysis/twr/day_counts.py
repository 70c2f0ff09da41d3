"""Days and years between two dates under a declared convention.

ACT/365F, ACT/360, ACT/364, ACT/365.25, ACT/ACT (ISDA), NL/365, NL/360, and the 30/360 family. NL days are calendar
days less the 29 Februaries in (start, end]: own code, because it must add up over any split of a period.
"""

import calendar
from collections.abc import Callable
from datetime import date
from typing import Literal, get_args

import pyxirr

from portfolio_lab.errors import AnalysisError

DayCount = Literal[
    "ACT/365F", "ACT/365.25", "ACT/ACT", "ACT/360", "ACT/364", "NL/365", "NL/360", "30/360", "30U/360", "30E/360"
]
THIRTY: dict[str, pyxirr.DayCount] = {
    "30/360": pyxirr.DayCount.THIRTY_360_ISDA,
    "30U/360": pyxirr.DayCount.THIRTY_U_360,
    "30E/360": pyxirr.DayCount.THIRTY_E_360,
}
ACTUAL: dict[str, float] = {"ACT/365F": 365.0, "ACT/365.25": 365.25, "ACT/360": 360.0, "ACT/364": 364.0}
NO_LEAP: dict[str, float] = {"NL/365": 365.0, "NL/360": 360.0}


def count_no_leap_days(start: date, end: date) -> int:
    """Return the calendar days from start to end less the 29 Februaries in (start, end]; additive over any split."""
    return (end - start).days - (_leap_days_until(end) - _leap_days_until(start))


def _leap_days_until(day: date) -> int:
    """Number of 29 Februaries from year 1 up to and including the day."""
    before = calendar.leapdays(1, day.year)
    return before + int(calendar.isleap(day.year) and (day.month, day.day) >= (2, 29))


def count_days(start: date, end: date, *, day_count: DayCount) -> int:
    """Return the days from start to end under the convention. Raises AnalysisError for an unknown convention."""
    _assert_known(day_count)
    if day_count in NO_LEAP:
        return count_no_leap_days(start, end)
    if day_count in THIRTY:
        return int(pyxirr.days_between(start, end, THIRTY[day_count]))
    return (end - start).days


def count_years(start: date, end: date, *, day_count: DayCount) -> float:
    """Return the years from start to end under the convention. Raises AnalysisError for an unknown convention."""
    _assert_known(day_count)
    if day_count == "ACT/ACT":
        return _actual_years(start, end)
    basis = ACTUAL.get(day_count) or NO_LEAP.get(day_count) or 360.0
    return count_days(start, end, day_count=day_count) / basis


def _actual_years(start: date, end: date) -> float:
    """ISDA: each day counts as one over the days of its own calendar year."""
    if start.year == end.year:
        return (end - start).days / _days_in(start.year)
    first = (date(start.year + 1, 1, 1) - start).days / _days_in(start.year)
    last = (end - date(end.year, 1, 1)).days / _days_in(end.year)
    return first + last + (end.year - start.year - 1)


def _days_in(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


def _assert_known(day_count: str) -> None:
    if day_count not in get_args(DayCount):
        raise AnalysisError("unknown day count", remedy=f"use one of {', '.join(get_args(DayCount))}", value=day_count)


def year_counter(day_count: DayCount) -> Callable[[date, date], float]:
    """Return a function of start and end that counts years under the convention."""
    _assert_known(day_count)
    return lambda start, end: count_years(start, end, day_count=day_count)
