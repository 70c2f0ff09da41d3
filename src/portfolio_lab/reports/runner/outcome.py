"""The two ends of a run: a build that is published, or an attempt that is kept beside what was published before."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from portfolio_lab.errors import DataError
from portfolio_lab.reports.runner import builds
from portfolio_lab.reports.runner.events import Event, Observer
from portfolio_lab.reports.runner.interrupts import too_late_to_stop
from portfolio_lab.reports.runner.links import read_link, settle_links
from portfolio_lab.reports.runner.manifests import MANIFEST, write_record
from portfolio_lab.reports.runner.parts import Outcome, Parts, PreparedData, Request
from portfolio_lab.reports.runner.provenance import git_state, installed_versions
from portfolio_lab.reports.runner.records import BuildStatus, Manifest, ReportEntry, RunRecord
from portfolio_lab.reports.runner.redact import Redactor, make_redactor
from portfolio_lab.reports.runner.skip import GoodBuild, Plan, Step, carried_from

FAILURE_PAGE = "failure.html"
EXIT_OK, EXIT_FAILED = 0, 1


@dataclass(frozen=True)
class Attempt:
    """A build that is being made."""

    request: Request
    folder: Path
    started: datetime
    redact: Redactor
    data: PreparedData | None = None
    plan: Plan = field(default_factory=Plan)

    @property
    def id(self) -> str:
        """The id that the build will have."""
        return builds.id_of(self.folder)


def publish(attempt: Attempt, parts: Parts, records: Mapping[str, RunRecord], *, observe: Observer) -> Outcome:
    """Write what belongs to the whole review, give the build its name, and let the links lead to it.

    Raises whatever went wrong before the build could be found by a reader; then it is still in its unfinished folder.
    """
    observe(Event("note", "writing the review"))
    manifest = make_manifest(attempt, records, status="published")
    write_record(attempt.folder / MANIFEST, manifest)
    parts.build_review_index(attempt.folder)
    parts.write_workbook(attempt.folder)
    if attempt.request.pdf:
        parts.write_pdf(attempt.folder)
    with too_late_to_stop():
        note = _make_findable(attempt)
        return _announce(attempt, parts, manifest, note)


def abandon(
    attempt: Attempt,
    parts: Parts,
    records: Mapping[str, RunRecord],
    *,
    problem: str | None = None,
    status: BuildStatus = "failed",
) -> Outcome:
    """Keep the attempt in ``failed/`` with its failure page; with no room left, keep only what says that it failed."""
    manifest = make_manifest(attempt, records, status=status, problem=problem)
    with too_late_to_stop():
        place = _keep(attempt, manifest)
        notes = _try_pages(parts, place, attempt.request.run_dir)
    page = place / FAILURE_PAGE if place and (place / FAILURE_PAGE).exists() else place
    return Outcome(EXIT_FAILED, "\n".join([_why(manifest), *notes]), page, manifest)


def keep_published(request: Request, parts: Parts, same: GoodBuild) -> Outcome:
    """Return the outcome of a run that had nothing to do."""
    if not (request.run_dir / "index.html").exists():
        parts.build_archive(request.run_dir)
    sentence = f"Nothing has changed since {same.manifest.finished_at}: the published review is up to date."
    return Outcome(EXIT_OK, sentence, request.run_dir / same.manifest.as_of / "index.html", same.manifest)


def record_refusal(request: Request, parts: Parts, refusal: DataError, *, started: datetime) -> None:
    """Keep the refusal of the data as an attempt which the archive, if there is one, can announce."""
    if not builds.list_builds(request.run_dir):
        return
    folder = builds.begin_build(request.run_dir, request.as_of)
    attempt = Attempt(request=request, folder=folder, started=started, redact=redactor_for(request, parts, folder))
    abandon(attempt, parts, {}, problem=str(refusal), status="refused")


def redactor_for(request: Request, parts: Parts, folder: Path) -> Redactor:
    """Return what keeps secrets out of all that we write, and puts the build's final place for its unfinished one."""
    final = folder.with_name(builds.id_of(folder))
    shown = os.path.relpath(final, request.run_file.root)
    if shown.startswith(".."):
        shown = os.path.relpath(final, request.reports_dir.parent)
    return make_redactor(parts.secrets(request.run_file), places={str(folder): shown})


def make_manifest(
    attempt: Attempt, records: Mapping[str, RunRecord], *, status: BuildStatus, problem: str | None = None
) -> Manifest:
    """Return the manifest of an attempt as it stands."""
    request, now = attempt.request, datetime.now(UTC)
    run_file, steps = request.run_file, attempt.plan.steps
    entries = {step.report.topic: _entry(step, records.get(step.report.topic)) for step in steps}
    manifest = Manifest(
        build=attempt.id,
        **{name: getattr(run_file, name) for name in ("run", "title", "period", "currency", "locale")},
        as_of=request.as_of.isoformat(),
        status=status,
        whole=status == "published" and _is_whole(request, steps),
        only=request.only,
        started_at=attempt.started.isoformat(timespec="seconds"),
        finished_at=now.isoformat(timespec="seconds"),
        seconds=round((now - attempt.started).total_seconds(), 1),
        peak_memory_mb=max((record.peak_memory_mb for record in records.values()), default=0.0),
        reports=entries,
        failed=tuple(topic for topic, entry in entries.items() if entry.status not in ("ok", "skipped")),
        problem=problem,
        policy=run_file.policy.model_dump(mode="json"),
        data=attempt.data and {"fingerprint": attempt.data.fingerprint, "load_report": attempt.data.load_report},
        versions=installed_versions(),
        git=git_state(run_file.root),
    )
    return Manifest.model_validate(attempt.redact(manifest.model_dump()))


