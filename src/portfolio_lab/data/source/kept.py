"""Tables that an engine makes on the way and that are worth keeping as files."""

import os
from contextlib import suppress
from pathlib import Path

import duckdb
import ibis.expr.types as ir


def keep_table(table: ir.Table, path: Path) -> bool:
    """Write an embedded engine's table as Parquet beside ``path`` and move it there; whether there was room for it.

    Readers find the whole file or none. Nothing is left of one that could not be written.
    """
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(str(beside))
        beside.replace(path)
    except (OSError, duckdb.IOException):
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        return False
    return True
