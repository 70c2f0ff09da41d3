"""Tidy up after a run that was killed: its unfinished build becomes a failed attempt that says so."""

from datetime import UTC, datetime
from pathlib import Path

from portfolio_lab.reports.runner.builds import half_builds, id_of, move_to_failed, sweep_litter
from portfolio_lab.reports.runner.events import Event, Observer
from portfolio_lab.reports.runner.manifests import MANIFEST, write_record
from portfolio_lab.reports.runner.records import Manifest
from portfolio_lab.reports.runner.strays import end_marked, review_mark

PROBLEM = "the run itself was ended from outside before it could publish"


def sweep_leftovers(run_dir: Path, observe: Observer) -> None:
    """End what killed runs left running, move their unfinished builds to ``failed/``, remove half-written files.

    The lock must be held: then no living run has a process of this review.
    """
    if n_ended := end_marked(review_mark(run_dir)):
        observe(
            Event("note", f"of an earlier run that was killed {n_ended} processes were still running; they are ended")
        )
    sweep_litter(run_dir)
    for half in half_builds(run_dir):
        write_record(half / MANIFEST, killed_manifest(half))
        place = move_to_failed(half)
        observe(Event("note", f"an earlier run was killed; what it left is in {place}"))


def killed_manifest(half: Path) -> Manifest:
    """Return the little that can be said about a run that was killed."""
    build = id_of(half)
    began = datetime.fromtimestamp(half.stat().st_mtime, UTC).isoformat(timespec="seconds")
    day = build.split("_")[1]
    return Manifest(
        build=build, run=half.parents[1].name, as_of=day, status="killed", problem=PROBLEM, started_at=began
    )
