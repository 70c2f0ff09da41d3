"""The demo company: a B2B distributor with all tables of the contract, drawn from a truth that is written beside it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from portfolio_lab.data.demo.build import Scope, write_company
from portfolio_lab.data.demo.entrances import write_entrances

__all__ = ["Scope", "write_company", "write_demo", "write_entrances"]


def write_demo(
    folder: Path | str,
    *,
    n_customers: int = 3000,
    n_months: int = 42,
    seed: int = 1,
    format: str = "csv",
    end: date = date(2026, 9, 30),
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Write the demo company to ``folder`` and its truth to ``<folder>_truth``; return the rows of each table.

    CSV: one file per table; Parquet: one folder of parts per table. The same arguments give the same bytes.
    ``progress`` is told the customers done and their total. Raises DataError when an argument is out of range.
    """
    scope = Scope(n_customers=n_customers, n_months=n_months, seed=seed, format=format, end=end)
    return write_company(Path(folder), scope, progress=progress)
