"""Order lines stay in the engine: what a measure fetches has the grain of customers, order days or months."""

from collections.abc import Iterator
from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.backends.duckdb import Backend

N_LINES, N_CUSTOMERS = 10_000, 50
FETCHES = ("execute", "to_pyarrow", "to_pyarrow_batches", "to_polars")


@pytest.fixture
def orders() -> pd.DataFrame:
    """10,000 lines of 50 customers on 20 days each: 1,000 order days."""
    line = np.arange(N_LINES)
    return pd.DataFrame(
        {
            "customer_id": np.char.add("c", (line % N_CUSTOMERS).astype(str)),
            "order_date": pd.Timestamp("2024-01-01") + pd.to_timedelta(line // N_CUSTOMERS % 20 * 9, unit="D"),
            "order_id": np.char.add("o", (line // 4).astype(str)),
            "amount": 1.0,
            "product_id": np.char.add("p", (line % 3).astype(str)),
            "salesperson_id": np.char.add("s", (line % 7).astype(str)),
        }
    )


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The number of rows of each result that left the engine."""
    rows: list[int] = []

    def watch(name: str) -> None:
        original = getattr(Backend, name)

        def fetch(self: Backend, expression: ibis.Expr, /, *args: object, **keywords: object) -> object:
            rows.append(int(original_execute(self, expression.as_table().count())))
            return original(self, expression, *args, **keywords)

        monkeypatch.setattr(Backend, name, fetch)

    original_execute = Backend.execute
    for name in FETCHES:
        watch(name)
    yield rows


def test_no_order_lines_are_fetched(calls, on_duckdb, orders, fetched) -> None:
    tables = on_duckdb(orders=orders)
    n_order_days = len(orders.drop_duplicates(["customer_id", "order_date"]))
    for name, build, keywords in calls:
        fetched.clear()
        build(tables, as_of=date(2024, 12, 31), **keywords)
        assert fetched, name
        assert max(fetched) <= n_order_days < N_LINES / 5, name


def test_snapshots_fetch_one_row_a_customer(measures, on_duckdb, orders, fetched) -> None:
    tables = on_duckdb(orders=orders)
    measures["build_snapshots"](tables, as_of=date(2024, 12, 31), window_months=12)
    assert fetched == [N_CUSTOMERS]


def test_the_watch_sees_who_fetches_order_lines(on_duckdb, orders, fetched) -> None:
    tables = on_duckdb(orders=orders)
    for fetch in (tables["orders"].execute, tables["orders"].to_pandas, tables["orders"].to_pyarrow):
        fetch()
        assert fetched[-1] == N_LINES
