"""The working days of the demo company: Monday to Friday without Spain's national holidays."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

FIXED_HOLIDAYS = ("01-01", "01-06", "05-01", "08-15", "10-12", "11-01", "12-06", "12-08", "12-25")


@dataclass(frozen=True)
class Calendar:
    """Working days of the period with the quarter and month that each falls in; ``t`` is a position in ``days``."""

    start: np.datetime64
    end: np.datetime64
    days: np.ndarray
    month: np.ndarray
    quarter: np.ndarray
    quarter_starts: np.ndarray
    holidays: np.ndarray

    @property
    def n_days(self) -> int:
        """Number of working days in the period."""
        return len(self.days)

    @property
    def n_quarters(self) -> int:
        """Number of calendar quarters that the period touches."""
        return len(self.quarter_starts)

    def position(self, day: np.datetime64) -> int:
        """Position of the first working day on or after a day; n_days when there is none."""
        return int(np.searchsorted(self.days, day))

    def shift(self, dates: np.ndarray, n_days: np.ndarray | int) -> np.ndarray:
        """Dates moved by a number of working days (a day off counts as the working day that follows it)."""
        return np.busday_offset(dates, n_days, roll="forward", holidays=self.holidays)

    def dates(self, positions: np.ndarray) -> np.ndarray:
        """Dates of positions; those beyond the period continue on later working days."""
        inside = self.days[np.clip(positions, 0, self.n_days - 1)]
        beyond = np.maximum(positions - (self.n_days - 1), 0)
        return np.where(beyond > 0, self.shift(inside, beyond), inside)


def build_calendar(end: date, n_months: int) -> Calendar:
    """Return the calendar of the ``n_months`` calendar months up to ``end``."""
    last = np.datetime64(end, "D")
    start = (last.astype("datetime64[M]") - (n_months - 1)).astype("datetime64[D]")
    holidays = _holidays(start, last)
    all_days = np.arange(start, last + 1)
    days = all_days[np.is_busday(all_days, holidays=holidays)]
    months = days.astype("datetime64[M]").astype(int)
    quarters = months // 3 - months[0] // 3
    starts = np.searchsorted(quarters, np.arange(quarters[-1] + 1))
    return Calendar(start, last, days, months % 12, quarters, starts, holidays)


def easter(year: int) -> date:
    """Easter Sunday of a year (the anonymous Gregorian rule, Nature 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    fix = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * fix + 114, 31)
    return date(year, month, day + 1)


def _holidays(start: np.datetime64, end: np.datetime64) -> np.ndarray:
    """National holidays from some years before the period to some years after it."""
    years = range(pd.Timestamp(start).year - 15, pd.Timestamp(end).year + 4)
    fixed = [np.datetime64(f"{year}-{day}", "D") for year in years for day in FIXED_HOLIDAYS]
    good_fridays = [np.datetime64(easter(year), "D") - 2 for year in years]
    return np.array(sorted([*fixed, *good_fridays]))
