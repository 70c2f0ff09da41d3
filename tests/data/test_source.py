"""The sources: found, looked at once, read as they stand; a wrong one is refused with its place and a remedy."""

import gzip
from datetime import date, datetime
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.address import label_of, resolve_address
from portfolio_lab.data.source.text_files import inspect_text_file
from portfolio_lab.errors import DataError

CSV = "customer_id,order_date,amount\n001,2026-01-31,10.5\n"


def parquet(path, **columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(columns).to_parquet(path)


def order_columns(**more):
    return {"customer_id": ["001"], "order_date": [date(2026, 1, 31)], "amount": [10.5], **more}


@pytest.mark.parametrize("name", ["orders.csv", "orders.txt", "orders.tsv", "orders/2026/part-1.csv"])
def test_a_table_is_found_by_its_name_in_a_folder(border, name):
    border.write(name, CSV)
    assert border.frame()["customer_id"].tolist() == ["001"]


def test_a_single_file_is_the_table_of_orders(border):
    path = border.write("anything at all.csv", CSV)
    assert len(border.frame(source=str(path))) == 1


def test_a_compressed_file_is_read(border):
    border.write("orders.csv.gz", gzip.compress(CSV.encode()))
    assert border.frame()["amount"].tolist() == [10.5]


def test_parquet_types_are_taken_as_they_are(border):
    moment = datetime(2026, 1, 1, 3, tzinfo=ZoneInfo("UTC"))
    parquet(border.source / "orders.parquet", customer_id=[123], order_date=[moment], amount=[1.5])
    frame = border.frame(timezone="America/New_York")
    assert frame["customer_id"].tolist() == ["123"]
    assert str(frame["order_date"].iloc[0])[:10] == "2025-12-31"


def test_a_partitioned_folder_of_parquet_parts(border):
    parquet(border.source / "orders" / "year=2025" / "a.parquet", **order_columns())
    parquet(border.source / "orders" / "year=2026" / "b.parquet", **order_columns(customer_id=["002"]))
    assert sorted(border.frame()["customer_id"]) == ["001", "002"]


def test_parts_that_differ_in_their_columns_are_refused(border):
    parquet(border.source / "orders" / "a.parquet", **order_columns())
    parquet(border.source / "orders" / "b.parquet", **order_columns(amount=["10"]))
    with pytest.raises(DataError, match=r"b\.parquet, table orders: differs from a\.parquet"):
        border.stage()


def test_one_corrupt_part_among_good_ones_is_named(border):
    parquet(border.source / "orders" / "a.parquet", **order_columns())
    (border.source / "orders" / "b.parquet").write_bytes(b"PAR1 this is no parquet file PAR1")
    with pytest.raises(DataError, match=r"file b\.parquet, table orders: is not a Parquet file that can be read"):
        border.stage()


def test_a_duckdb_file_is_read_and_left_as_it_was(border):
    path = border.source / "company.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE sales AS SELECT '007' AS customer_id, DATE '2026-01-31' AS order_date, 3 AS amount")
    before = path.read_bytes()
    frame = border.frame(source=str(path), tables={"orders": {"table": "sales"}})
    assert frame["customer_id"].tolist() == ["007"]
    assert path.read_bytes() == before
    with pytest.raises(DataError, match="did you mean 'sales'"):
        border.stage(source=str(path), tables={"orders": {"table": "sale"}})


def test_data_in_an_installed_package_are_read_in_place(tmp_path):
    address = resolve_address("package://lifetimes/lifetimes/datasets", root=tmp_path)
    assert (address.kind, (address.path / "CDNOW_master.txt").is_file()) == ("folder", True)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("nowhere", "does not exist"),
        ("package://no-such-package/x", "is not installed"),
        ("package://lifetimes/../../x", "leaves the package"),
        ("mysql://host/db", "is no kind of source we read"),
        ("postgres://me:hunter2@host/db", "holds a password in clear text"),
        ("postgres://me@host/db?sslmode=off&password=hunter2", "holds a password in clear text"),
        ("postgres://me@host:port/db", "is no address of a server"),
        ("postgres://me@[::1/db", "is no address of a server"),
        ("postgres://me:${NO_SUCH_SECRET}@host/db", "NO_SUCH_SECRET: is not set"),
    ],
)
def test_a_wrong_source_is_refused(tmp_path, source, words):
    with pytest.raises(DataError, match=words) as refused:
        resolve_address(source, root=tmp_path)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "source",
    ["postgres://me:${PW}@host:5432/db", "postgres://${BOTH}@host:5432/db", "postgres://me@host/db?password=${PW}"],
)
def test_a_password_may_hold_marks_that_an_address_uses(monkeypatch, tmp_path, source):
    monkeypatch.setenv("PW", "p@ss/w:rd#1?x&y")
    monkeypatch.setenv("BOTH", "me:p@ss/w:rd#1?x&y")
    parts = urlsplit(resolve_address(source, root=tmp_path).url)
    assert (parts.hostname, parts.path) == ("host", "/db")
    assert unquote(parts.password or dict(parse_qsl(parts.query))["password"]) == "p@ss/w:rd#1?x&y"


def test_what_is_no_address_once_its_secrets_are_in_it_is_refused_without_showing_them(monkeypatch, tmp_path):
    monkeypatch.setenv("HOST", "db:hunter2")
    with pytest.raises(DataError, match="is no address of a server") as refused:
        resolve_address("postgres://me@${HOST}/x", root=tmp_path)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert "hunter2" not in str(refused.value)


def test_the_label_of_a_server_shows_no_user_and_no_password():
    assert label_of("postgres://me:${SECRET}@db.example:5432/sales?sslmode=off") == "postgres://db.example/sales"


