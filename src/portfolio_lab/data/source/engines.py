"""The engines, and the few things in which they differ."""

import os
from pathlib import Path
from typing import Any, Literal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from portfolio_lab.data.source.days import ISO, ISO_TEXT, MOMENT_END, parse_written_day

Engine = Literal["duckdb", "postgres", "spark"]
MEMORY_LIMIT = "2GiB"


@ibis.udf.scalar.builtin
def try_strptime(text: str, pattern: str) -> dt.timestamp:
    """DuckDB's own: the moment that a text states in a pattern, or null."""


@ibis.udf.scalar.builtin(name="timezone")
def local_clock(zone: str, moment: dt.Timestamp("UTC")) -> dt.timestamp:  # type: ignore[valid-type]
    """DuckDB's and PostgreSQL's own: what the clocks of a zone showed at a moment."""


@ibis.udf.scalar.builtin(name="format")
def postgres_text(pattern: str, value) -> str:  # type: ignore[no-untyped-def]
    """PostgreSQL's own: a value of any type as it writes it, for types that know no other cast."""


@ibis.udf.scalar.builtin(name="from_utc_timestamp")
def spark_local_clock(moment: dt.timestamp, zone: str) -> dt.timestamp:
    """Spark's own: what the clocks of a zone showed at a moment, in a session on UTC (Ibis sets it so)."""


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
    # where ipywidgets is installed the engine would draw its progress into the pages
    con.raw_sql("SET enable_progress_bar = false")
    return con


def hash_rows(table: ir.Table) -> ir.IntegerValue:
    """Return a hash of each row over all its columns: equal rows have equal hashes within one engine."""
    if table.get_backend().name == "duckdb":  # hashes a row as it is, twice as fast as its text
        return ibis.struct({name: table[name] for name in table.columns}).hash()
    marked = [table[name].cast("string").fill_null("\u2400") for name in table.columns]
    return ibis.literal("\u241f").join(marked).hash()


def parse_day(text: ir.StringValue, *, date_format: str | None, zone: str, engine: Engine = "duckdb") -> ir.DateValue:
    """Return the day that a text states: in ``date_format``, else in ISO form; null if it does not.

    A moment with an offset is taken to the clocks of ``zone`` before it is cut to its day.
    """
    if engine != "duckdb":
        return _parse_day_elsewhere(text, date_format, zone, engine)
    if date_format:
        return try_strptime(text, date_format).date()
    whole = text.upper().re_replace("^(.{16})([Z+-])", r"\1:00\2")  # DuckDB reads no moment without seconds, no z
    moved = local_clock(zone, whole.try_cast(dt.Timestamp("UTC"))).date()
    day = ibis.ifelse(text.re_search(MOMENT_END), moved, text.left(10).try_cast("date"))
    return ibis.ifelse(text.re_search(ISO_TEXT), day, ibis.null("date"))


def _parse_day_elsewhere(text: ir.StringValue, date_format: str | None, zone: str, engine: Engine) -> ir.DateValue:
    """PostgreSQL and Spark have no cast that gives null: the text is taken apart, and only a real day is cast."""
    day = parse_written_day(text, date_format or ISO)
    if date_format:
        return day
    is_moment = text.re_search(MOMENT_END) & day.notnull()
    moment = ibis.ifelse(is_moment, text.upper(), ibis.null("string"))
    if engine == "postgres":
        moved = local_clock(zone, moment.cast(dt.Timestamp("UTC")))
    else:
        whole = moment.re_replace("^(.{16})([Z+-])", "$1:00$2")  # nor does Spark
        moved = spark_local_clock(whole.cast("timestamp"), zone)
    return ibis.ifelse(is_moment, moved.date(), day)
