"""Excel workbooks: a sheet is a table, read cell by cell in a stream and kept as text with its row numbers."""

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.headers import LOOKED_AT, checked_header, refuse_title
from portfolio_lab.data.source.sheet_xml import refuse_too_large, scan_sheet
from portfolio_lab.data.source.spelling import TOTAL_WORDS
from portfolio_lab.data.source.tables import FILE, ROW
from portfolio_lab.errors import DataError, Fault

BATCH_ROWS = 20_000
MAX_LISTED = 20


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was found: the Parquet file with its cells as text, its columns, and its name for people.

    ``faults`` of single rows, for which a run is refused but which keep nobody from reading the others.
    """

    path: Path
    label: str
    columns: tuple[str, ...]
    faults: tuple[Fault, ...] = ()


@dataclass
class _Found:
    """What was seen while a sheet was read."""

    header: tuple[str, ...] = ()
    header_row: int = 0
    filled_before: int = 0
    is_beyond: bool = False
    faults: list[Fault] = field(default_factory=list)
    n_summed: int = 0
    sums: dict[int, float] = field(default_factory=dict)


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets; DataError for a file that is not a workbook we can read."""
    book = _opened(path)
    try:
        return tuple(sheet.title for sheet in book.worksheets)
    finally:
        book.close()


def read_sheet(path: Path, sheet: str, table: str, *, text_format: Format, scratch: Path) -> Sheet:
    """Return a sheet of a workbook, its cells as text in ``text_format``, its rows numbered as in the sheet.

    Memory holds a batch of rows and the workbook's texts. Rows of totals, which are left out, and cells beyond the
    header are among its faults. Raises DataError naming sheet, row and remedy, with those too, for merged cells,
    formulas without a result, and a header that cannot be used.
    """
    book = _opened(path)
    try:
        label = f"{path.name}, sheet {sheet}"
        found, unreadable = _Found(), _faults_of_layout(path, book[sheet], table, label, text_format.skip_rows or 0)
        target = scratch / f"sheet_{table}.parquet"
        try:
            _write(target, _rows(book[sheet], found, text_format, table, label), found, label)
        except DataError as unusable:
            unreadable += unusable.faults
        if unreadable:
            raise DataError([*unreadable, *found.faults])
        return Sheet(target, label, found.header, tuple(found.faults))
    finally:
        book.close()


def sample_sheet(path: Path, sheet: str, *, n_rows: int) -> list[tuple[int, list[str | None]]]:
    """Return number and cells, as text in ISO form, of the first rows of a sheet that hold anything but totals."""
    book, found, widest = _opened(path), [], 0
    try:
        for number, values, _ in islice(_filled_rows(book[sheet], Format(decimal=".")), n_rows):
            texts = [value for value in values if value is not None]
            if len(texts) >= widest or not TOTAL_WORDS.match(texts[0].strip()):
                found.append((number, values))
            widest = max(widest, len(texts))
        return found
    finally:
        book.close()


def _opened(path: Path) -> Any:
    from openpyxl import load_workbook  # only a run that reads a workbook waits for it

    try:
        refuse_too_large(path)
        book = load_workbook(path, read_only=True, data_only=True)
    except DataError:
        raise
    except Exception as error:  # a damaged workbook raises whatever its part was read with
        remedy = "take its password off, or save it again as .xlsx"
        raise DataError([Fault("is not an Excel workbook that can be read", remedy, file=path.name)]) from error
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what the file says about its size is often wrong
    return book


def _faults_of_layout(path: Path, sheet: Any, table: str, label: str, n_skipped: int) -> list[Fault]:
    look = scan_sheet(path, sheet._worksheet_path)
    faults = []
    for cells in [cells for cells in look.merged if _last_row_of(cells) > n_skipped][:MAX_LISTED]:
        remedy = (
            "unmerge them, and write a value into each of the cells (for a header: a name above every column); "
            "titles above the header are left out with format.skip_rows"
        )
        problem = "are merged, so that only the first of them has a value"
        faults.append(Fault(problem, remedy, file=label, table=table, row=_row_of(cells), key=f"cells {cells}"))
    if look.uncomputed:
        cells = ", ".join(look.uncomputed[:6])
        problem = f"hold formulas without a result ({look.n_uncomputed:,} cells)"
        remedy = "open the workbook in Excel, let it calculate, and save it; or paste the values"
        row = _row_of(look.uncomputed[0])
        faults.append(Fault(problem, remedy, file=label, table=table, row=row, key=f"cells {cells}"))
    return faults


def _row_of(cells: str) -> int:
    return int(re.sub(r"^\$?[A-Z]+\$?", "", cells.partition(":")[0]))


def _last_row_of(cells: str) -> int:
    return _row_of(cells.rpartition(":")[2])


def _rows(sheet: Any, found: _Found, text_format: Format, table: str, label: str) -> Iterator[tuple[int, list]]:
    """Yield number and values of each row below the header that is not blank; what is wrong is kept in ``found``."""
    _take_given_header(found, text_format, label)
    filled = _filled_rows(sheet, text_format)
    first = list(islice(filled, LOOKED_AT))
    if not found.header:
        refuse_title([(number, values) for number, values, _ in first], file=label, table=table)
    for number, values, row in chain(first, filled):
        if not found.header:
            found.header_row, found.header = number, _header(values, number, label)
            continue
        if _note_what_is_wrong(values, row, number, found, table=table, label=label):
            continue
        width = len(found.header)
        yield number, [*values, *([None] * (width - len(values)))][:width]


