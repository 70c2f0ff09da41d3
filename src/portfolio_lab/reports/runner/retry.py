"""Try again after a lost connection, and after nothing else."""

import time
from collections.abc import Callable
from typing import TypeVar

from portfolio_lab.errors import ConnectionLost
from portfolio_lab.reports.runner.events import Event, Observer

T = TypeVar("T")


def with_retries(work: Callable[[], T], *, waits: tuple[float, ...], observe: Observer) -> T:
    """Return what ``work`` returns; a lost connection is tried again after each of ``waits`` seconds."""
    for wait in waits:
        try:
            return work()
        except ConnectionLost as problem:
            observe(Event("retry", f"{problem}; trying again in {wait:g} s"))
            time.sleep(wait)
    return work()
