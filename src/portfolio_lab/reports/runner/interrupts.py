"""Ctrl-C, SIGTERM and SIGHUP: stop kernels in order, and never between two links."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def stop_as_interrupt() -> Iterator[None]:
    """Let every request to stop arrive as KeyboardInterrupt while the block runs, so that it can tidy up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def stop_sets(event: asyncio.Event) -> Iterator[None]:
    """Let every request to stop set ``event`` while the block runs in the event loop of the main thread."""
    loop = asyncio.get_running_loop()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    for number in STOPPING:
        loop.add_signal_handler(number, event.set)
    try:
        yield
    finally:
        for number in STOPPING:
            loop.remove_signal_handler(number)
            signal.signal(number, _interrupt)


@contextmanager
def too_late_to_stop() -> Iterator[None]:
    """Ignore every request to stop while the block runs: what it does takes moments and must not be halved."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)
