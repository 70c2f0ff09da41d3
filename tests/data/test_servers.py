"""PostgreSQL and Spark as sources: the same rows give the same tables and the same findings as a file does."""

import re
from datetime import UTC, date, datetime

import ibis
import pandas as pd
import pytest
from fixtures.engines import PASSWORD
from ruamel.yaml import YAML

from portfolio_lab.data.load import open_tables, read_staged, stage_tables
from portfolio_lab.data.load.alike import note_alike
from portfolio_lab.data.proposals import propose, write_proposal
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import survey_source
from portfolio_lab.data.source.days import day_pattern
from portfolio_lab.data.source.spelling import in_one_spelling, spelt
from portfolio_lab.errors import ConnectionLost, DataError
from portfolio_lab.policy import DataPolicy

SERVERS = (
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
)
# Spark plans the border's expressions for most of a minute: what PostgreSQL tries by default, Spark tries by make bench
SPARK_IN_FULL = (SERVERS[0], pytest.param("spark", marks=[pytest.mark.spark, pytest.mark.full]))
ORDERS = pd.DataFrame(
    {
        "customer": ["001", "001", None, "002", "003", "004", "005"],
        "day": ["31/12/2025", "29/02/2024", "01/01/2026", "30/02/2026", "1/2/2026", "31/04/2026", "28/02/2025"],
        "net": ["1.234,50", "-7", "5", "1", "x", "3", "0,10"],
        "kind": ["S", "S", "S", "S", "S", "S", "R"],
    }
)
CUSTOMERS = pd.DataFrame({"customer_id": ["001", "001", "003"], "name": ["a", "b", "c"]})
SETTINGS = {
    "format": {"decimal": ",", "thousands": ".", "date_format": "%d/%m/%Y"},
    "tables": {
        "orders": {
            "table": "sales",
            "columns": {"customer_id": "customer", "order_date": "day", "amount": "net"},
            "where": "kind = 'S'",
        }
    },
}


@pytest.fixture
def server(request, monkeypatch):
    """The URL of a server that holds the tables."""
    con = request.getfixturevalue(request.param)
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)
    for name, frame in {"sales": ORDERS, "customers": CUSTOMERS}.items():
        con.create_table(name, frame, overwrite=True)
    yield _url(request), con
    for name in ("sales", "customers"):
        con.drop_table(name, force=True)


def _url(request):
    return URLS[request.param](request)


URLS = {
    "spark": lambda request: "spark://local",
    "postgres": lambda request: request.getfixturevalue("postgres_url").replace(PASSWORD, "${SALES_PASSWORD}"),
}


def stage(source, folder, **more):
    settings = DataSettings.model_validate({"source": str(source), **SETTINGS, **more})
    return stage_tables(settings, DataPolicy(max_drop_share=1), root=folder, folder=folder / "cache")


def orders_of(staged):
    frame = open_tables(staged)["orders"].to_pandas()[["customer_id", "order_date", "amount"]]
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    return frame.sort_values(["customer_id", "order_date"], ignore_index=True)


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_server_and_a_file_with_the_same_rows_give_the_same_tables_and_findings(server, tmp_path):
    (tmp_path / "files").mkdir()
    ORDERS.to_csv(tmp_path / "files" / "sales.csv", sep=";", index=False)
    CUSTOMERS.to_csv(tmp_path / "files" / "customers.csv", sep=";", index=False)
    text_format = SETTINGS["format"] | {"delimiter": ";"}
    there = stage(server[0], tmp_path)
    here = stage(tmp_path / "files", tmp_path, format=text_format)
    pd.testing.assert_frame_equal(orders_of(there), orders_of(here))
    assert orders_of(there)["amount"].tolist() == [-7.0, 1234.5]
    assert _counts(there) == _counts(here)
    assert there.report.orders == here.report.orders
    aside = [report.table("orders") for report in (there.report, here.report)]
    assert [(item.n_set_aside, item.set_aside_amount) for item in aside] == [(1, 0.1)] * 2
    assert there.report.is_live
    assert not list(there.folder.glob("*.parquet"))


def _counts(staged):
    return sorted(
        (item.table, item.column or "", item.problem, item.severity, item.n) for item in staged.report.findings
    )


@pytest.mark.parametrize("server", SERVERS[:1], indirect=True)
def test_nothing_is_read_again_while_the_rows_are_the_same(server, tmp_path):
    url, con = server
    first = stage(url, tmp_path)
    assert stage(url, tmp_path).report.fingerprint == first.report.fingerprint
    changed = ORDERS.assign(net=[*ORDERS["net"][:-1], "0,11"])
    con.create_table("sales", changed, overwrite=True)
    assert stage(url, tmp_path).report.fingerprint != first.report.fingerprint
    again = read_staged(first.folder, first.settings, root=tmp_path)
    assert len(orders_of(again)) == 2