def _is_whole(request: Request, steps: tuple[Step, ...]) -> bool:
    """Whether every report of the review is there and about this date; part of a review never counts as one."""
    day = request.as_of.isoformat()
    return not request.only and all(
        step.action == "run" or (step.action == "carry" and carried_from(step).as_of == day) for step in steps
    )


def _entry(step: Step, record: RunRecord | None) -> ReportEntry:
    about = {"title": step.report.title, "question": step.report.question, "reason": step.reason}
    about["difference"] = step.difference
    if step.action == "run":
        return _run_entry(step, record, about)
    if step.action == "absent":
        return ReportEntry(**about, status="skipped", sentence="It was not asked for.")
    origin = carried_from(step)
    sentence = f"Carried over from the run of {origin.ran_at} about {origin.as_of}: {step.reason}."
    kept = step.entry.model_dump(include={"seconds", "peak_memory_mb", "parameters", "skip_key"})
    return ReportEntry(**about, **kept, status="skipped", sentence=sentence, carried_from=origin)


def _run_entry(step: Step, record: RunRecord | None, about: dict) -> ReportEntry:
    if record is None:
        return ReportEntry(**about, status="interrupted", sentence="The run ended before this report.")
    measured = {
        name: getattr(record, name) for name in ("status", "sentence", "seconds", "peak_memory_mb", "parameters")
    }
    return ReportEntry(**about, **measured, skip_key=step.key)


def _make_findable(attempt: Attempt) -> str | None:
    """Name the build and swap the links; return in words what is amiss although readers find it by its date.

    A build that cannot be found takes its unfinished name back, and the error is raised.
    """
    run_dir, day = attempt.request.run_dir, attempt.request.as_of.isoformat()
    final = builds.seal_build(attempt.folder)
    try:
        settle_links(run_dir)
    except OSError as problem:
        if read_link(run_dir, day) != final:
            builds.unseal_build(final)
            raise
        return f"`latest` could not be moved to it ({problem}); the next run will do so"
    return None


def _announce(attempt: Attempt, parts: Parts, manifest: Manifest, note: str | None) -> Outcome:
    """Bring the archive page up to date; the review is published already, so all that can fail is that page."""
    page = attempt.request.run_dir / manifest.as_of / "index.html"
    try:
        parts.build_archive(attempt.request.run_dir)
    except Exception as problem:  # noqa: BLE001 - told in the outcome
        note = f"the archive page could not be written ({type(problem).__name__}: {problem}); run it again"
    if note:
        return Outcome(EXIT_FAILED, f"The review is published, but {note}.", page, manifest)
    n_run = sum(entry.status == "ok" for entry in manifest.reports.values())
    n_carried = sum(entry.carried_from is not None for entry in manifest.reports.values())
    sentence = f"Published: {n_run} run, {n_carried} carried over, in {manifest.seconds:.1f} s."
    return Outcome(EXIT_OK, sentence, page, manifest)


def _keep(attempt: Attempt, manifest: Manifest) -> Path | None:
    """Move the attempt to ``failed/``; on a full disk drop its contents until the manifest fits."""
    try:
        place = builds.move_to_failed(attempt.folder)
    except OSError:
        shutil.rmtree(attempt.folder, ignore_errors=True)
        return None
    try:
        write_record(place / MANIFEST, manifest)
    except OSError:
        for path in place.iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        return _keep_bare(place, manifest)
    return place


def _keep_bare(place: Path, manifest: Manifest) -> Path | None:
    try:
        write_record(place / MANIFEST, manifest)
    except OSError:
        shutil.rmtree(place, ignore_errors=True)
        return None
    return place


def _try_pages(parts: Parts, place: Path | None, run_dir: Path) -> list[str]:
    """Write the failure page and the archive; return in words what could not be written."""
    notes = [] if place else ["There was no room to keep the attempt."]
    for what, write, where in (
        ("failure page", parts.render_failure, place),
        ("archive", parts.build_archive, run_dir),
    ):
        try:
            if where is not None:
                write(where)
        except Exception as problem:  # noqa: BLE001 - a run that failed must still end and say why
            notes.append(f"The {what} could not be written: {type(problem).__name__}: {problem}.")
    return notes


def _why(manifest: Manifest) -> str:
    parts = [f"  - {topic}: {manifest.reports[topic].sentence}" for topic in manifest.failed]
    return "\n".join([f"Not published. {manifest.problem or ''}".strip(), *parts])
