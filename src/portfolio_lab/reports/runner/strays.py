"""Processes that a notebook started and that would outlive it: found by a mark in their environment, and ended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

# Handed down to whatever a notebook starts, in its own session or not; a killed run cannot take it back.
REVIEW_MARK = "PORTFOLIO_LAB_REVIEW"
KERNEL_MARK = "PORTFOLIO_LAB_KERNEL"
# Between two looks a process may start another one.
MAX_LOOKS = 10


def review_mark(run_dir: Path) -> dict[str, str]:
    """Return the mark of every process that works for a review, as part of an environment."""
    return {REVIEW_MARK: str(run_dir.resolve())}


def kernel_mark(folder: Path) -> dict[str, str]:
    """Return the mark of every process that one kernel starts, as part of an environment."""
    return {KERNEL_MARK: str(folder)}


@contextmanager
def no_strays(run_dir: Path) -> Iterator[None]:
    """End, when the block ends, whatever the notebooks of this review have left running."""
    try:
        yield
    finally:
        end_marked(review_mark(run_dir))


def end_marked(mark: dict[str, str]) -> int:
    """Kill every living process that carries the mark, but this one and those that started it; return how many."""
    spared, ended = _own_line(), set()
    for _ in range(MAX_LOOKS):
        found = [process for process in _carriers(mark) if process.pid not in spared]
        for process in found:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
        ended |= {process.pid for process in found}
        if not found:
            break
    return len(ended)


def _carriers(mark: dict[str, str]) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            if mark.items() <= process.environ().items() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _own_line() -> set[int]:
    return {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
