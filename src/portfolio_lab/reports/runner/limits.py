"""Watch what a kernel uses: memory of its whole process tree, processor seconds, the time that is left."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

POLL_SECONDS = 0.5
TOLERATED = 1.1
TOLERATED_SECONDS = 2.0
MEGABYTE = 1024 * 1024


@dataclass
class Usage:
    """What a process tree has used so far: highest resident memory in MB, processor seconds."""

    peak_memory_mb: float = 0.0
    cpu_seconds: float = 0.0


def measure_tree(pid: int) -> tuple[float, float]:
    """Return resident memory in MB and processor seconds of a process with all its living descendants."""
    memory, seconds = 0, 0.0
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                times = process.cpu_times()
                memory += process.memory_info().rss
                seconds += times.user + times.system
    return memory / MEGABYTE, seconds


def note_usage(usage: Usage, pid: int | None) -> float:
    """Add a look at the process tree to ``usage``; return its resident memory in MB now."""
    if pid is None:
        return 0.0
    memory_mb, seconds = measure_tree(pid)
    usage.peak_memory_mb = max(usage.peak_memory_mb, memory_mb)
    usage.cpu_seconds = max(usage.cpu_seconds, seconds)
    return memory_mb


async def watch_memory(pid_of: Callable[[], int | None], usage: Usage, *, limit_mb: float) -> None:
    """Return when the tree has held more than 1.1 times the limit for 2 s; note its usage all the while."""
    clock = asyncio.get_running_loop().time
    above_since = None
    while True:
        above = note_usage(usage, pid_of()) > TOLERATED * limit_mb
        above_since = (above_since or clock()) if above else None
        if above_since is not None and clock() - above_since >= TOLERATED_SECONDS:
            return
        await asyncio.sleep(POLL_SECONDS)
