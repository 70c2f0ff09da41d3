"""Remove old builds and failed attempts; never what a reader can reach."""

from dataclasses import dataclass
from pathlib import Path

from portfolio_lab.reports.runner.builds import BuildFolder, list_builds, list_failed, remove_build
from portfolio_lab.reports.runner.links import LATEST, good_builds, read_link
from portfolio_lab.reports.runner.locks import hold_review


@dataclass(frozen=True)
class Pruning:
    """What a pruning keeps and what it removes (or would)."""

    kept: tuple[BuildFolder, ...]
    removed: tuple[BuildFolder, ...]


def prune_review(run_dir: Path, *, keep: int, apply: bool = False) -> Pruning:
    """Return which builds and attempts are removed, and with ``apply`` remove them.

    Of the builds that a newer one has replaced, and of the failed attempts, the newest ``keep`` stay. The last good
    build of every date and the one behind ``latest`` always stay. Raises ReviewLockedError while the review runs.
    """
    if not apply:
        return plan_pruning(run_dir, keep=keep)
    with hold_review(run_dir):
        pruning = plan_pruning(run_dir, keep=keep)
        for folder in pruning.removed:
            remove_build(folder.path)
    return pruning


def plan_pruning(run_dir: Path, *, keep: int) -> Pruning:
    """Return what ``prune_review`` would keep and remove, touching nothing."""
    linked = {path.name for path in (*good_builds(run_dir).values(), read_link(run_dir, LATEST)) if path}
    builds, failed = list_builds(run_dir), list_failed(run_dir)
    replaced = [build for build in builds if build.id not in linked]
    removed = [*_all_but_newest(replaced, keep), *_all_but_newest(failed, keep)]
    kept = [folder for folder in (*builds, *failed) if folder not in removed]
    return Pruning(tuple(kept), tuple(removed))


def _all_but_newest(folders: list[BuildFolder], keep: int) -> list[BuildFolder]:
    return folders[: max(0, len(folders) - keep)]
