"""Progress: one living line per report on a terminal, one plain line per event elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from portfolio_lab.reports.runner.events import Event, Observer

WORDS = {"ok": "done", "skipped": "not run"}


@contextmanager
def show_progress(*, is_terminal: bool | None = None) -> Iterator[Observer]:
    """Give what shows events while the block runs; bars never go into a log file."""
    if sys.stderr.isatty() if is_terminal is None else is_terminal:
        with _living_lines() as observe:
            yield observe
    else:
        yield _plain_line


def plain_text(event: Event) -> str | None:
    """Return an event as one line; None for those that only move a bar."""
    if event.kind == "cell":
        return None
    who = f"{event.topic}: " if event.topic else ""
    if event.kind == "start":
        return f"{who}started ({event.text})"
    if event.kind == "end":
        return f"{who}{WORDS.get(event.status, event.status)}. {event.text}"
    return f"{who}{'carried over, ' if event.kind == 'carry' else ''}{event.text}"


def _plain_line(event: Event) -> None:
    if text := plain_text(event):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


@contextmanager
def _living_lines() -> Iterator[Observer]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[said]}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
        tasks: dict[str, int] = {}

        def observe(event: Event) -> None:
            if event.topic is None or event.kind in ("carry", "retry"):
                bars.console.print(escape(plain_text(event)))
            elif event.kind == "start":
                tasks[event.topic] = bars.add_task(event.topic, total=None, said="starting")
            elif event.kind == "cell":
                said = f"cell {event.n_run} of {event.n_total}"
                bars.update(tasks[event.topic], completed=event.n_run, total=event.n_total, said=said)
            elif event.topic in tasks:
                bars.update(tasks[event.topic], said=WORDS.get(event.status, event.status), total=1, completed=1)

        yield observe
