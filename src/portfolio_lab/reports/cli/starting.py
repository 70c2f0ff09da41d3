"""The command ``demo``: an invented company to try everything on."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Told = Callable[[int, int], None]


def write_demo_company(
    folder: Path, *, n_customers: int, n_months: int, seed: int, table_format: str, is_terminal: bool | None = None
) -> int:
    """Write the demo company's tables, say how far it is and how many rows each table has; return 0."""
    from portfolio_lab.data.demo import write_demo

    scope = {"n_customers": n_customers, "n_months": n_months, "seed": seed, "format": table_format}
    with _progress(sys.stderr.isatty() if is_terminal is None else is_terminal) as tell:
        rows = write_demo(folder, **scope, progress=tell)
    for table, n in rows.items():
        sys.stdout.write(f"{table}: {n:,} rows\n")
    sys.stdout.write(f"Written to {folder}. Try: portfolio-lab run demo\n")
    return 0


@contextmanager
def _progress(is_terminal: bool) -> Iterator[Told]:
    """Give what tells how many customers are done: a living bar on a terminal, a line for each tenth elsewhere."""
    if not is_terminal:
        yield _line_for_each_tenth
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bars:
        task = bars.add_task("customers", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _line_for_each_tenth(done: int, total: int) -> None:
    """Blocks come in equal steps, so that a tenth is passed at most once a block."""
    if total > STEP and (done == total or done * 10 // total > (done - STEP) * 10 // total):
        sys.stderr.write(f"{done:,} of {total:,} customers\n")


STEP = 8000
