"""A server that goes away in the middle of a query is a lost connection, after which a run tries again."""

import threading
import time
from datetime import date

import ibis
import pytest
from fixtures.engines import PASSWORD

from portfolio_lab.data.load import open_tables, stage_tables
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source.lost import spark_is_lost, watch
from portfolio_lab.errors import ConnectionLost, DataError
from portfolio_lab.measures.order_days import build_order_days
from portfolio_lab.policy import DataPolicy

SLOW = """CREATE VIEW orders AS SELECT 'c' || i AS customer_id, date '2026-01-01' AS order_date,
          i + coalesce(length(pg_sleep({seconds})::text), 0) AS amount FROM generate_series(1, 20) AS i"""
OTHER = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


@pytest.fixture
def orders(postgres, postgres_url, monkeypatch):
    """Make the view ``orders``, which takes some seconds for each row; returns settings that read it."""
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)

    def make(seconds):
        postgres.raw_sql("DROP VIEW IF EXISTS orders").close()
        postgres.raw_sql(SLOW.format(seconds=seconds)).close()
        postgres.con.commit()
        return DataSettings(source=postgres_url.replace(PASSWORD, "${SALES_PASSWORD}"))

    yield make
    postgres.raw_sql("DROP VIEW IF EXISTS orders").close()
    postgres.con.commit()


@pytest.fixture
def breaking(postgres_url):
    """End the server process of whoever else reads ``orders``, as soon as the query runs."""

    def end_it():
        con = ibis.connect(postgres_url)
        con.con.autocommit = True
        for _ in range(600):
            rows = con.raw_sql(OTHER).fetchall()
            if rows:
                con.raw_sql(f"SELECT pg_terminate_backend({rows[0][0]})").close()
                break
            time.sleep(0.02)
        con.disconnect()

    thread = threading.Thread(target=end_it)
    yield thread
    thread.join(timeout=30)


@pytest.mark.postgres
def test_a_break_while_the_data_are_checked_is_a_lost_connection_and_a_second_try_succeeds(orders, breaking, tmp_path):
    settings = orders(0.2)
    breaking.start()
    with pytest.raises(ConnectionLost, match="the connection broke while it was read") as lost:
        stage_tables(settings, DataPolicy(), root=tmp_path, folder=tmp_path / "cache")
    assert PASSWORD not in str(lost.value)
    assert lost.value.__cause__ is None
    orders(0)
    staged = stage_tables(settings, DataPolicy(), root=tmp_path, folder=tmp_path / "cache")
    assert staged.report.table("orders").n_kept == 20


@pytest.mark.postgres
def test_a_break_while_a_measure_is_computed_is_a_lost_connection(orders, breaking, tmp_path):
    tables = open_tables(stage_tables(orders(0), DataPolicy(), root=tmp_path, folder=tmp_path / "cache"))
    orders(0.2)
    breaking.start()
    with pytest.raises(ConnectionLost):
        build_order_days(tables, as_of=date(2026, 1, 31))


@pytest.mark.postgres
def test_an_error_of_the_query_itself_stays_what_it_is(orders, tmp_path):
    tables = open_tables(stage_tables(orders(0), DataPolicy(), root=tmp_path, folder=tmp_path / "cache"))
    con = tables["orders"].get_backend()
    with pytest.raises(Exception, match="division by zero") as failed:
        con.raw_sql("SELECT 1 / 0")
    assert isinstance(failed.value, DataError)
    assert "the engine cannot compute it" in str(failed.value)


@pytest.mark.parametrize(
    ("problem", "lost"),
    [
        (type("Py4JNetworkError", (Exception,), {})("Answer from Java side is empty"), True),
        (RuntimeError("Job cancelled because SparkContext was shut down"), True),
        (ConnectionRefusedError("[Errno 111] Connection refused"), True),
        (RuntimeError("[DIVIDE_BY_ZERO] Division by zero"), False),
    ],
)
def test_what_spark_says_when_it_is_gone(problem, lost):
    class Session:
        def raw_sql(self, query):
            raise problem

        execute = to_pyarrow = to_pyarrow_batches = table = list_tables = list_databases = raw_sql

    with pytest.raises(ConnectionLost if lost else type(problem)):
        watch(Session(), "spark://local/sales", spark_is_lost).raw_sql("SELECT 1")
