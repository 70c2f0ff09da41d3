"""Servers: PostgreSQL and Spark. Their rows stay where they are; the border builds expressions over them."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qs, urlsplit

import ibis
import ibis.expr.types as ir

from portfolio_lab.data.schema import table_spec
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source.address import Address
from portfolio_lab.data.source.embedded import sql_text
from portfolio_lab.data.source.engines import postgres_text, spark_local_clock
from portfolio_lab.data.source.lost import ALLOW, NOT_ALLOWED, postgres_is_lost, spark_is_lost, watch
from portfolio_lab.data.source.tables import RawTable, match_tables
from portfolio_lab.errors import ConnectionLost, DataError, Fault

# What PostgreSQL says (a part of it, in English), what it means, and what helps; the first that fits is told.
REFUSALS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("authentication failed", "no password supplied", "role "),
        "refuses the connection: user or password are not accepted",
        "correct user or password in data.source",
    ),
    (
        ("permission denied",),
        "refuses the connection: this user may not use the database",
        "have the user allowed to connect: GRANT CONNECT ON DATABASE",
    ),
    (
        ("pg_hba.conf",),
        "refuses the connection: this user may not come in from this machine",
        "ask its administrator to allow it; it may have to be encrypted, by ?sslmode=require behind data.source",
    ),
    (
        ("does not exist",),
        "refuses the connection: it has no database of this name",
        "correct the database name behind the last '/' of data.source",
    ),
    (
        ("does not support SSL", "certificate"),
        "cannot be connected to: both sides do not agree on encryption (SSL)",
        "correct sslmode behind the '?' of data.source",
    ),
)
BUSY = ("too many c", "reserved for", "is starting up", "is shutting down", "in recovery mode")


def connect_postgres(address: Address) -> Any:
    """Return an Ibis connection to PostgreSQL; DataError if it refuses us, ConnectionLost if it does not answer."""
    _need("psycopg", "postgres", address)
    import psycopg

    try:
        con = ibis.connect(address.url)
        return watch(con, address.label, postgres_is_lost(con))
    except psycopg.OperationalError as error:
        words = str(error)
        if not any(busy in words for busy in BUSY):
            _refuse_connection(words, address)
        raise ConnectionLost(f"{address.label} does not answer → see that the server runs and can be reached") from None
    except (psycopg.Error, ValueError):  # its words may hold a part of the address
        remedy = "correct the options behind the '?' of data.source"
        raise DataError([Fault("cannot be connected to", remedy, key="data.source", value=address.label)]) from None


def _refuse_connection(words: str, address: Address) -> None:
    """Raise DataError where a server answered and does not let us in; its words may hold a part of the address."""
    told = next(
        ((problem, remedy) for parts, problem, remedy in REFUSALS if any(part in words for part in parts)), None
    )
    if told is None and "FATAL" in words:  # a server that speaks another language
        told = ("refuses the connection", "correct user, password or database name in data.source")
    if told:
        raise DataError([Fault(*told, key="data.source", value=address.label)]) from None


def connect_spark(address: Address) -> Any:
    """Return an Ibis connection to Spark: the session of ``spark://local/<database>`` or of a cluster's master."""
    _need("pyspark", "spark", address)
    from pyspark.sql import SparkSession

    parts = urlsplit(address.url)
    master = "local[*]" if parts.hostname == "local" else f"spark://{parts.netloc}"
    builder = SparkSession.builder.master(master).appName("portfolio_lab").config("spark.ui.enabled", "false")
    for key, values in parse_qs(parts.query).items():
        builder = builder.config(key, values[-1])
    try:
        con = watch(ibis.pyspark.connect(builder.getOrCreate()), address.label, spark_is_lost)
    except Exception as error:  # what a JVM throws has no common Python class
        raise ConnectionLost(f"{address.label} does not answer → see that Spark and Java 17 are there") from error
    if database := parts.path.strip("/"):
        _use_database(con, database, address)
    return con


def server_tables(con: Any, settings: DataSettings) -> tuple[dict[str, str], list[Fault]]:
    """Return our table's name to the server's, and a fault for each one named but not there."""
    found, faults = match_tables({*con.list_tables(), *_kept_views(con)}, settings, holder="the database")
    return found, [_not_allowed(fault) if _is_hidden(con, fault.value) else fault for fault in faults]


