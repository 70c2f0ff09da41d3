"""PostgreSQL holds more than tables of plain types: what can be read is read, what cannot is a fault, never a crash."""

import ibis
import psycopg
import pytest
from fixtures.engines import PASSWORD

from portfolio_lab.data.source.address import resolve_address
from portfolio_lab.data.source.remote import connect_postgres
from portfolio_lab.errors import ConnectionLost, DataError

TABLE = "CREATE TABLE orders (customer_id text, order_date date, amount {kind})"
ROW = "INSERT INTO orders VALUES ('a', '2026-01-31', '1.5')"
DROPS = (
    "DROP VIEW IF EXISTS orders",
    "DROP MATERIALIZED VIEW IF EXISTS orders",
    "DROP TABLE IF EXISTS orders",
    "DROP TYPE IF EXISTS way",
    "DROP SCHEMA IF EXISTS erp CASCADE",
)
pytestmark = pytest.mark.postgres


@pytest.fixture
def company(postgres, postgres_url, monkeypatch, border):
    """Run statements on the server, and read the orders that they leave there."""
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)

    def run(*statements, user="analyst", **tables):
        for statement in statements:
            postgres.raw_sql(statement).close()
        postgres.con.commit()
        source = postgres_url.replace(PASSWORD, "${SALES_PASSWORD}").replace("analyst", user)
        return border.frame(source=source, tables={"orders": tables})

    yield run
    postgres.con.rollback()
    for drop in DROPS:
        try:
            postgres.raw_sql(drop).close()
        except psycopg.Error:
            postgres.con.rollback()
    postgres.con.commit()


def test_money_is_text_whose_sign_can_be_taken_away(company):
    made = (TABLE.format(kind="money"), ROW)
    with pytest.raises(DataError, match=r"value '\$1\.50': is not a number"):
        company(*made)
    frame = company(columns={"amount": "REPLACE(amount, '$', '')"})
    assert frame["amount"].tolist() == [1.5]


def test_values_of_a_list_of_the_server_are_text(company):
    kind = "numeric, sales_channel way"
    rows = "('a', '2026-01-31', 1, 'web'), ('b', '2026-01-31', 1, NULL)"
    frame = company("CREATE TYPE way AS ENUM ('web')", TABLE.format(kind=kind), f"INSERT INTO orders VALUES {rows}")
    assert frame["sales_channel"].fillna("").tolist() == ["web", ""]


def test_a_materialized_view_is_a_table(company):
    query = "SELECT 'a'::text AS customer_id, DATE '2026-01-31' AS order_date, 1.5 AS amount"
    assert company(f"CREATE MATERIALIZED VIEW orders AS {query}")["amount"].tolist() == [1.5]


def test_what_is_no_number_on_the_server_is_counted_and_not_read(company):
    rows = "('a', '2026-01-31', 1.5), ('b', '2026-01-31', 'NaN'), ('c', '2026-01-31', 'Infinity'), ('d', 'infinity', 1)"
    assert company(TABLE.format(kind="numeric"), f"INSERT INTO orders VALUES {rows}")["customer_id"].tolist() == ["a"]


def test_a_view_that_cannot_be_computed_is_refused_in_the_words_of_the_server(company):
    query = "SELECT 'a'::text AS customer_id, DATE '2026-01-31' AS order_date, 1 / (random() * 0)::int AS amount"
    with pytest.raises(DataError, match="the engine cannot compute it: division by zero → correct what it names"):
        company(f"CREATE VIEW orders AS {query}")


def test_a_table_of_a_schema_that_is_not_there_is_named(company):
    with pytest.raises(DataError, match=r"is not in the source → correct data\.tables\.orders\.table"):
        company(table="erp.nothing")


def test_a_user_who_may_read_nothing_is_told_so(company):
    roles = ("DROP ROLE IF EXISTS reader", f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(DataError, match="let this user read them"):
        company(TABLE.format(kind="numeric"), ROW, *roles, user="reader")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("orders", "is there, but the user .* → have this user allowed"),
        ("erp.lines", "may not read it: permission .* GRANT USAGE"),
    ],
)
def test_a_table_that_this_user_may_not_read_is_told_from_one_that_is_not_there(company, named, words):
    kept = (
        TABLE.format(kind="numeric"),
        ROW,
        "CREATE SCHEMA IF NOT EXISTS erp",
        "CREATE TABLE IF NOT EXISTS erp.lines (a int)",
    )
    roles = ("DROP ROLE IF EXISTS reader", f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(DataError, match=words):
        company(*kept, *roles, user="reader", table=named)


@pytest.mark.parametrize(
    ("said", "error", "told"),
    [
        ("FATAL:  sorry, too many clients already", ConnectionLost, "does not answer"),
        ("FATAL:  no pg_hba.conf entry for host", DataError, "may not come in from this machine"),
        ("FATAL:  permission denied for database shop", DataError, "may not use the database"),
        ("FATAL:  la autentificación falló", DataError, "refuses the connection → correct user, password or database"),
        ('FATAL:  too many connections for role "me"', ConnectionLost, "does not answer"),
        ("SSL connection has been closed unexpectedly", ConnectionLost, "does not answer"),
        ("Connection refused", ConnectionLost, "does not answer"),
    ],
)
def test_what_a_server_says_at_the_door_is_told_with_what_helps(monkeypatch, tmp_path, said, error, told):
    def refuse(url):
        raise psycopg.OperationalError(f"connection to server failed: {said} hunter2")

    monkeypatch.setattr(ibis, "connect", refuse)
    with pytest.raises(error, match=told) as refused:
        connect_postgres(resolve_address("postgres://me@db.example/shop", root=tmp_path))
    assert "hunter2" not in str(refused.value)


def test_an_option_that_there_is_not_is_refused_without_the_words_of_the_driver(company, postgres_url, border):
    source = postgres_url.replace(PASSWORD, "${SALES_PASSWORD}") + "?nonsense=1"
    with pytest.raises(DataError, match=r"cannot be connected to → correct the options behind the '\?'") as refused:
        border.stage(source=source)
    assert refused.value.__suppress_context__