def test_a_variable_in_place_of_a_path_or_a_whole_address_is_refused_with_what_to_write(monkeypatch, tmp_path):
    monkeypatch.setenv("DB_URL", "postgres://me:hunter2@host/db")
    with pytest.raises(DataError, match=r"no address of a server → write .* postgres://user:\$\{NAME\}@") as refused:
        resolve_address("${DB_URL}", root=tmp_path)
    assert "hunter2" not in str(refused.value)


def test_an_unset_secret_among_several_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("DB_USER", "me")
    with pytest.raises(DataError, match="environment variable DB_PASSWORD: is not set"):
        resolve_address("postgres://${DB_USER}:${DB_PASSWORD}@host/db", root=tmp_path)


def test_files_that_no_table_was_read_from_are_named(border):
    border.write("orders.csv", CSV)
    border.write("notes.md", "x")
    assert border.stage().report.unused == ("notes.md",)


def test_a_table_that_is_there_twice_is_refused(border):
    border.write("orders.csv", CSV)
    parquet(border.source / "orders.parquet", **order_columns())
    with pytest.raises(DataError, match=r"more than once: orders\.csv, orders\.parquet"):
        border.stage()


def test_a_named_table_that_is_not_there_is_refused_with_the_nearest(border):
    border.write("sales_lines.csv", CSV)
    with pytest.raises(DataError, match=r"did you mean 'sales_lines\.csv'"):
        border.stage(tables={"orders": {"table": "sales_line"}})


def test_a_source_without_any_of_our_tables_says_what_it_holds(border):
    border.write("sales.csv", CSV)
    with pytest.raises(DataError, match=r"the source holds: sales\.csv"):
        border.stage()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n \n", "is empty"),
        (b"customer_id,order_date,amount\n", "has no rows"),
        (b"a,,c\n1,2,3\n", "column number 2, row 1: has no name"),
        (b"a,a,c\n1,2,3\n", "column a: stands twice in the header"),
        (CSV.encode("utf-16"), "is not utf-8 text"),
        (
            b"customer_id,order_date,amount\nM\xfcller,2026-01-01,1\n",
            "line 2, table orders, value 'byte 0xfc': is not utf-8 text",
        ),
        (b"customer_id,order_date,amount\na\x00b,2026-01-01,1\n", "holds zero bytes"),
    ],
)
def test_a_text_file_that_cannot_be_used_is_refused(border, content, words):
    border.write("orders.csv", content)
    with pytest.raises(DataError, match=words):
        border.stage()


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-8-sig", "utf-8"])
def test_encodings_give_the_same_text(border, encoding):
    border.write("orders.csv", "customer_id,order_date,amount\nMüller & Söhne,2026-01-01,1\n".encode(encoding))
    frame = border.frame(format={"encoding": encoding})
    assert frame["customer_id"].tolist() == ["Müller & Söhne"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(border):
    border.write("orders.csv", b"\xef\xbb\xbf" + CSV.encode())
    assert border.frame()["customer_id"].tolist() == ["001"]


@pytest.mark.parametrize(("ends", "n_notes"), [("\n", 0), ("\r\n", 0), ("\r", 0), ("mixed", 1)])
def test_line_ends_of_every_kind(border, ends, n_notes):
    lines = ["customer_id,order_date,amount", "a,2026-01-01,1", "b,2026-01-02,2", ""]
    marks = ["\r\n", "\n", "\r", ""] if ends == "mixed" else [ends] * 3 + [""]
    border.write("orders.csv", "".join(line + mark for line, mark in zip(lines, marks, strict=True)))
    staged = border.stage()
    assert staged.report.table("orders").n_kept == 2
    assert len(staged.report.table("orders").notes) == n_notes


def test_quoted_texts_may_hold_delimiters_and_line_ends(border):
    border.write("orders.csv", 'customer_id,order_date,amount\n"Smith, ""Bob""\nLtd",2026-01-01,1\n')
    assert border.frame()["customer_id"].tolist() == ['Smith, "Bob"\nLtd']


def test_one_look_gives_hash_size_and_columns(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(CSV)
    look = inspect_text_file(path, Format(delimiter=","), scratch=tmp_path)
    path.write_text(CSV.replace("10.5", "10.6"))
    assert look.columns == ("customer_id", "order_date", "amount")
    assert look.size == len(CSV)
    assert inspect_text_file(path, Format(delimiter=","), scratch=tmp_path).digest != look.digest


def test_a_view_of_a_database_file_that_cannot_be_computed_is_refused(border):
    path = border.source / "company.duckdb"
    query = "SELECT 'a' AS customer_id, DATE '2026-01-31' AS order_date, 'x'::INT AS amount"
    with duckdb.connect(str(path)) as con:
        con.execute(f"CREATE VIEW orders AS {query}")
    with pytest.raises(DataError, match=r"the engine cannot compute it: .*'x'"):
        border.stage(source=path)


def test_the_faults_of_all_parts_of_a_text_table_are_named_at_once(border):
    border.write("orders/a.csv", CSV)
    border.write("orders/b.csv", "")
    border.write("orders/c.csv", "customer_id,order_date,amount\nMüller,2026-01-01,1\n".encode("cp1252"))
    border.write("orders/d.csv", "customer_id,order_date,net\na,2026-01-01,1\n")
    with pytest.raises(DataError) as refused:
        border.stage()
    assert [fault.file for fault in refused.value.faults] == ["b.csv", "c.csv", "d.csv"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_wide_encodings_mix_no_line_ends_where_all_are_alike(border, encoding):
    lines = "\ufeffcustomer_id,order_date,amount\r\nĊa,2026-01-01,1\r\nb,2026-01-01,1\r\n"
    border.write("orders.csv", lines.encode(encoding))
    assert border.stage(format={"encoding": encoding}).report.table("orders").notes == ()
