"""Calendar periods: the month, quarter or year that contains a day, and the ones it is compared with."""

from calendar import month_name
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PeriodKind = Literal["month", "quarter", "year"]
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """Days from ``start`` up to but not including ``end``; ``label`` names the calendar period they belong to."""

    kind: PeriodKind
    start: date
    end: date
    label: str

    @property
    def n_days(self) -> int:
        """Number of days in the period."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)


def shift_months(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def period_containing(day: date, kind: PeriodKind) -> Period:
    """Return the whole calendar period that contains a day."""
    months = MONTHS[kind]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(kind, start, shift_months(start, months), _label(start, kind))


def period_until(as_of: date, kind: PeriodKind) -> Period:
    """Return the period that contains ``as_of``, ended after it: a running period holds only the days known."""
    whole = period_containing(as_of, kind)
    return Period(kind, whole.start, as_of + timedelta(days=1), whole.label)


def earlier_period(period: Period, *, months_back: int | None = None) -> Period:
    """Return the period ``months_back`` months earlier (default: the one just before).

    A whole period is compared with a whole one, a running one with as many days from the start of the earlier one.
    """
    whole = period_containing(period.start, period.kind)
    start = shift_months(period.start, -(MONTHS[period.kind] if months_back is None else months_back))
    earlier = period_containing(start, period.kind)
    if period.end == whole.end:
        return earlier
    return Period(period.kind, start, min(start + timedelta(days=period.n_days), earlier.end), earlier.label)


def last_period_end(today: date, kind: PeriodKind) -> date:
    """Return the last day of the last period that was over before ``today``."""
    return period_containing(today, kind).start - timedelta(days=1)


def is_complete(period: Period) -> bool:
    """Whether the period reaches its calendar end."""
    return period.end == period_containing(period.start, period.kind).end


def _label(start: date, kind: PeriodKind) -> str:
    if kind == "year":
        return str(start.year)
    return f"Q{(start.month + 2) // 3} {start.year}" if kind == "quarter" else f"{month_name[start.month]} {start.year}"