@pytest.mark.postgres
def test_an_order_of_31_december_in_new_york_on_postgres(postgres, postgres_url, monkeypatch, tmp_path):
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)
    rows = "('a', timestamptz '2026-01-01 03:00Z', 1), ('b', timestamptz '2026-01-01 05:00Z', 1)"
    postgres.raw_sql("CREATE TABLE orders (customer_id text, order_date timestamptz, amount int)").close()
    postgres.raw_sql(f"INSERT INTO orders VALUES {rows}").close()
    try:
        _assert_new_york(_without_mapping(postgres_url.replace(PASSWORD, "${SALES_PASSWORD}"), tmp_path))
    finally:
        postgres.drop_table("orders")


@pytest.mark.spark
def test_an_order_of_31_december_in_new_york_on_spark(spark, tmp_path):
    moments = [datetime(2026, 1, 1, 3, tzinfo=UTC), datetime(2026, 1, 1, 5, tzinfo=UTC)]
    session = spark._session
    session.createDataFrame(
        [("a", moments[0], 1), ("b", moments[1], 1)], "customer_id string, order_date timestamp, amount int"
    ).createOrReplaceTempView("orders")
    try:
        _assert_new_york(_without_mapping("spark://local", tmp_path))
    finally:
        session.catalog.dropTempView("orders")


def _in_new_york(url, folder):
    settings = DataSettings.model_validate({"source": str(url), "timezone": "America/New_York"})
    return stage_tables(settings, DataPolicy(max_drop_share=1), root=folder, folder=folder / "cache")


def _without_mapping(url, folder):
    settings = DataSettings.model_validate({"source": url, "timezone": "America/New_York"})
    return stage_tables(settings, DataPolicy(), root=folder, folder=folder / "cache")


def _assert_new_york(staged):
    days = dict(zip(*orders_of(staged)[["customer_id", "order_date"]].to_numpy().T, strict=True))
    assert {name: pd.Timestamp(day).date() for name, day in days.items()} == {
        "a": date(2025, 12, 31),
        "b": date(2026, 1, 1),
    }


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("password", "database", "words"),
    [
        ("wrong", "postgres", "user or password are not accepted → correct user or password"),
        (PASSWORD, "nowhere", "it has no database of this name → correct the database name"),
        (PASSWORD, "postgres?sslmode=require", "do not agree on encryption .* → correct sslmode"),
    ],
)
def test_a_refused_connection_says_so_without_the_password(
    postgres_url, monkeypatch, tmp_path, password, database, words
):
    monkeypatch.setenv("SALES_PASSWORD", password)
    url = postgres_url.replace(PASSWORD, "${SALES_PASSWORD}").replace("/postgres", f"/{database}")
    with pytest.raises(DataError, match=words) as refused:
        stage(url, tmp_path)
    assert password not in str(refused.value)


def test_a_server_that_does_not_answer_is_a_lost_connection(tmp_path):
    with pytest.raises(ConnectionLost, match=re.escape("postgres://127.0.0.1/x does not answer")):
        stage("postgres://me@127.0.0.1:9/x", tmp_path)


@pytest.mark.parametrize("server", SERVERS[:1], indirect=True)
def test_a_table_that_is_not_on_the_server_is_named_with_the_nearest(server, tmp_path):
    with pytest.raises(DataError, match="did you mean 'sales'"):
        stage(server[0], tmp_path, tables={"orders": {"table": "sale"}})


@pytest.mark.parametrize("date_format", ["%d-%b-%Y", "%Y-%m", "%j %Y", "%y%m%d"])
def test_a_date_format_with_names_or_without_a_year_is_refused_on_servers(date_format):
    with pytest.raises(DataError, match=r"format\.date_format"):
        day_pattern(date_format)


# What is written, and the day on the clocks of New York; None where it is no day that can be read without guessing.
MOMENTS = {
    "2026-01-31": "2026-01-31",
    "2026-01-31T23:30": "2026-01-31",
    "2026-01-31 23:30:59.123456": "2026-01-31",
    "2026-02-01T03:30Z": "2026-01-31",
    "2026-02-01T03:30z": "2026-01-31",
    "2026-02-01 03:30:00.5Z": "2026-01-31",
    "2026-02-01T03:30+00": "2026-01-31",
    "2026-02-01 04:30:00+0100": "2026-01-31",
    "2026-02-01T04:30+01:00": "2026-01-31",
    "2026-01-31 20:00:00-05:00": "2026-01-31",
    "2026-01-31T23:30:00-08": "2026-02-01",
    "2026-1-31": None,
    "2026-02-30": None,
    "2026-02-30T03:30Z": None,
    "2026-01-31T24:00": None,
    "2026-01-31T25:10": None,
    "2026-01-31T23:61": None,
    "2026-01-31 23:30:00 UTC": None,
    "2026-01-31 23:30:00 +01:00": None,
    "2026-01-31 23:30 PM": None,
    "2026-01-31T23:30+15:00": None,
    "2026-01-31T23:30:00+01:00:00": None,
    "2026-01-31T": None,
}


