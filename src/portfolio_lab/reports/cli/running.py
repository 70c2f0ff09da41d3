"""The commands that run reviews: one, or those of past periods."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

from portfolio_lab.errors import Fault, RunFileError
from portfolio_lab.reports.cli.asking import Asked, make_request
from portfolio_lab.reports.cli.progress import show_progress
from portfolio_lab.reports.cli.secrets import without_secrets
from portfolio_lab.reports.runner.events import Observer
from portfolio_lab.reports.runner.history import period_ends, run_history
from portfolio_lab.reports.runner.parts import Outcome, Parts
from portfolio_lab.reports.runner.run import run_review
from portfolio_lab.reports.runner.wiring import suite_parts

MakeParts = Callable[[Observer], Parts]
Showing = Callable[[], AbstractContextManager[Observer]]


def run_once(asked: Asked, *, explain: bool = False, make_parts: MakeParts = suite_parts) -> int:
    """Run a review, tell its progress and where its page is; return the exit code."""
    request = make_request(asked)
    with without_secrets(request.run_file), show_progress() as observe:
        outcome = run_review(request, make_parts(observe), observe=observe)
    if explain and outcome.manifest:
        tell_reasons(outcome)
    return tell_outcome(outcome)


def run_past(asked: Asked, *, first: str, last: str, make_parts: MakeParts = suite_parts) -> int:
    """Run the review of each past period; return the worst exit code."""
    request = make_request(asked)
    days = period_ends(*_days(first, last), period=request.run_file.period)
    codes = []
    with without_secrets(request.run_file), show_progress() as observe:
        run = lambda one: run_review(one, make_parts(observe), observe=observe)  # noqa: E731
        for _, outcome in run_history(request, days, run):
            codes.append(tell_outcome(outcome))
    return max(codes)


def tell_reasons(outcome: Outcome) -> None:
    """Say for each report why it was run or not, and which part of its key differs first."""
    for topic, entry in outcome.manifest.reports.items():
        differs = f" [{entry.difference}]" if entry.difference else ""
        verb = "run" if entry.carried_from is None and entry.status != "skipped" else "not run"
        sys.stdout.write(f"{topic}: {verb}, because {entry.reason}{differs}\n")


def tell_outcome(outcome: Outcome) -> int:
    """Say how the run ended and which page to open; return its exit code."""
    stream = sys.stdout if outcome.exit_code == 0 else sys.stderr
    stream.write(f"{outcome.sentence}\n")
    if outcome.page is not None:
        stream.write(f"{'Open' if outcome.exit_code == 0 else 'See'} {outcome.page}\n")
    return outcome.exit_code


def _days(first: str, last: str) -> tuple:
    from datetime import date

    found, faults = [], []
    for key, text in (("--from", first), ("--to", last)):
        try:
            found.append(date.fromisoformat(text))
        except ValueError:
            faults.append(Fault("is not a day", "write it as 2026-09-30", key=key, value=text))
    if faults:
        raise RunFileError(faults)
    return tuple(found)
