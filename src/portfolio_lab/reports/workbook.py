"""One workbook of a review: a sheet per table, with filters, frozen headers and numbers in their units."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import xlsxwriter
from babel.numbers import get_currency_symbol
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portfolio_lab.reports.catalog import CATALOG
from portfolio_lab.reports.findings import ReportFiles, read_reports
from portfolio_lab.reports.safe_text import guard_cell, storable

WORKBOOK = "review.xlsx"
CONTENTS = "Contents"
MAX_ROWS = 1_048_575
MAX_CELL = 32_767
MAX_WIDTH = 42
SHEET_NAME_LENGTH = 31
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Sheet:
    """One table on its way into the workbook."""

    name: str
    report: ReportFiles
    table_id: str
    title: str
    columns: list[dict]
    n_rows: int


def write_workbook(build_dir: Path) -> Path:
    """Write review.xlsx with every table of a build, the contents first, and return its path.

    Text is stored as text, never as formula or link; text that a spreadsheet could take for a formula once it is edited
    carries Excel's own quote mark, which does not change the value.
    """
    path = build_dir / WORKBOOK
    sheets = _sheets(read_reports(build_dir, CATALOG))
    currency = sheets[0].report.page["currency"] if sheets else "EUR"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, {**options, "constant_memory": True, "nan_inf_to_errors": False}) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1)})
        formats = _formats(book, currency)
        _write_contents(book, sheets, formats)
        for sheet in sheets:
            _write_sheet(book, sheet, formats)
    return path


def _sheets(reports: Iterable[ReportFiles]) -> list[Sheet]:
    sheets: list[Sheet] = []
    for report in reports:
        for table_id, entry in report.page["tables"].items():
            if (report.folder / "tables" / f"{table_id}.parquet").is_file():
                name = _sheet_name(f"{report.topic} {table_id}", {sheet.name.lower() for sheet in sheets})
                sheets.append(Sheet(name, report, table_id, entry["title"], entry["columns"], entry["n_rows"]))
    return sheets


def _sheet_name(wish: str, taken: set[str]) -> str:
    plain = _NOT_IN_A_SHEET_NAME.sub(" ", wish)[:SHEET_NAME_LENGTH].strip()
    name, n = plain, 1
    while name.lower() in taken or name.lower() == CONTENTS.lower():
        n += 1
        ending = f" {n}"
        name = plain[: SHEET_NAME_LENGTH - len(ending)] + ending
    return name


def _formats(book: xlsxwriter.Workbook, currency: str) -> dict[str, Format]:
    symbol = get_currency_symbol(currency, locale="en").replace('"', "")
    money = f'"{symbol}"#,##0;[Red]-"{symbol}"#,##0'
    patterns = {"share": "0.0%", "points": "0.000", "currency": money, "days": "#,##0.0", "count": "#,##0"}
    formats = {unit: book.add_format({"num_format": pattern}) for unit, pattern in patterns.items()}
    formats["number"] = book.add_format({"num_format": "#,##0.00"})
    formats["date"] = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    formats["text"] = book.add_format({"num_format": "@"})
    formats["quoted"] = book.add_format({"num_format": "@", "quote_prefix": True})
    formats["title"] = book.add_format({"bold": True, "font_size": 13})
    formats["head"] = book.add_format({"bold": True, "text_wrap": True, "valign": "vbottom", "bottom": 1})
    formats["head_quoted"] = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vbottom", "bottom": 1, "quote_prefix": True}
    )
    return formats


def _write_contents(book: xlsxwriter.Workbook, sheets: list[Sheet], formats: dict[str, Format]) -> None:
    page = book.add_worksheet(CONTENTS)
    page.set_column(0, 0, 34)
    page.set_column(1, 3, 30)
    page.set_column(4, 4, 10)
    for i, head in enumerate(("Sheet", "Report", "Table", "As of", "Rows")):
        page.write_string(0, i, head, formats["head"])
    for row, sheet in enumerate(sheets, start=1):
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", string=sheet.name)
        for i, text in enumerate((sheet.report.page["title"], sheet.title, sheet.report.page["as_of"]), start=1):
            _write_text(page, row, i, text, formats)
        page.write_number(row, 4, sheet.n_rows, formats["count"])
    page.freeze_panes(1, 0)


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet, formats: dict[str, Format]) -> None:
    table = pq.read_table(sheet.report.folder / "tables" / f"{sheet.table_id}.parquet")
    page = book.add_worksheet(sheet.name)
    values = [column.to_pylist() for column in table.columns]
    for i, column in enumerate(sheet.columns):
        page.set_column(i, i, _width(column["label"], values[i]), formats.get(column["unit"]))
        _write_text(page, 0, i, column["label"], formats, head=True)
    n_rows = min(table.num_rows, MAX_ROWS)
    writers = [_writer(column["unit"], formats) for column in sheet.columns]
    for row in range(n_rows):
        for i, write in enumerate(writers):
            write(page, row + 1, i, values[i][row])
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(n_rows, 1), max(len(values) - 1, 0))


def _writer(unit: str, formats: dict[str, Format]) -> Callable:
    number = formats.get(unit) or formats["number"]

    def write(page: Worksheet, row: int, column: int, value: object) -> None:
        if value is None or value != value:
            return
        if isinstance(value, bool):
            _write_text(page, row, column, "yes" if value else "no", formats)
        elif isinstance(value, dt.date):
            page.write_datetime(row, column, _naive(value), formats["date"])
        elif isinstance(value, int | float) and abs(value) != float("inf"):
            page.write_number(row, column, value, number)
        else:
            _write_text(page, row, column, str(value), formats)

    return write


def _write_text(
    page: Worksheet, row: int, column: int, text: str, formats: dict[str, Format], *, head: bool = False
) -> None:
    shown = storable(text)[:MAX_CELL]
    is_risky = guard_cell(shown) != shown
    name = ("head_quoted" if is_risky else "head") if head else ("quoted" if is_risky else "text")
    page.write_string(row, column, shown, formats[name])


def _naive(value: dt.date) -> dt.date:
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def _width(label: str, values: list) -> int:
    longest = max((len(str(value)) for value in values[:500] if value is not None), default=0)
    return min(MAX_WIDTH, max(10, longest + 2, max(map(len, label.split()), default=0) + 3))
