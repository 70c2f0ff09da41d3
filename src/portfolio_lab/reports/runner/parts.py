"""What a run is asked to do, and the verbs that it calls: data, notebooks and pages, given as arguments."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio_lab.reports.runner.records import Manifest

if TYPE_CHECKING:
    from portfolio_lab.reports.run_file import RunFile

RETRY_WAITS = (2.0, 8.0)


@dataclass(frozen=True)
class Request:
    """One run of a review: what the command line asked for."""

    run_file: "RunFile"
    as_of: date
    reports_dir: Path
    only: tuple[str, ...] = ()
    force: bool = False
    jobs: int = 1
    pdf: bool = False

    @property
    def run_dir(self) -> Path:
        """The folder of this review below the reports folder."""
        return self.reports_dir / self.run_file.run


@dataclass(frozen=True)
class PreparedData:
    """What the border says about the data: fingerprint, counts of the load, tables; and how kernels find them."""

    fingerprint: str
    load_report: dict[str, Any]
    tables: frozenset[str]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """One report of the catalog as this run sees it; ``parameters`` are its own, plain JSON values."""

    topic: str
    title: str
    question: str
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    policy_hash: str = ""


@dataclass(frozen=True)
class Parts:
    """The verbs of other modules that a run calls; ``preload`` names modules that nearly every notebook loads."""

    prepare: Callable[[Request], PreparedData]
    reports: Callable[["RunFile", PreparedData], tuple[Report, ...]]
    dump_run_file: Callable[["RunFile", date], str]
    secrets: Callable[["RunFile"], dict[str, str]]
    render_report: Callable[[Any, Path], None]
    render_failure: Callable[[Path], None]
    build_review_index: Callable[[Path], None]
    build_archive: Callable[[Path], None]
    write_workbook: Callable[[Path], None]
    write_pdf: Callable[[Path], None]
    load_pages: Callable[[], None] = lambda: None
    preload: tuple[str, ...] = ()
    retry_waits: tuple[float, ...] = RETRY_WAITS


@dataclass(frozen=True)
class Outcome:
    """How a run ended: exit code, one sentence, the page to look at, the manifest."""

    exit_code: int
    sentence: str
    page: Path | None
    manifest: Manifest | None


def available_cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
