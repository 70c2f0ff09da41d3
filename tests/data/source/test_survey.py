import gzip

import duckdb
import pandas as pd
import pytest
from fixtures.engines import PASSWORD
from openpyxl import Workbook

from portfolio_lab.data.source import survey_source
from portfolio_lab.data.source.survey import SAMPLED_BYTES
from portfolio_lab.errors import DataError


def survey(folder, source="."):
    return {table.name: table for table in survey_source(source, root=folder)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_cuts_every_line_alike(tmp_path, delimiter):
    lines = [["customer", "note"], ["a", "x"], ["b", "y"]]
    (tmp_path / "sales.csv").write_text("\n".join(delimiter.join(line) for line in lines))
    found = survey(tmp_path)["sales.csv"]
    assert found.columns == {"customer": ["a", "b"], "note": ["x", "y"]}
    assert found.delimiter == (None if delimiter == "," else delimiter)


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", None), ("utf-8-sig", None), ("cp1252", "cp1252"), ("utf-16", "utf-16")]
)
def test_the_encoding_is_told_where_it_is_not_utf_8(tmp_path, encoding, shown):
    (tmp_path / "sales.csv").write_bytes("name,city\nMüller,Köln\n".encode(encoding))
    found = survey(tmp_path)["sales.csv"]
    assert (found.columns, found.encoding) == ({"name": ["Müller"], "city": ["Köln"]}, shown)


def test_of_a_large_file_only_the_beginning_is_read_and_no_half_line(tmp_path):
    row = "ä" * 50 + ",1\n"
    (tmp_path / "sales.csv").write_text("name,n\n" + row * (SAMPLED_BYTES // 80), encoding="utf-8")
    found = survey(tmp_path)["sales.csv"]
    assert found.encoding is None
    assert set(found.columns["name"]) == {"ä" * 50}


def test_files_folders_of_parts_and_compressed_files_are_tables_and_others_are_not(tmp_path):
    (tmp_path / "orders").mkdir()
    pd.DataFrame({"customer": ["a", None], "day": pd.to_datetime(["2026-01-01", "2026-01-02"])}).to_parquet(
        tmp_path / "orders" / "part.parquet"
    )
    (tmp_path / "sales.csv.gz").write_bytes(gzip.compress(b"x,y\n1,\n"))
    (tmp_path / "notes.md").write_text("nothing")
    found = survey(tmp_path)
    assert found["orders"].columns == {"customer": ["a"], "day": ["2026-01-01", "2026-01-02"]}
    assert found["sales.csv.gz"].columns == {"x": ["1"], "y": []}
    assert len(found) == 2


def test_workbooks_and_databases_are_looked_at_as_well(tmp_path):
    book = Workbook()
    book.active.append(["customer", "amount"])
    book.active.append(["a", 1.5])
    book.create_sheet("empty")
    book.save(tmp_path / "b.xlsx")
    with duckdb.connect(str(tmp_path / "c.duckdb")) as con:
        con.execute("CREATE TABLE sales AS SELECT 'a' AS customer, DATE '2026-01-31' AS day")
    assert survey(tmp_path, "b.xlsx")["Sheet"].columns == {"customer": ["a"], "amount": ["1.5"]}
    assert survey(tmp_path, "c.duckdb")["sales"].columns == {"customer": ["a"], "day": ["2026-01-31"]}


def test_the_tables_of_every_schema_of_a_database_are_there_by_its_name(tmp_path):
    with duckdb.connect(str(tmp_path / "c.duckdb")) as con:
        con.execute("CREATE SCHEMA erp; CREATE TABLE erp.lines AS SELECT 'a' AS customer")
        con.execute("CREATE TABLE log (t TIMESTAMP)")
    found = survey(tmp_path, "c.duckdb")
    assert {name: table.schema for name, table in found.items()} == {"log": None, "erp.lines": "erp"}
    assert found["erp.lines"].columns == {"customer": ["a"]}
    assert all(table.is_stored for table in found.values())


@pytest.mark.postgres
def test_a_server_is_looked_at(postgres, postgres_url, monkeypatch, tmp_path):
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)
    rows = pd.DataFrame({"customer": ["a"], "amount": [1.5]})
    postgres.create_table("surveyed", rows, overwrite=True)
    postgres.create_database("erp", force=True)
    postgres.create_table("lines", rows, database="erp", overwrite=True)
    try:
        found = survey(tmp_path, postgres_url.replace(PASSWORD, "${SALES_PASSWORD}"))
    finally:
        postgres.drop_table("surveyed")
        postgres.drop_database("erp", cascade=True)
    assert found["surveyed"].columns == found["erp.lines"].columns == {"customer": ["a"], "amount": ["1.5"]}
    assert not [name for name in found if name.startswith(("pg_", "information_schema"))]


def test_a_source_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        survey(tmp_path, "nowhere")


def test_blanks_are_left_out_of_the_texts_and_all_rows_are_counted(tmp_path):
    (tmp_path / "sales.csv").write_text("customer,amount\na,1\n,2\n\n,3\n")
    (tmp_path / "none.csv").write_text("")
    pd.DataFrame({"customer": ["a", None]}).to_parquet(tmp_path / "clients.parquet")
    found = survey(tmp_path)
    assert (found["sales.csv"].columns["customer"], found["sales.csv"].n_rows) == (["a"], 3)
    assert (found["clients.parquet"].columns["customer"], found["clients.parquet"].n_rows) == (["a"], 2)
    assert (found["none.csv"].columns, found["none.csv"].n_rows) == ({}, 0)


def test_sheets_that_hold_nothing_are_there_without_columns(tmp_path):
    book = Workbook()
    book.active.title = "Sheet1"
    book.create_sheet("sales").append(["customer"])
    book["sales"].append(["a"])
    book.save(tmp_path / "book.xlsx")
    found = survey(tmp_path, "book.xlsx")
    assert (found["Sheet1"].columns, found["sales"].n_rows) == ({}, 1)


@pytest.mark.parametrize(("above", "n"), [("", 0), ("\n", 1), (" \n\n", 2), ("Sales, all\n\n", 2), ("Sales;;;\n", 1)])
def test_what_stands_above_the_header_is_counted(tmp_path, above, n):
    (tmp_path / "sales.csv").write_text(f"{above}customer;day;net;note\na;2026-01-01;1,5;x\nb;2026-01-02;2;y\n")
    found = survey(tmp_path)["sales.csv"]
    assert (found.skip_rows, found.delimiter, found.n_rows) == (n, ";", 2)
    assert found.columns["net"] == ["1,5", "2"]


def test_rows_of_totals_are_left_out_of_what_is_looked_at(tmp_path):
    book = Workbook()
    for row in (["Kunde", "Tag", "Betrag"], ["a", "2026-01-02", 1], ["Total", "2026-01-03", 2], ["Summe", None, 3]):
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    columns = survey(tmp_path, "b.xlsx")["Sheet"].columns
    # a customer may be called Total; a row that is shorter than the others, and called so, is none of them
    assert columns == {"Kunde": ["a", "Total"], "Tag": ["2026-01-02", "2026-01-03"], "Betrag": ["1", "2"]}


def test_titles_above_the_header_of_a_sheet_are_counted(tmp_path):
    book = Workbook()
    for row in (["Sales"], [], ["customer", "net"], ["a", 1]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    found = survey(tmp_path, "book.xlsx")["Sheet"]
    assert (found.skip_rows, found.columns, found.is_sheet) == (2, {"customer": ["a"], "net": ["1"]}, True)