def _is_hidden(con: Any, name: str | None) -> bool:
    """Return whether PostgreSQL has a table that it does not show to this user."""
    if con.name != "postgres" or not name:
        return False
    place = '"' + name.replace('"', '""') + '"'
    rows = con.raw_sql(f"SELECT to_regclass({sql_text(place)}) IS NOT NULL")
    with rows:
        return bool(rows.fetchone()[0])


def _not_allowed(fault: Fault) -> Fault:
    return replace(fault, problem=NOT_ALLOWED, remedy=ALLOW)


def remote_reader(con: Any, names: dict[str, str], settings: DataSettings, engine: Any) -> Callable[[str], RawTable]:
    """Return a function that gives one of our tables as a raw table over the server's own."""

    def read(name: str) -> RawTable:
        schema, _, bare = names[name].rpartition(".")
        expr = con.table(bare, database=schema or None)
        if engine == "postgres":
            expr = _readable(con, names[name], expr)
        if engine == "spark":
            expr = _moments_on_local_clocks(con, names[name], expr, settings.timezone)
        columns = tuple(expr.columns)
        used = _used(columns, settings, name)
        digest = _content_digest(con, expr, used)
        return RawTable(
            name, names[name], expr, columns, settings.format_of(name), digest, has_rows=False, engine=engine
        )

    return read


def _kept_views(con: Any) -> list[str]:
    """Return the materialized views of PostgreSQL, which it does not list among its tables."""
    if con.name != "postgres":
        return []
    rows = con.raw_sql("SELECT matviewname FROM pg_matviews WHERE schemaname = current_schema()")
    with rows:
        return [row[0] for row in rows.fetchall()]


def _readable(con: Any, name: str, expr: ir.Table) -> ir.Table:
    """Return a table of PostgreSQL with amounts of money and values of a list of its own (enum) as text."""
    place = ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))
    rows = con.raw_sql(
        "SELECT a.attname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
        f"WHERE a.attrelid = to_regclass({sql_text(place)}) AND (t.typtype = 'e' OR t.typname = 'money')"
    )
    with rows:
        columns = [row[0] for row in rows.fetchall()]
    return expr.mutate(**{column: postgres_text("%s", expr[column]) for column in columns}) if columns else expr


def _use_database(con: Any, database: str, address: Address) -> None:
    if database not in con.list_databases():
        remedy = f"it holds the databases: {', '.join(con.list_databases()[:20])}"
        raise DataError([Fault(f"has no database {database!r}", remedy, key="data.source", value=address.label)])
    con.raw_sql(f"USE `{database.replace('`', '``')}`")


def _moments_on_local_clocks(con: Any, name: str, expr: ir.Table, zone: str) -> ir.Table:
    """Spark has moments (instants) and naive times, which Ibis shows alike; only the former are moved."""
    moments = [field.name for field in con._session.table(name).schema if field.dataType.typeName() == "timestamp"]
    return expr.mutate(**{column: spark_local_clock(expr[column], zone) for column in moments})


def _used(columns: tuple[str, ...], settings: DataSettings, name: str) -> list[str]:
    own = settings.table(name)
    text = " ".join([*own.columns.values(), own.where or "", *(column.name for column in table_spec(name).columns)])
    return [column for column in columns if column in text] or list(columns)


def _content_digest(con: Any, expr: ir.Table, columns: list[str]) -> str:
    """Hash the content where it is: row count and, per column, the sum of the hashes of its values."""
    sums = {
        f"h{index}": (expr[name].cast("string").fill_null("\u2400").hash().cast("int64") % 1_000_003).sum()
        for index, name in enumerate(columns)
    }
    row = con.execute(expr.aggregate(n=expr.count(), **sums)).iloc[0]
    content = "|".join([*columns, *(str(value) for value in row)])
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _need(module: str, extra: str, address: Address) -> None:
    if find_spec(module) is None:
        remedy = f"install the extra: pip install 'portfolio-lab[{extra}]'"
        raise DataError([Fault(f"needs {module}", remedy, key="data.source", value=address.label)])