def _filled_rows(sheet: Any, text_format: Format) -> Iterator[tuple[int, list, tuple]]:
    """Yield number, texts and cells of each row that is not blank, from the first that is not to be skipped."""
    writer, n_skipped = _CellWriter(text_format), text_format.skip_rows or 0
    for number, row in enumerate(sheet.iter_rows(min_row=n_skipped + 1), start=n_skipped + 1):
        values = [writer.text(cell) for cell in row]
        while values and values[-1] is None:
            values.pop()
        if values:
            yield number, values, row


def _take_given_header(found: _Found, text_format: Format, label: str) -> None:
    if isinstance(text_format.header, tuple):
        found.header = checked_header(list(text_format.header), label)
    elif text_format.header is False:
        remedy = "set format.header to the list of column names"
        raise DataError([Fault("has no header and no names are given", remedy, file=label)])


def _header(values: list[str | None], number: int, label: str) -> tuple[str, ...]:
    return checked_header([(value or "").strip() for value in values], label, row=number)


def _note_what_is_wrong(values: list, row: tuple, number: int, found: _Found, *, table: str, label: str) -> bool:
    """Note what is wrong with a row, the first of it; return whether it is one of totals, and so none of the table."""
    n_filled = sum(value is not None for value in values)
    first = next((value for value in values if value is not None), "")
    numbers = {place: cell.value for place, cell in enumerate(row) if cell.data_type == "n" and cell.value is not None}
    is_short = bool(numbers) and n_filled < found.filled_before
    is_total = bool(TOTAL_WORDS.match(first.strip())) and (is_short or _is_sum(numbers, found))
    found.filled_before = max(found.filled_before, n_filled)
    faults = []
    if is_total:
        remedy = "remove this row: totals are no rows of the table"
        faults.append(Fault("is a row of totals", remedy, file=label, table=table, row=number, value=first))
    else:
        _add_up(numbers, found)
    if len(values) > len(found.header) and not found.is_beyond:
        found.is_beyond = True
        problem = (
            f"has a value in column {_column_of(row, len(found.header))}, beyond the header in row {found.header_row}"
        )
        remedy = "give every column a name; rows above the header are left out with format.skip_rows"
        faults.append(Fault(problem, remedy, file=label, table=table, row=number))
    found.faults += faults[: MAX_LISTED - len(found.faults)]
    return is_total


def _is_sum(numbers: dict[int, float], found: _Found) -> bool:
    """Whether a number of a row is the sum of two rows or more above it: a customer may be called Total."""
    return found.n_summed > 1 and any(
        value and math.isclose(value, found.sums.get(place, 0.0), rel_tol=1e-9, abs_tol=0.005)
        for place, value in numbers.items()
    )


def _add_up(numbers: dict[int, float], found: _Found) -> None:
    found.n_summed += 1
    for place, value in numbers.items():
        found.sums[place] = found.sums.get(place, 0.0) + value


def _column_of(row: tuple, start: int) -> str:
    return next(cell.column_letter for cell in row[start:] if cell.value is not None)


def _write(target: Path, rows: Iterator[tuple[int, list]], found: _Found, label: str) -> None:
    writer, numbers, batch = None, [], []
    try:
        for number, values in rows:
            numbers.append(number)
            batch.append(values)
            if len(batch) == BATCH_ROWS:
                writer = _append(writer, target, found, numbers, batch, label)
                numbers, batch = [], []
        if not found.header:
            remedy = "give the sheet a header row and rows, or leave it out (format.skip_rows may leave out too much)"
            raise DataError([Fault("is empty", remedy, file=label)])
        writer = _append(writer, target, found, numbers, batch, label)
    finally:
        if writer is not None:
            writer.close()


def _append(writer: Any, target: Path, found: _Found, numbers: list[int], batch: list[list], label: str) -> Any:
    columns = list(zip(*batch, strict=True)) if batch else [()] * len(found.header)
    values = [pa.array(column, pa.string()) for column in columns]
    places = [pa.array(numbers, pa.int64()), pa.array([label] * len(numbers), pa.string())]
    arrow = pa.Table.from_arrays([*values, *places], names=[*found.header, ROW, FILE])
    writer = writer or pq.ParquetWriter(target, arrow.schema, compression="zstd")
    writer.write_table(arrow)
    return writer


class _CellWriter:
    """Writes what a cell holds as text, in the way in which the table's format reads it back."""

    def __init__(self, text_format: Format) -> None:
        self.decimal = text_format.decimal or "."
        self.date_format = text_format.date_format
        self._widths: dict[int, int] = {}

    def text(self, cell: Any) -> str | None:
        value = cell.value
        if value is None or isinstance(value, str):
            return value if value and value.strip() else None
        return self._WRITERS.get(type(value), _CellWriter._other)(self, value, cell)

    def _flag(self, value: bool, cell: Any) -> str:
        return "true" if value else "false"

    def _whole(self, value: int, cell: Any) -> str:
        return str(value).zfill(self._shown_width(cell))

    def _number(self, value: float, cell: Any) -> str:
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace(".", self.decimal)

    def _moment(self, value: dt.datetime, cell: Any) -> str:
        if self.date_format:
            return value.strftime(self.date_format)
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")

    def _day(self, value: dt.date, cell: Any) -> str:
        return value.strftime(self.date_format) if self.date_format else value.isoformat()

    def _other(self, value: Any, cell: Any) -> str:
        return str(value)

    def _shown_width(self, cell: Any) -> int:
        """A number shown with leading zeros (format ``00000``) is an identifier, and means what it shows."""
        style = getattr(cell, "_style_id", 0)
        if style not in self._widths:
            shown = cell.number_format
            self._widths[style] = len(shown) if re.fullmatch("0{2,}", shown) else 0
        return self._widths[style]

    _WRITERS = {bool: _flag, int: _whole, float: _number, dt.datetime: _moment, dt.date: _day}
