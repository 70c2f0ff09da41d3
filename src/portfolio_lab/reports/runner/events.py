"""What the runner tells while it works; the command line decides how it looks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

EventKind = Literal["note", "start", "cell", "retry", "end", "carry", "done"]


@dataclass(frozen=True)
class Event:
    """One thing that happened: to the whole review where ``topic`` is None."""

    kind: EventKind
    text: str
    topic: str | None = None
    status: str | None = None
    n_run: int = 0
    n_total: int = 0
    seconds: float | None = None


Observer = Callable[[Event], None]
