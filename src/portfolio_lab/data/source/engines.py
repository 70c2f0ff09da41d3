"""The engines, and the few things in which they differ."""

import os
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

MEMORY_LIMIT = "2GiB"
ISO_OFFSET = r"([Zz]|[+-][0-9]{2}:?[0-9]{2})\s*$"


@ibis.udf.scalar.builtin
def try_strptime(text: str, pattern: str) -> dt.timestamp:
    """DuckDB's own: the moment that a text states in a pattern, or null."""


@ibis.udf.scalar.builtin(name="timezone")
def local_clock(zone: str, moment: dt.Timestamp("UTC")) -> dt.timestamp:  # type: ignore[valid-type]
    """DuckDB's and PostgreSQL's own: what the clocks of a zone showed at a moment."""


def connect_embedded(*, scratch: Path) -> Any:
    """Return a DuckDB connection in memory that spills to ``scratch`` beyond its memory limit and asks no network."""
    settings = {
        "memory_limit": MEMORY_LIMIT,
        "threads": os.cpu_count() or 1,
        "temp_directory": str(scratch),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    con = ibis.duckdb.connect(**settings)
    con.raw_sql("SET TimeZone = 'UTC'")
    return con


def parse_day(text: ir.StringValue, *, date_format: str | None, zone: str) -> ir.DateValue:
    """Return the day that a text states (DuckDB): in ``date_format``, else in ISO form; null if it does not.

    A moment with an offset is taken to the clocks of ``zone`` before it is cut to its day.
    """
    if date_format:
        return try_strptime(text, date_format).date()
    iso = text.re_search(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}.*)?$")
    moved = local_clock(zone, text.try_cast(dt.Timestamp("UTC")))
    day = ibis.ifelse(text.re_search(ISO_OFFSET), moved, text.try_cast("timestamp")).date()
    return ibis.ifelse(iso, day, ibis.null("date"))
