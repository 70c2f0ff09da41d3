"""Run a review: prepare, plan, execute, publish whole or keep as a failed attempt."""

import shutil
from datetime import UTC, datetime
from time import monotonic

from portfolio_lab.errors import DataError
from portfolio_lab.reports.runner import builds
from portfolio_lab.reports.runner.events import Event, Observer
from portfolio_lab.reports.runner.interrupts import stop_as_interrupt
from portfolio_lab.reports.runner.links import settle_links
from portfolio_lab.reports.runner.locks import hold_review, refuse_unwritable
from portfolio_lab.reports.runner.outcome import Attempt, abandon, keep_published, publish, record_refusal, redactor_for
from portfolio_lab.reports.runner.parts import Outcome, Parts, PreparedData, Request
from portfolio_lab.reports.runner.records import RunRecord
from portfolio_lab.reports.runner.retry import with_retries
from portfolio_lab.reports.runner.skip import Before, GoodBuild, Plan, find_before, plan_reports
from portfolio_lab.reports.runner.sockets import socket_folder
from portfolio_lab.reports.runner.sweep import sweep_leftovers


def run_review(request: Request, parts: Parts, *, observe: Observer = lambda event: None) -> Outcome:
    """Return how a run of the review ended; whatever happens, what was published before stays as it was.

    Raises RunFileError and DataError when it is refused before anything runs, ReviewLockedError when another holds it.
    """
    started, began = datetime.now(UTC), monotonic()
    with stop_as_interrupt(), hold_review(request.run_dir):
        with refuse_unwritable(request.run_dir):
            sweep_leftovers(request.run_dir, observe)
            settle_links(request.run_dir)
        data = _prepare(request, parts, started, observe)
        before = find_before(request.run_dir, request.as_of.isoformat())
        plan = plan_reports(request, data, parts.reports(request.run_file, data), before)
        if nothing_to_do(request, plan, before):
            return keep_published(request, parts, before.same)
        attempt = _begin(request, parts, data=data, plan=plan, started=started)
        return _make_build(attempt, parts, observe=observe, began=began)


def nothing_to_do(request: Request, plan: Plan, before: Before) -> bool:
    """Return whether the published build already is what this run would make."""
    same = before.same
    if same is None or any(step.source != same.path for step in plan.steps if step.action != "absent"):
        return False
    if {step.report.topic for step in plan.steps} != set(same.manifest.reports):
        return False
    pdf_is_there = not request.pdf or (same.path / "review.pdf").exists()
    return pdf_is_there and (bool(request.only) or same.manifest.whole) and not _failed_since(request, same)


def _failed_since(request: Request, same: GoodBuild) -> bool:
    """Whether the archive announces a failure that a run which does nothing would leave standing."""
    failed = [attempt.id for attempt in builds.list_failed(request.run_dir) if attempt.as_of == same.manifest.as_of]
    return any(builds.number_of(attempt) > builds.number_of(same.path.name) for attempt in failed)


def _prepare(request: Request, parts: Parts, started: datetime, observe: Observer) -> PreparedData:
    """Validate the data once for all reports; a refusal is recorded where an archive can announce it."""
    try:
        return with_retries(lambda: parts.prepare(request), waits=parts.retry_waits, observe=observe)
    except DataError as refusal:
        record_refusal(request, parts, refusal, started=started)
        raise


def _begin(request: Request, parts: Parts, *, data: PreparedData, plan: Plan, started: datetime) -> Attempt:
    with refuse_unwritable(request.run_dir):
        folder = builds.begin_build(request.run_dir, request.as_of)
    redact = redactor_for(request, parts, folder)
    return Attempt(request=request, folder=folder, started=started, redact=redact, data=data, plan=plan)


def _make_build(attempt: Attempt, parts: Parts, *, observe: Observer, began: float) -> Outcome:
    """Fill the build and publish it; every way of failing ends in a kept attempt, never in half a build."""
    records: dict[str, RunRecord] = {}
    try:
        carry_over(attempt, observe)
        write_run_file(attempt, parts)
        left = attempt.request.run_file.limits.review_seconds - (monotonic() - began)
        records = _execute(attempt, parts, observe=observe, seconds_left=left)
        bad = [topic for topic, record in records.items() if record.status != "ok"]
        outcome = None if bad else publish(attempt, parts, records, observe=observe)
    except KeyboardInterrupt:
        return abandon(attempt, parts, records, problem="the run was stopped from outside", status="interrupted")
    except Exception as problem:  # noqa: BLE001 - whatever went wrong, the attempt is kept and said to have failed
        return abandon(attempt, parts, records, problem=f"{type(problem).__name__}: {problem}")
    if outcome is not None:
        return outcome
    stopped = any(record.status == "interrupted" for record in records.values())
    return abandon(attempt, parts, records, status="interrupted" if stopped else "failed")


def _execute(attempt: Attempt, parts: Parts, *, observe: Observer, seconds_left: float) -> dict[str, RunRecord]:
    steps = attempt.plan.chosen("run")
    if not steps:
        return {}
    from portfolio_lab.reports.runner.nursery import warm_nursery
    from portfolio_lab.reports.runner.report import Workshop, kernel_env
    from portfolio_lab.reports.runner.strays import no_strays
    from portfolio_lab.reports.runner.team import run_reports

    request, env = attempt.request, attempt.data.env
    with (
        socket_folder() as sockets,
        no_strays(request.run_dir),
        warm_nursery(parts.preload, env=kernel_env(request, env), log=sockets / "nursery.log") as nursery,
    ):
        shop = Workshop(request, parts, attempt.folder, sockets, env, attempt.redact, observe, nursery)
        return run_reports(steps, shop, seconds_left=seconds_left)


def carry_over(attempt: Attempt, observe: Observer) -> None:
    """Copy the folders of the reports that need not be run."""
    for step in attempt.plan.chosen("carry"):
        shutil.copytree(step.source / step.report.topic, attempt.folder / step.report.topic)
        observe(Event("carry", step.reason, step.report.topic, status="skipped"))


def write_run_file(attempt: Attempt, parts: Parts) -> None:
    """Write the resolved run file that the notebooks of this build read."""
    text = parts.dump_run_file(attempt.request.run_file, attempt.request.as_of)
    (attempt.folder / "run.yaml").write_text(text, encoding="utf-8")
