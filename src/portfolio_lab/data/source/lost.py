"""A server whose connection breaks, at the start or in the middle of a query, is one error: ConnectionLost."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from portfolio_lab.errors import ConnectionLost, PortfolioLabError

READING = ("execute", "to_pyarrow", "to_pyarrow_batches", "raw_sql", "table", "list_tables", "list_databases")
SPARK_IS_GONE = ("Py4JNetworkError", "ConnectionRefusedError", "ConnectionResetError")
SPARK_HAS_STOPPED = ("SparkContext was shut down", "stopped SparkContext", "SparkContext has been shutdown")


def watch(con: Any, label: str, is_lost: Callable[[Exception], bool]) -> Any:
    """Return the same Ibis connection, whose reading raises ConnectionLost once the server is no longer there.

    Any other error of the engine stays what it is. The message names the server by ``label``, without its secrets.
    """
    for name in READING:
        setattr(con, name, _watched(getattr(con, name), label, is_lost))
    return con


def postgres_is_lost(con: Any) -> Callable[[Exception], bool]:
    """Return the test of an error: does PostgreSQL's driver say that its connection is gone?"""
    return lambda problem: bool(con.con.closed or con.con.broken)


def spark_is_lost(problem: Exception) -> bool:
    """Return whether an error says that the Spark session behind it is gone."""
    chain = [problem, problem.__cause__, problem.__context__]
    named = any(type(error).__name__ in SPARK_IS_GONE for error in chain if error is not None)
    return named or any(words in str(problem) for words in SPARK_HAS_STOPPED)


def _watched(read: Callable[..., Any], label: str, is_lost: Callable[[Exception], bool]) -> Callable[..., Any]:
    @wraps(read)
    def reading(*given: Any, **named: Any) -> Any:
        try:
            return read(*given, **named)
        except PortfolioLabError:
            raise
        except Exception as problem:
            if not is_lost(problem):
                raise
        raise ConnectionLost(f"{label}: the connection broke while it was read → see that the server stays reachable")

    return reading
