"""Tidy up after a run that was killed: its unfinished build becomes a failed attempt that says so."""

from datetime import UTC, datetime
from pathlib import Path

from portfolio_lab.reports.runner.builds import half_builds, id_of, move_to_failed, sweep_litter
from portfolio_lab.reports.runner.events import Event, Observer
from portfolio_lab.reports.runner.manifests import MANIFEST, write_record
from portfolio_lab.reports.runner.records import Manifest

PROBLEM = "the run itself was ended from outside before it could publish"


def sweep_leftovers(run_dir: Path, observe: Observer) -> None:
    """Move unfinished builds of killed runs to ``failed/`` and remove half-written files; the lock must be held."""
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