@pytest.mark.parametrize("place", ["file", *SPARK_IN_FULL])
def test_a_moment_written_as_text_is_the_same_day_everywhere(place, request, monkeypatch, tmp_path):
    frame = pd.DataFrame({"customer_id": list(MOMENTS), "order_date": list(MOMENTS), "amount": 1.0})
    if place == "file":
        frame.to_csv(tmp_path / "orders.csv", index=False)
        days = orders_of(_in_new_york(tmp_path / "orders.csv", tmp_path))
    else:
        con = request.getfixturevalue(place)
        monkeypatch.setenv("SALES_PASSWORD", PASSWORD)
        con.create_table("orders", frame, overwrite=True)
        try:
            days = orders_of(_in_new_york(URLS[place](request), tmp_path))
        finally:
            con.drop_table("orders", force=True)
    read = {row.customer_id: str(row.order_date.date()) for row in days.itertuples()}
    assert {text: read.get(text) for text in MOMENTS} == MOMENTS


@pytest.mark.parametrize("place", SPARK_IN_FULL)
def test_init_looks_at_a_server_and_what_it_writes_can_be_checked(place, request, monkeypatch, tmp_path):
    con, url = request.getfixturevalue(place), URLS[place](request)
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)
    sales = pd.DataFrame(
        {"cliente": ["007", "008"], "fecha": ["31/12/2025", "01/02/2026"], "importe": ["1,5", "-0,25"]}
    )
    con.create_table("ventas", sales, overwrite=True)
    con.create_table("weather", pd.DataFrame({"rain": [1.5]}), overwrite=True)
    try:
        surveyed = survey_source(url, root=tmp_path)
        text = write_proposal(propose(surveyed), run="mine", source=url)
        data = YAML(typ="safe", pure=True).load(text)["data"]
        settings = DataSettings.model_validate(data)
        staged = stage_tables(settings, DataPolicy(), root=tmp_path, folder=tmp_path / "cache")
        read = orders_of(staged)
    finally:
        con.drop_table("ventas", force=True)
        con.drop_table("weather", force=True)
    assert {table.name: table.n_rows for table in surveyed} == {"ventas": 2, "weather": 1}
    assert data["tables"]["orders"]["format"] == {"date_format": "%d/%m/%Y", "decimal": ","}
    assert "not used unless you name them above: weather" in text
    assert PASSWORD not in text
    assert read["amount"].tolist() == [1.5, -0.25]


ALIKE = [
    "M\u00fcller",
    "Mu\u0308ller",
    "A\u00a0 B",
    "A B",
    "so\u00adft",
    "soft",
    "001Aa",
    "001AA",
    "\u5c71\u7530",
    "fv",
]


@pytest.mark.parametrize("place", ["duckdb", *SERVERS])
def test_what_looks_alike_is_found_and_read_in_one_spelling_everywhere(place, request):
    con = ibis.duckdb.connect() if place == "duckdb" else request.getfixturevalue(place)
    orders = con.create_table("alike", pd.DataFrame({"customer_id": ALIKE}), overwrite=True)
    try:
        found = note_alike(con, {"orders": orders}, {"orders": {"customer_id": "nr"}})
        read = con.to_pyarrow(in_one_spelling(orders.customer_id, engine=place).name("read")).to_pylist()
    finally:
        con.drop_table("alike", force=True)
    assert [(item.severity, item.n) for item in found] == [("refused", 6), ("noted", 2)]
    assert [example.key for example in found[0].examples] == [
        "A B, A<U+00A0> B", "Mu<U+0308>ller, M\u00fcller", "soft, so<U+00AD>ft"]  # fmt: skip
    assert sorted(read) == sorted(spelt(text) for text in ALIKE)


TWICE = pd.DataFrame(
    [("a", date(2026, 1, day), float(day), f"o{day}") for day in (*range(1, 25), 20, *range(1, 25), 20, 25, 26)],
    columns=["customer_id", "order_date", "amount", "order_id"],
)


@pytest.mark.parametrize("place", SPARK_IN_FULL)
def test_a_second_load_on_a_server_is_refused_or_left_out_as_asked(place, request, monkeypatch, tmp_path):
    con, url = request.getfixturevalue(place), URLS[place](request)
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)
    con.create_table("orders", TWICE, overwrite=True)
    try:
        with pytest.raises(DataError, match=r"data\.tables\.orders\.loaded_twice: once"):
            _without_mapping(url, tmp_path)
        once = {"source": url, "tables": {"orders": {"loaded_twice": "once"}}}
        folder = tmp_path / "cache"
        settings, policy = DataSettings.model_validate(once), DataPolicy(max_drop_share=1)
        staged = stage_tables(settings, policy, root=tmp_path, folder=folder)
        again = orders_of(read_staged(staged.folder, staged.settings, root=tmp_path))
    finally:
        con.drop_table("orders", force=True)
    assert staged.report.table("orders").n_dropped == 25
    assert [(item.problem[:28], item.n) for item in staged.report.findings if item.severity == "dropped"] == [
        ("stands there a second time, ", 25)]  # fmt: skip
    assert again.groupby("order_date").size().value_counts().to_dict() == {1: 25, 2: 1}
