"""What an engine says when it is asked: a connection that broke is ConnectionLost, what it cannot compute DataError."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from portfolio_lab.errors import ConnectionLost, DataError, Fault, PortfolioLabError

READING = (
    "execute",
    "to_pyarrow",
    "to_pyarrow_batches",
    "to_parquet",
    "raw_sql",
    "table",
    "list_tables",
    "list_databases",
)
ENGINES = ("psycopg", "pyspark", "py4j", "duckdb", "_duckdb")
NOT_ALLOWED = "is there, but the user of data.source may not read it"
ALLOW = "have this user allowed to read it: GRANT SELECT on the table, and GRANT USAGE on its schema"
SPARK_IS_GONE = ("Py4JNetworkError", "ConnectionRefusedError", "ConnectionResetError")
SPARK_HAS_STOPPED = ("SparkContext was shut down", "stopped SparkContext", "SparkContext has been shutdown")


def nothing_known() -> list[Fault]:
    """Return no reasons: the engine's own words are all that is known."""
    return []


def watch(
    con: Any, label: str, is_lost: Callable[[Exception], bool], *, why: Callable[[], list[Fault]] = nothing_known
) -> Any:
    """Return the same Ibis connection, whose reading raises ConnectionLost once the server is no longer there.

    What the engine cannot compute, such as a view that divides by zero, is a DataError: with the faults that ``why``
    finds, else with the engine's own words. The message names the server by ``label``, without its secrets.
    """
    for name in filter(partial(hasattr, con), READING):
        setattr(con, name, _watched(getattr(con, name), label, is_lost, why))
    return con


def postgres_is_lost(con: Any) -> Callable[[Exception], bool]:
    """Return the test of an error: does PostgreSQL's driver say that its connection is gone?"""
    return lambda problem: bool(con.con.closed or con.con.broken)


def spark_is_lost(problem: Exception) -> bool:
    """Return whether an error says that the Spark session behind it is gone."""
    chain = [problem, problem.__cause__, problem.__context__]
    named = any(type(error).__name__ in SPARK_IS_GONE for error in chain if error is not None)
    return named or any(words in str(problem) for words in SPARK_HAS_STOPPED)


def never_lost(problem: Exception) -> bool:
    """Return that a database in a file is always there."""
    return False


def _told(problem: Exception, label: str, why: Callable[[], list[Fault]]) -> Exception:
    """Return an engine's error as a fault of the data; any other as it is."""
    if type(problem).__module__.partition(".")[0] not in ENGINES:
        return problem
    if faults := why():
        return DataError(faults)
    said = str(problem).strip().partition("\n")[0][:300]
    if "permission denied" in said:
        return DataError([Fault(f"{NOT_ALLOWED}: {said}", ALLOW, file=label)])
    remedy = "correct what it names: a file, a table or view of the database, or an expression of the run file"
    return DataError([Fault(f"the engine cannot compute it: {said}", remedy, file=label)])


def _watched(
    read: Callable[..., Any], label: str, is_lost: Callable[[Exception], bool], why: Callable[[], list[Fault]]
) -> Callable[..., Any]:
    @wraps(read)
    def reading(*given: Any, **named: Any) -> Any:
        try:
            return read(*given, **named)
        except PortfolioLabError:
            raise
        except Exception as problem:
            if not is_lost(problem):
                raise _told(problem, label, why) from problem
        raise ConnectionLost(f"{label}: the connection broke while it was read → see that the server stays reachable")

    return reading
