"""Decide for each report whether it must be run, and say why."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from portfolio_lab.reports.runner.links import good_builds
from portfolio_lab.reports.runner.manifests import read_manifest
from portfolio_lab.reports.runner.parts import PreparedData, Report, Request
from portfolio_lab.reports.runner.provenance import code_hash, needed_versions, value_hash
from portfolio_lab.reports.runner.records import CarriedFrom, Manifest, ReportEntry

# In the order in which a difference is named: what a reader would ask about first comes first.
KEY_PARTS = ("as_of", "parameters", "policy", "run_file", "data", "notebook", "code", "environment", "previous")
CHANGED = {
    "as_of": "the date is another one",
    "parameters": "its parameters have changed",
    "policy": "the policy that it depends on has changed",
    "run_file": "the run file has changed",
    "data": "the data have changed",
    "notebook": "its notebook has changed",
    "code": "the code of the package has changed",
    "environment": "the installed libraries have changed",
    "previous": "the review before it has changed",
}
RUN_FILE_PARTS = {"title", "period", "currency", "locale", "country", "data"}


@dataclass(frozen=True)
class Step:
    """What is done with one report: run it, carry it over, or leave it out, and why."""

    report: Report
    action: Literal["run", "carry", "absent"]
    reason: str
    key: dict[str, str]
    difference: str | None = None
    source: Path | None = None
    entry: ReportEntry | None = None


@dataclass(frozen=True)
class GoodBuild:
    """A published build and its manifest."""

    path: Path
    manifest: Manifest


@dataclass(frozen=True)
class Before:
    """What was published before: the last good build of the same date, and those of earlier dates, nearest first."""

    same: GoodBuild | None = None
    earlier: tuple[GoodBuild, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The steps of a run, in the order of the catalog."""

    steps: tuple[Step, ...] = field(default_factory=tuple)

    def chosen(self, action: str) -> list[Step]:
        """The steps with this action."""
        return [step for step in self.steps if step.action == action]


def find_before(run_dir: Path, as_of: str) -> Before:
    """Return the good builds that a run about ``as_of`` can look back on; never one about a later date."""
    good = {day: _good(build) for day, build in good_builds(run_dir).items() if day <= as_of}
    earlier = (good[day] for day in sorted(good, reverse=True) if day < as_of)
    return Before(good.get(as_of), tuple(build for build in earlier if build))


def plan_reports(request: Request, data: PreparedData, reports: Iterable[Report], before: Before) -> Plan:
    """Return what to do with each report; ``before`` is what can be carried over."""
    shared = shared_key(request, data, before)
    return Plan(tuple(_plan(request, report, skip_key(report, shared), before) for report in reports))


def shared_key(request: Request, data: PreparedData, before: Before) -> dict[str, str]:
    """Return the parts of the skip key that all reports of a run have in common."""
    run_file = request.run_file.model_dump(mode="json", include=RUN_FILE_PARTS)
    return {
        "as_of": request.as_of.isoformat(),
        "run_file": value_hash(run_file),
        "data": value_hash(data.fingerprint),
        "code": code_hash(),
        "environment": value_hash(needed_versions()),
        "previous": _previous_hash(before.earlier),
    }


def skip_key(report: Report, shared: Mapping[str, str]) -> dict[str, str]:
    """Return everything that a report's result can depend on, as ``{part: hash}``."""
    own = {
        "parameters": value_hash(dict(report.parameters)),
        "policy": report.policy_hash,
        "notebook": hashlib.sha256(report.notebook.read_bytes()).hexdigest()[:16],
    }
    return {part: {**shared, **own}[part] for part in KEY_PARTS}


def first_difference(key: Mapping[str, str], earlier: Mapping[str, str]) -> str | None:
    """Return the first part of the skip key that differs; None when nothing does."""
    return next((part for part in KEY_PARTS if key[part] != earlier.get(part)), None)


def _plan(request: Request, report: Report, key: dict[str, str], before: Before) -> Step:
    entry = _result(before.same, report.topic)
    difference = first_difference(key, entry.skip_key) if entry else None
    if request.only and report.topic not in request.only:
        return _carry_unasked(report, key, before)
    if request.force:
        return Step(report, "run", "--force was given", key, difference)
    if entry is None:
        return Step(report, "run", "there is no earlier result for this date", key)
    if difference:
        return Step(report, "run", CHANGED[difference], key, difference)
    reason = "nothing that it depends on has changed"
    return Step(report, "carry", reason, key, source=before.same.path, entry=entry)


def _carry_unasked(report: Report, key: dict[str, str], before: Before) -> Step:
    for build in (before.same, *before.earlier):
        if (entry := _result(build, report.topic)) is not None:
            return Step(report, "carry", "it was not asked for", key, source=build.path, entry=entry)
    return Step(report, "absent", "it was not asked for, and there is no earlier result", key)


def carried_from(step: Step) -> CarriedFrom:
    """Return where a carried report was really run, however often it has been carried since."""
    if step.entry.carried_from is not None:
        return step.entry.carried_from
    manifest = read_manifest(step.source)
    return CarriedFrom(build=step.source.name, as_of=manifest.as_of, ran_at=manifest.finished_at)


def _result(build: GoodBuild | None, topic: str) -> ReportEntry | None:
    entry = build.manifest.reports.get(topic) if build else None
    has_folder = entry is not None and (entry.status == "ok" or entry.carried_from is not None)
    return entry if has_folder else None


def _good(build: Path) -> GoodBuild | None:
    manifest = read_manifest(build)
    return GoodBuild(build, manifest) if manifest else None


def _previous_hash(earlier: tuple[GoodBuild, ...]) -> str:
    """What a report can see of earlier reviews: of each topic the nearest result, by what it came from."""
    nearest: dict[str, list] = {}
    for build in earlier:
        for topic in build.manifest.reports:
            if topic not in nearest and (entry := _result(build, topic)) is not None:
                nearest[topic] = [build.manifest.as_of, entry.skip_key]
    return value_hash(nearest) if nearest else "none"
