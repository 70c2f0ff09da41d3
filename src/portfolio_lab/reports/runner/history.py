"""Run past periods as they would have been known then, oldest first, so that each can look back on the one before."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from portfolio_lab.analysis.periods import PeriodKind, period_containing
from portfolio_lab.errors import Fault, RunFileError
from portfolio_lab.reports.runner.parts import Outcome, Request

MAX_PERIODS = 240


def run_history(
    request: Request, days: list[date], run: Callable[[Request], Outcome]
) -> Iterator[tuple[date, Outcome]]:
    """Give the outcome of the review of each day when it has ended; a failed one does not stop those after it."""
    for day in days:
        yield day, run(replace(request, as_of=day))


def period_ends(first: date, last: date, *, period: PeriodKind) -> list[date]:
    """Return the last days of the calendar periods that end from ``first`` to ``last``, both included.

    Raises RunFileError when there is none, or more than 240.
    """
    days, day = [], last_day_of_period(first, period)
    while day <= last and len(days) <= MAX_PERIODS:
        days.append(day)
        day = last_day_of_period(day + timedelta(days=1), period)
    if not days or len(days) > MAX_PERIODS:
        problem = f"between them lie {'no' if not days else 'more than ' + str(MAX_PERIODS)} ends of a {period}"
        raise RunFileError([Fault(problem, "choose other days", key="--from, --to", value=f"{first}, {last}")])
    return days


def last_day_of_period(day: date, period: PeriodKind) -> date:
    """Return the last day of the calendar period that contains ``day``."""
    return period_containing(day, period).last_day
