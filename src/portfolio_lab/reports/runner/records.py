"""What the runner knows about a report, a build and an attempt: the records behind run.json and manifest.json."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["ok", "error", "timeout", "memory", "killed", "dead_kernel", "interrupted", "skipped"]
BuildStatus = Literal["published", "failed", "interrupted", "killed", "refused"]
LimitName = Literal["cell_seconds", "report_seconds", "review_seconds", "memory_mb"]


class Record(BaseModel):
    """A record that is written as JSON: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CellPlace(Record):
    """A cell: position in the notebook from 0, number among code cells from 1, and its source."""

    index: int
    number: int
    source: str


class CellError(Record):
    """What a cell raised; the traceback holds the last lines, oldest first, without colours."""

    name: str
    message: str
    traceback: tuple[str, ...] = ()


class PassedLimit(Record):
    """The limit of the run file that was passed; seconds or megabytes as its name says."""

    name: LimitName
    value: float


class CellCount(Record):
    """Code cells of a notebook, and how many of them were completed."""

    total: int
    run: int


@dataclass(frozen=True)
class Ending:
    """How one execution of a notebook ended, with its evidence."""

    status: Status
    cells: CellCount
    cell: CellPlace | None = None
    error: CellError | None = None
    limit: PassedLimit | None = None
    signal: str | None = None
    exit_code: int | None = None
    kernel_log: tuple[str, ...] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0


class RunRecord(Record):
    """run.json: one report that was started."""

    layout: Literal[1] = 1
    topic: str
    title: str
    status: Status
    sentence: str
    as_of: str
    started_at: str
    finished_at: str
    seconds: float
    cpu_seconds: float
    peak_memory_mb: float
    attempts: int
    parameters: dict[str, Any]
    cells: CellCount
    cell: CellPlace | None
    error: CellError | None
    limit: PassedLimit | None
    signal: str | None
    exit_code: int | None
    kernel_log: tuple[str, ...]
    notebook: str | None


class CarriedFrom(Record):
    """The build from which a report's folder was copied, the date it is about and when it was run."""

    build: str
    as_of: str
    ran_at: str | None


class ReportEntry(Record):
    """One report in a manifest."""

    status: Status
    title: str
    question: str
    reason: str
    difference: str | None
    sentence: str
    seconds: float | None = None
    peak_memory_mb: float | None = None
    parameters: dict[str, Any] = {}
    skip_key: dict[str, str] = {}
    carried_from: CarriedFrom | None = None


class Manifest(Record):
    """manifest.json: one build or one attempt that was not published."""

    layout: Literal[1] = 1
    build: str
    run: str
    title: str = ""
    as_of: str
    period: str = ""
    currency: str = ""
    locale: str = ""
    status: BuildStatus
    whole: bool = False
    only: tuple[str, ...] = ()
    started_at: str = ""
    finished_at: str = ""
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    reports: dict[str, ReportEntry] = {}
    failed: tuple[str, ...] = ()
    problem: str | None = None
    policy: dict[str, Any] = {}
    data: dict[str, Any] | None = None
    versions: dict[str, str] = {}
    git: dict[str, Any] | None = None
