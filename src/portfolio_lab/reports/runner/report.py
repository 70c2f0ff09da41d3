"""Run one report of a review: inject, execute, try again after a lost connection, write what came of it."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exception
from typing import Any

import nbformat
from nbformat import NotebookNode

from portfolio_lab.reports.runner.events import Event, Observer
from portfolio_lab.reports.runner.execute import N_TRACEBACK_LINES, Supervision, Surroundings, execute_notebook
from portfolio_lab.reports.runner.manifests import RUN, write_record
from portfolio_lab.reports.runner.nursery import Nursery
from portfolio_lab.reports.runner.parameters import INJECTED, inject_parameters
from portfolio_lab.reports.runner.parts import Parts, Report, Request
from portfolio_lab.reports.runner.records import CellCount, CellError, Ending, PassedLimit, RunRecord
from portfolio_lab.reports.runner.redact import Redactor
from portfolio_lab.reports.runner.sentences import describe_ending
from portfolio_lab.reports.runner.strays import review_mark

EXECUTED = "executed.ipynb"
RUN_FILE = "run.yaml"
LOST_CONNECTION = "ConnectionLost"
INLINE = "module://matplotlib_inline.backend_inline"


@dataclass(frozen=True)
class Workshop:
    """What the reports of one run share: request, verbs, folders, redaction, ears, the warm process."""

    request: Request
    parts: Parts
    folder: Path
    sockets: Path
    data_env: Mapping[str, str]
    redact: Redactor
    observe: Observer
    nursery: Nursery | None = None


async def run_report(report: Report, shop: Workshop, *, under: Supervision, pages: Executor) -> RunRecord:
    """Return the record of one report; its folder holds the executed notebook, run.json and, if all is well, the page.

    Never raises for what goes wrong inside the report: the record says it.
    """
    started = datetime.now(UTC)
    notebook, ending, attempts = await _execute_with_retries(report, shop, under)
    folder = shop.folder / report.topic
    if ending.status == "ok":
        ending = await _make_page(notebook, folder, ending, shop=shop, pages=pages)
    return _write(report, notebook, ending, shop=shop, started=started, attempts=attempts)


def never_begun(report: Report, shop: Workshop, ending: Ending) -> RunRecord:
    """Return the record of a report whose turn never came."""
    return _record(report, ending, shop=shop, started=datetime.now(UTC), attempts=0, notebook=None)


def out_of_time(limit_seconds: float) -> Ending:
    """Return the ending of a report that had not begun when the time of the whole review was up."""
    return Ending("timeout", CellCount(total=0, run=0), limit=PassedLimit(name="review_seconds", value=limit_seconds))


async def _execute_with_retries(
    report: Report, shop: Workshop, under: Supervision
) -> tuple[NotebookNode | None, Ending, int]:
    """Execute once; only after a lost connection again, each time after a longer wait."""
    for attempt, wait in enumerate((*shop.parts.retry_waits, None), start=1):
        notebook, ending = await _execute_once(report, shop, under, attempt)
        if wait is None or ending.error is None or ending.error.name != LOST_CONNECTION:
            break
        shop.observe(Event("retry", f"the connection was lost; trying again in {wait:g} s", report.topic))
        with_stop = asyncio.create_task(under.stop.wait())
        await asyncio.wait({with_stop}, timeout=wait)
        with_stop.cancel()
        if under.stop.is_set():
            break
    return notebook, ending, attempt


async def _execute_once(
    report: Report, shop: Workshop, under: Supervision, attempt: int
) -> tuple[NotebookNode | None, Ending]:
    folder, notebook = shop.folder / report.topic, None
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        source = nbformat.read(report.notebook, as_version=4)
        notebook = inject_parameters(source, injected_values(report, shop))
        _name_injected_cell(notebook)
        env, sockets = kernel_env(shop.request, shop.data_env), shop.sockets / f"{report.topic}.{attempt}"
        around = Surroundings(report.notebook.parent, env, sockets, shop.nursery)
        return notebook, await execute_notebook(notebook, around=around, under=under)
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with one notebook is its own result
        return notebook, _runner_error(problem)


async def _make_page(
    notebook: NotebookNode, folder: Path, ending: Ending, *, shop: Workshop, pages: Executor
) -> Ending:
    """Write the page; when that fails the report has failed, whatever its cells say."""
    try:
        await asyncio.get_running_loop().run_in_executor(pages, shop.parts.render_report, shop.redact(notebook), folder)
    except Exception as problem:  # noqa: BLE001 - a page that cannot be written is this report's result
        return replace(ending, status="error", error=_runner_error(problem).error)
    return ending


def injected_values(report: Report, shop: Workshop) -> dict[str, Any]:
    """Return what is injected into the notebook: the common parameters and the report's own, all plain values."""
    common = {
        "run_file": str(shop.folder / RUN_FILE),
        "as_of": shop.request.as_of.isoformat(),
        "output_dir": str(shop.folder / report.topic),
    }
    return common | dict(report.parameters)


def kernel_env(request: Request, data_env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a kernel: ours, where project and data are, and its share of the processors.

    Products of matrices are left to one thread each: our tables are tall and narrow, and who computes at length runs
    several of them beside each other.
    """
    threads = str(max(1, (os.cpu_count() or 1) // max(1, request.jobs)))
    defaults = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    defaults |= {"PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    ours = {"MPLBACKEND": INLINE, "PORTFOLIO_LAB_ROOT": str(request.run_file.root), **review_mark(request.run_dir)}
    return defaults | dict(os.environ) | ours | dict(data_env)


def _write(
    report: Report, notebook: NotebookNode | None, ending: Ending, *, shop: Workshop, started: datetime, attempts: int
) -> RunRecord:
    """Write the executed notebook and run.json; no room to write them is an error of this report."""
    folder = shop.folder / report.topic
    about = {"shop": shop, "started": started, "attempts": attempts}
    try:
        if notebook is not None:
            nbformat.write(shop.redact(notebook), folder / EXECUTED)
        record = _record(report, ending, notebook=EXECUTED if notebook else None, **about)
        write_record(folder / RUN, record)
    except OSError as problem:
        if ending.status == "ok":
            ending = replace(ending, status="error", error=_runner_error(problem).error)
        return _record(report, ending, notebook=None, **about)
    return record


def _record(
    report: Report, ending: Ending, *, shop: Workshop, started: datetime, attempts: int, notebook: str | None
) -> RunRecord:
    values = {
        **asdict(ending),
        "topic": report.topic,
        "title": report.title,
        "sentence": describe_ending(ending),
        "as_of": shop.request.as_of.isoformat(),
        "started_at": started.isoformat(timespec="seconds"),
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "attempts": attempts,
        "parameters": injected_values(report, shop),
        "notebook": notebook,
    }
    evidence = {name: value.model_dump() for name, value in values.items() if hasattr(value, "model_dump")}
    return RunRecord.model_validate(shop.redact(values | evidence))


def _runner_error(problem: Exception) -> Ending:
    lines = "".join(format_exception(problem)).splitlines()[-N_TRACEBACK_LINES:]
    error = CellError(name=type(problem).__name__, message=str(problem), traceback=tuple(lines))
    return Ending("error", CellCount(total=0, run=0), error=error)


def _name_injected_cell(notebook: NotebookNode) -> None:
    """Give the injected cell a fixed id, so that two runs of the same report write the same bytes."""
    for cell in notebook.cells:
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED
