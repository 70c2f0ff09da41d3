"""Execute one notebook in one clean process, under supervision, and say truthfully how it ended."""

import asyncio
import re
import signal as signals
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from portfolio_lab.reports.runner.kernels import (
    Kernel,
    end_kernel,
    exit_code,
    log_tail,
    make_kernel,
    quiet,
    start_kernel,
)
from portfolio_lab.reports.runner.limits import Usage, note_usage, watch_memory
from portfolio_lab.reports.runner.nursery import Nursery
from portfolio_lab.reports.runner.records import CellCount, CellError, CellPlace, Ending, PassedLimit

if TYPE_CHECKING:
    from portfolio_lab.reports.run_file import Limits

N_TRACEBACK_LINES = 25
MAX_MESSAGE = 4000
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3", "file_extension": ".py", "mimetype": "text/x-python"}


@dataclass(frozen=True)
class Surroundings:
    """Where a notebook runs: working folder, environment, private folder of its sockets, the warm process if any."""

    cwd: Path
    env: Mapping[str, str]
    sockets: Path
    nursery: Nursery | None = None


@dataclass(frozen=True)
class Supervision:
    """What ends a notebook from outside: limits, the end of the review on the loop's clock, a request to stop."""

    limits: "Limits"
    review_ends: float
    stop: asyncio.Event
    on_cell: Callable[[int, int], None] = lambda n_run, n_total: None


@dataclass
class Track:
    """How far an execution has come."""

    index: int | None = None
    n_run: int = 0
    usage: Usage = field(default_factory=Usage)


async def execute_notebook(notebook: NotebookNode, *, around: Surroundings, under: Supervision) -> Ending:
    """Return how the execution of ``notebook`` ended; its outputs are written into ``notebook`` as far as it came."""
    started, track, kernel = monotonic(), Track(), make_kernel(around.sockets, around.nursery)
    notebook.metadata["language_info"] = dict(LANGUAGE)
    try:
        ending = await _supervise(notebook, kernel, track, around=around, under=under)
    finally:
        note_usage(track.usage, kernel.pid)
        await end_kernel(kernel)
    return replace(
        ending,
        seconds=round(monotonic() - started, 3),
        cpu_seconds=round(track.usage.cpu_seconds, 3),
        peak_memory_mb=round(track.usage.peak_memory_mb, 1),
    )


async def _supervise(
    notebook: NotebookNode, kernel: Kernel, track: Track, *, around: Surroundings, under: Supervision
) -> Ending:
    """Wait for whichever comes first: the end of the cells, too much memory, the end of the time, a request to stop."""
    work = asyncio.create_task(_run_cells(notebook, kernel, track, around=around, under=under))
    memory = asyncio.create_task(watch_memory(lambda: kernel.pid, track.usage, limit_mb=under.limits.memory_mb))
    stopped = asyncio.create_task(under.stop.wait())
    limit, seconds = _nearest_deadline(under)
    try:
        await asyncio.wait({work, memory, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return await _how_work_ended(work, notebook, kernel, track, under)
        if stopped.done():
            return _ending("interrupted", notebook, track)
        if memory.done():
            return _ending("memory", notebook, track, limit=_limit("memory_mb", under))
        return _ending("timeout", notebook, track, limit=_limit(limit, under))
    finally:
        await _cancel(work, memory, stopped)


async def _run_cells(
    notebook: NotebookNode, kernel: Kernel, track: Track, *, around: Surroundings, under: Supervision
) -> None:
    """Start the kernel and run every cell in order; raises what ended it."""
    await start_kernel(kernel, cwd=around.cwd, env=around.env)
    client = NotebookClient(
        notebook, km=kernel.manager, timeout=under.limits.cell_seconds, force_raise_errors=True,
        coalesce_streams=True, record_timing=False, log=quiet,
    )  # fmt: skip
    client.kc = kernel.client
    total = len(_code_cells(notebook))
    for index, cell in enumerate(notebook.cells):
        track.index = index
        await client.async_execute_cell(cell, index)
        if _is_code(cell):
            track.n_run += 1
            note_usage(track.usage, kernel.pid)
            under.on_cell(track.n_run, total)


async def _how_work_ended(
    work: asyncio.Task, notebook: NotebookNode, kernel: Kernel, track: Track, under: Supervision
) -> Ending:
    """Tell success, an error of a cell, a cell that took too long, and the death of the process apart."""
    problem = work.exception()
    if problem is None:
        return _ending("ok", notebook, track)
    if isinstance(problem, CellTimeoutError):
        return _ending("timeout", notebook, track, limit=_limit("cell_seconds", under))
    if isinstance(problem, CellExecutionError):
        return _ending("error", notebook, track, error=_cell_error(notebook.cells[track.index], problem))
    if isinstance(problem, (DeadKernelError, RuntimeError, OSError)):
        return await _how_kernel_died(problem, notebook, kernel, track)
    raise problem


async def _how_kernel_died(problem: Exception, notebook: NotebookNode, kernel: Kernel, track: Track) -> Ending:
    """Tell a signal from outside from a process that ended by itself or never answered."""
    code = await exit_code(kernel)
    evidence = {"exit_code": code, "kernel_log": log_tail(kernel)}
    if code is not None and code < 0:
        return _ending("killed", notebook, track, signal=signals.Signals(-code).name, **evidence)
    error = CellError(name=type(problem).__name__, message=str(problem)[:MAX_MESSAGE])
    return _ending("dead_kernel", notebook, track, error=error, **evidence)


def _ending(status: str, notebook: NotebookNode, track: Track, **evidence: object) -> Ending:
    cells = CellCount(total=len(_code_cells(notebook)), run=track.n_run)
    place = None if status == "ok" else _place(notebook, track)
    return Ending(status=status, cells=cells, cell=place, **evidence)


def _place(notebook: NotebookNode, track: Track) -> CellPlace | None:
    if track.index is None:
        return None
    source = notebook.cells[track.index].source
    return CellPlace(index=track.index, number=track.n_run + 1, source=source)


def _cell_error(cell: NotebookNode, problem: CellExecutionError) -> CellError:
    """The error as the notebook holds it: last lines of the traceback, without colours."""
    outputs = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    text = "\n".join(outputs[-1].traceback) if outputs else problem.traceback
    lines = COLOURS.sub("", text).splitlines()[-N_TRACEBACK_LINES:]
    message = COLOURS.sub("", str(problem.evalue))[:MAX_MESSAGE]
    return CellError(name=problem.ename, message=message, traceback=tuple(lines))


def _nearest_deadline(under: Supervision) -> tuple[str, float]:
    left = max(0.0, under.review_ends - asyncio.get_running_loop().time())
    if left < under.limits.report_seconds:
        return "review_seconds", left
    return "report_seconds", under.limits.report_seconds


def _limit(name: str, under: Supervision) -> PassedLimit:
    return PassedLimit(name=name, value=getattr(under.limits, name))


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if _is_code(cell)]


def _is_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


async def _cancel(*tasks: asyncio.Task) -> None:
    """End what is still going on; the ending is decided, so nothing that these tasks say can change it."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task
