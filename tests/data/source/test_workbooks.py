"""A workbook is read as its owner sees it: sheets are tables, cells are values, and what misleads is named."""

import datetime as dt

import duckdb
import pandas as pd
import pytest
from openpyxl import Workbook

from portfolio_lab.errors import DataError

HEADER = ["customer_id", "order_date", "amount"]


def write(path, rows, *, title="orders", formats=None):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, shown in (formats or {}).items():
        sheet[cell].number_format = shown
    book.save(path)
    return str(path)


@pytest.fixture
def book(border):
    return border.source / "book.xlsx"


def rows_of(frame):
    days = pd.to_datetime(frame["order_date"]).dt.date
    return sorted(zip(frame["customer_id"], days, frame["amount"], strict=True))


def test_a_sheet_is_found_under_its_name_in_any_case_and_the_others_are_named(border, book):
    source = write(book, [HEADER, ["a", dt.date(2026, 1, 31), 10.5]], title="Orders ")
    staged = border.stage(source=source)
    assert staged.report.names == ("orders",)
    source = write(book, [HEADER, ["a", dt.date(2026, 1, 31), 10.5]], title="Sales 2026")
    staged = border.stage(source=source, tables={"orders": {"table": "Sales 2026"}})
    assert staged.report.table("orders").label == "book.xlsx, sheet Sales 2026"


def test_dates_numbers_and_texts_mean_what_the_sheet_shows(border, book):
    rows = [
        HEADER,
        [123, dt.date(2026, 1, 31), 10.5],
        ["00123", dt.datetime(2026, 1, 31, 23, 59), "10.5"],
        [7, "2026-02-01", -1],
        [45.0, dt.date(2026, 2, 2), 1e-7],
        [8, dt.date(2026, 2, 3), True],
    ]
    source = write(book, rows, formats={"A4": "00000"})
    staged = border.stage(source=source)
    day = dt.date(2026, 1, 31)
    assert rows_of(border.frame(source=source)) == [
        ("00007", dt.date(2026, 2, 1), -1.0),
        ("00123", day, 10.5),
        ("123", day, 10.5),
        ("45", dt.date(2026, 2, 2), 1e-7),
    ]
    (left_out,) = staged.report.findings
    assert (left_out.column, left_out.examples[0].row, left_out.examples[0].value) == ("amount", 6, "true")


def test_dates_and_numbers_written_as_text_are_read_in_the_declared_format_beside_real_ones(border, book):
    rows = [HEADER, ["a", "31/12/2025", "1.234,50"], ["b", dt.date(2026, 1, 2), 1234.5]]
    text_format = {"decimal": ",", "thousands": ".", "date_format": "%d/%m/%Y"}
    frame = border.frame(source=write(book, rows), format=text_format)
    assert rows_of(frame) == [("a", dt.date(2025, 12, 31), 1234.5), ("b", dt.date(2026, 1, 2), 1234.5)]


def test_blank_rows_are_passed_over_and_rows_keep_the_numbers_of_the_sheet(border, book):
    rows = [[], HEADER, ["a", dt.date(2026, 1, 1), 1], [" ", None, None], ["b", dt.date(2026, 1, 2), "x"]]
    (finding,) = border.stage(source=write(book, rows)).report.findings
    assert (finding.examples[0].file, finding.examples[0].row) == ("book.xlsx, sheet orders", 5)


def test_names_of_the_columns_may_be_given_where_the_sheet_has_none(border, book):
    source = write(book, [["a", dt.date(2026, 1, 1), 1], ["b", dt.date(2026, 1, 2), 2]])
    assert len(border.frame(source=source, format={"header": HEADER})) == 2


@pytest.mark.parametrize("words", ["Totales", "Suma total", "Importe total", "RESULTADO TOTAL", "Insgesamt:"])
def test_a_row_of_totals_is_named_in_the_words_of_its_language(border, book, words):
    rows = [["a", dt.date(2026, 1, 1), 1], ["b", dt.date(2026, 1, 2), 2], [words, None, 3]]
    with pytest.raises(DataError, match=f"row 4, value '{words}': is a row of totals"):
        border.stage(source=write(book, [HEADER, *rows]))


def test_a_row_of_totals_hides_nothing_else_that_is_wrong_with_its_table(border, book):
    """Not a column that is missing, not a cell that is no number, not what another table lacks."""
    day = dt.date(2026, 1, 2)
    rows = [["customer_id", "day", "amount"], ["a", day, 1], ["b", day, "x"], ["c", day, 2], ["Summe", None, 3]]
    workbook = Workbook()
    for title, table in (("orders", rows), ("customers", [["name"], ["Ana"]])):
        sheet = workbook.create_sheet(title)
        for row in table:
            sheet.append(row)
    workbook.save(book)
    with pytest.raises(DataError) as refused:
        border.stage(source=str(book))
    told = [(fault.table, fault.column, fault.row, fault.problem.partition(":")[0]) for fault in refused.value.faults]
    assert told == [
        ("orders", None, 5, "is a row of totals"),
        ("orders", "order_date", None, "is missing"),
        ("customers", "customer_id", None, "is missing"),
        ("orders", "amount", 3, "is not a number, which alone would not refuse the run"),
    ]


