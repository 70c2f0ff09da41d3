"""The command ``prune``: which old builds would go, and with --apply let them go."""

import sys
from pathlib import Path

from portfolio_lab.reports.cli.asking import reports_folder
from portfolio_lab.reports.run_file import read_run_file
from portfolio_lab.reports.runner.prune import prune_review


def prune_run(run: str, reports: Path | None, *, keep: int, apply: bool) -> int:
    """List the builds and attempts that go, or remove them; return 0."""
    run_file = read_run_file(run)
    pruning = prune_review(reports_folder(run_file, reports) / run_file.run, keep=keep, apply=apply)
    verb = "removed" if apply else "would be removed"
    for folder in pruning.removed:
        sys.stdout.write(f"{folder.path.parent.name}/{folder.id} {verb}\n")
    hint = "" if apply or not pruning.removed else " Repeat with --apply to remove them."
    sys.stdout.write(f"{len(pruning.removed)} {verb}, {len(pruning.kept)} kept.{hint}\n")
    return 0