def test_more_rows_of_totals_than_are_listed_are_none_of_the_table(border, book):
    day = dt.date(2026, 1, 2)
    rows = [HEADER, *([row for _ in range(30) for row in (["a", day, 1], ["Total", None, 1])])]
    with pytest.raises(DataError) as refused:
        border.stage(source=write(book, rows))
    assert {fault.problem for fault in refused.value.faults} == {"is a row of totals"}
    assert len(refused.value.faults) == 20


def test_a_row_of_totals_with_a_day_is_known_by_its_sum(border, book):
    day = dt.date(2026, 1, 31)
    rows = [["a", day, 20.1], ["b", day, 30.2], ["Gesamt", day, 50.3], ["c", day, 5]]
    with pytest.raises(DataError, match="row 4, value 'Gesamt': is a row of totals"):
        border.stage(source=write(book, [HEADER, *rows]))
    for customer in ("Gesamt", "Total"):
        named = [["a", day, 20.1], ["b", day, 30.2], [customer, day, 50.2], ["c", day, 5]]
        assert len(border.frame(source=write(book, [HEADER, *named]))) == 4
    after_one = [["a", day, 20.1], ["Total", day, 20.1], ["c", day, 5]]
    assert len(border.frame(source=write(book, [HEADER, *after_one]))) == 3


def test_a_customer_named_total_is_a_customer(border, book):
    source = write(book, [HEADER, ["Total", dt.date(2026, 1, 1), 1], ["b", dt.date(2026, 1, 2), 2]])
    assert len(border.frame(source=source)) == 2


def test_all_faults_of_all_sheets_are_named_at_once(border, book):
    workbook = Workbook()
    for title in ("orders", "customers"):
        sheet = workbook.create_sheet(title)
        sheet.append(HEADER if title == "orders" else ["customer_id", "name", "city"])
        sheet.append(["a", dt.date(2026, 1, 1), 5])
        sheet.append(["Total", None, "=SUM(C2:C2)" if title == "orders" else 5])
    workbook["customers"].merge_cells("A1:B1")
    workbook.save(book)
    with pytest.raises(DataError) as refused:
        border.stage(source=str(book))
    said = str(refused.value)
    assert "sheet orders, table orders, row 3, key cells C3: hold formulas without a result" in said
    assert "sheet customers, table customers, row 1, key cells A1:B1: are merged" in said
    assert "sheet customers, table customers, column number 2, row 1: has no name" in said


@pytest.mark.parametrize("kind", ["parquet", "duckdb", "xlsx"])
def test_every_kind_of_file_gives_the_same_tables_and_findings(border, kind):
    orders = pd.DataFrame(
        {
            "customer_id": ["001", "001", None, "002", "003", "004"],
            "order_date": ["31/12/2025", "29/02/2024", "01/01/2026", "30/02/2026", "1/2/2026", "28/02/2025"],
            "amount": ["1.234,50", "-7", "5", "1", "x", "0,10"],
        }
    )
    settings = {"format": {"decimal": ",", "thousands": ".", "date_format": "%d/%m/%Y"}}
    (border.source / "csv").mkdir()
    orders.to_csv(border.source / "csv" / "orders.csv", index=False)
    expected = border.stage(source=str(border.source / "csv"), **settings)
    source = _as_kind(kind, orders, border.source)
    found = border.stage(source=source, **settings)
    assert _counts(found) == _counts(expected)
    assert found.report.orders == expected.report.orders
    assert rows_of(border.frame(source=source, **settings)) == rows_of(
        border.frame(source=str(border.source / "csv"), **settings)
    )


def _as_kind(kind, orders, folder):
    if kind == "xlsx":
        return write(folder / "company.xlsx", [list(orders), *orders.astype(object).values.tolist()])
    path = folder / f"company.{kind}"
    if kind == "parquet":
        orders.to_parquet(path)
    else:
        with duckdb.connect(str(path)) as con:
            con.execute("CREATE TABLE orders AS SELECT * FROM orders")
    return str(path)


def _counts(staged):
    return sorted((item.table, item.column, item.problem, item.severity, item.n) for item in staged.report.findings)


@pytest.mark.full
def test_a_large_sheet_is_read_in_bounded_memory(tmp_path):
    """200,000 rows in a process of its own: the peak stays far below what the cells would take as objects."""
    import subprocess
    import sys

    path = tmp_path / "large.xlsx"
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("orders")
    sheet.append(HEADER)
    for number in range(200_000):
        sheet.append([number % 5000, dt.date(2026, 1, 1), number / 7])
    workbook.save(path)
    code = (
        "import resource, sys; from pathlib import Path; from portfolio_lab.data.settings import Format\n"
        "from portfolio_lab.data.source.workbooks import read_sheet\n"
        "base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "read_sheet(Path(sys.argv[1]), 'orders', 'orders', text_format=Format(), scratch=Path(sys.argv[2]))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 150_000  # KiB
