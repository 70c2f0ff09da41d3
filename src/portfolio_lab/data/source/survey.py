"""A first look at any source: its tables, their columns, and some rows as text, before anything is mapped."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from portfolio_lab.data.source.address import Address, kind_of_file, resolve_address
from portfolio_lab.data.source.embedded import attach_database
from portfolio_lab.data.source.engines import connect_embedded
from portfolio_lab.data.source.files import is_table_file, parts_of
from portfolio_lab.data.source.headers import CANDIDATES, LOOKED_AT, header_below, up_to_a_break
from portfolio_lab.data.source.remote import connect_postgres, connect_spark
from portfolio_lab.data.source.sheet_choice import filled_sheets
from portfolio_lab.data.source.workbooks import sample_sheet, sheet_names
from portfolio_lab.errors import DataError, Fault

N_ROWS = 2_000
N_SERVER_ROWS = 500
SAMPLED_BYTES = 1 << 20
MAX_TABLES = 200
OF_THE_ENGINE = ("information_schema", "pg_")
OWN_VIEWS = "ibis_"  # what Ibis registers in a session that others use too


@dataclass(frozen=True)
class SurveyedTable:
    """A table as it was found: its name in the source, its columns with sampled texts, how its text is written.

    The texts of a column leave out blanks; ``n_rows`` is the number of rows that were looked at. For a sheet of a
    workbook (``is_sheet``), ``sheet`` is its name (or a pattern or list of names) where there are several, and ``file``
    the workbook where a folder holds it. ``schema``: the schema of a database that ``name`` begins with, where the
    table is not in the one that is looked into first. ``is_stored``: it stands in a database.
    """

    name: str
    columns: dict[str, list[str]]
    is_text: bool = False
    delimiter: str | None = None
    encoding: str | None = None
    skip_rows: int = 0
    n_rows: int = 0
    n_parts: int = 1
    sheet: str | tuple[str, ...] | None = None
    file: str | None = None
    is_sheet: bool = False
    schema: str | None = None
    is_stored: bool = False


def survey_source(source: str, *, root: Path) -> list[SurveyedTable]:
    """Return the tables that a source holds, at most 200, each with its columns and a sample of what is in them.

    Nothing is read whole and nothing is written. Raises DataError for a source that is not there.
    """
    address = resolve_address(source, root=root)
    try:
        return list(islice(_SURVEYS[address.kind](address), MAX_TABLES))
    except OSError as error:
        file = Path(str(error.filename)).name if error.filename else None
        problem = f"cannot be opened: {error.strerror or error}"
        raise DataError([Fault(problem, "see that it is there and may be read", file=file)]) from error


def _folder(address: Address) -> Iterator[SurveyedTable]:
    for entry in sorted(address.path.iterdir()):
        parts = parts_of(entry) if entry.is_dir() else [entry]
        if parts and is_table_file(parts[0]):
            yield from _entry(entry.name, parts[0])


def _one_file(address: Address) -> Iterator[SurveyedTable]:
    yield from _entry(address.path.name, address.path)


def _workbook(address: Address) -> Iterator[SurveyedTable]:
    for sheet in sheet_names(address.path):
        yield replace(_sheet(sheet, address.path, sheet), sheet=sheet)


def _sheet(name: str, path: Path, sheet: str) -> SurveyedTable:
    numbered = sample_sheet(path, sheet, n_rows=N_ROWS)
    below = header_below(numbered[:LOOKED_AT])
    rows = [texts for number, texts in numbered if number >= (below or 0)]
    header = [text or "" for text in rows[0]] if rows else []
    skipped = below - 1 if below else 0
    return SurveyedTable(
        name, _by_column(header, rows[1:]), is_text=True, skip_rows=skipped, n_rows=len(rows[1:]), is_sheet=True
    )


def _sheets(name: str, path: Path) -> Iterator[SurveyedTable]:
    """Yield the workbook of a folder as one table, or each of its sheets where it has several."""
    sheets = filled_sheets(path)
    if len(sheets) == 1:
        yield _sheet(name, path, sheets[0])
        return
    for sheet in sheets:
        yield replace(_sheet(f"{name}, sheet {sheet}", path, sheet), sheet=sheet, file=name)


def _duckdb(address: Address) -> Iterator[SurveyedTable]:
    con = connect_embedded(scratch=address.path.parent)
    attach_database(con, address.path)
    yield from _database(con)


def _database(con: Any) -> Iterator[SurveyedTable]:
    try:
        for schema in (None, *_other_schemas(con)):
            for bare in sorted(name for name in con.list_tables(database=schema) if not name.startswith(OWN_VIEWS)):
                sample = con.table(bare, database=schema).limit(N_SERVER_ROWS).to_pyarrow()
                texts = {column: _texts(sample[column].to_pylist()) for column in sample.column_names}
                name = f"{schema}.{bare}" if schema else bare
                yield SurveyedTable(name, texts, n_rows=sample.num_rows, schema=schema, is_stored=True)
    finally:
        if con.name != "pyspark":
            con.disconnect()


def _other_schemas(con: Any) -> list[str]:
    """Return the schemas of a database besides the one that is looked into first; Spark's are chosen by the address."""
    if con.name not in ("duckdb", "postgres"):
        return []
    there = con.list_databases(catalog=con.current_catalog)
    return sorted(name for name in there if name != con.current_database and not name.startswith(OF_THE_ENGINE))


def _entry(name: str, part: Path) -> Iterator[SurveyedTable]:
    if kind_of_file(part) == "workbook":
        yield from _sheets(name, part)
    else:
        yield _parquet(name, part) if kind_of_file(part) == "parquet" else _text(name, part)


def _parquet(name: str, part: Path) -> SurveyedTable:
    with pq.ParquetFile(part) as file:
        batch = next(file.iter_batches(batch_size=N_ROWS), None)
        columns = file.schema_arrow.names
    values = {column: [] if batch is None else batch.column(column).to_pylist() for column in columns}
    n_rows = 0 if batch is None else batch.num_rows
    return SurveyedTable(name, {column: _texts(listed) for column, listed in values.items()}, n_rows=n_rows)


def _text(name: str, part: Path) -> SurveyedTable:
    raw = _first_bytes(part)
    encoding = _encoding(raw)
    text = raw.decode(encoding or "utf-8-sig", errors="ignore")
    lines = text.splitlines(keepends=True)
    lines = lines[:-1] if len(raw) == SAMPLED_BYTES and len(lines) > 1 else lines
    delimiter = _delimiter(lines)
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
    numbered = [(reader.line_num, row) for row in islice(up_to_a_break(reader), N_ROWS)]
    skipped = (header_below(numbered[:LOOKED_AT]) or _first_filled(numbered)) - 1
    rows = [row for number, row in numbered if number > skipped]
    header = rows[0] if rows else []
    shown = None if delimiter == "," else delimiter
    texts, n_rows = _by_column(header, rows[1:]), sum(any(row) for row in rows[1:])
    return SurveyedTable(
        name, texts, is_text=True, delimiter=shown, encoding=encoding, skip_rows=skipped, n_rows=n_rows
    )


def _first_filled(numbered: list[tuple[int, list[str]]]) -> int:
    """Return the line of the first record that is not blank, which may end some lines further down; 1 for none."""
    blank = [number for number, row in takewhile(lambda pair: not "".join(pair[1]).strip(), numbered)]
    return blank[-1] + 1 if blank and len(blank) < len(numbered) else 1


def _first_bytes(part: Path) -> bytes:
    with gzip.open(part) if part.suffix.lower() == ".gz" else part.open("rb") as stream:
        return stream.read(SAMPLED_BYTES)


def _encoding(raw: bytes) -> str | None:
    """Return the encoding where it is not UTF-8; the last bytes may be half a letter."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        raw[: max(raw.rfind(b"\n"), 0) or len(raw)].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return None


def _delimiter(lines: list[str]) -> str:
    """Return the mark that cuts the first lines into the most fields, the same number in each.

    Lines at the top that no mark cuts so are titles: they are left out one by one.
    """
    found = (_delimiter_of(lines[start : start + 20]) for start in range(min(len(lines) - 1, LOOKED_AT) or 1))
    return next((mark for mark in found if mark), ",")


def _delimiter_of(first: list[str]) -> str | None:
    counts = {}
    for mark in CANDIDATES:
        widths = {len(row) for row in up_to_a_break(csv.reader(first, delimiter=mark)) if row}
        counts[mark] = max(widths, default=1) if len(widths) == 1 else 1
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] > 1 else None


def _by_column(header: list[str], rows: list[list]) -> dict[str, list[str]]:
    return {name: _texts(row[at] if at < len(row) else None for row in rows) for at, name in enumerate(header) if name}


def _texts(values: Any) -> list[str]:
    """Return what is there as text; days without a clock, blanks left out."""
    texts = (str(value).removesuffix(" 00:00:00").strip() for value in values if value is not None)
    return [text for text in texts if text]


_SURVEYS = {
    "folder": _folder,
    "text": _one_file,
    "parquet": _one_file,
    "workbook": _workbook,
    "duckdb": _duckdb,
    "postgres": lambda address: _database(connect_postgres(address)),
    "spark": lambda address: _database(connect_spark(address)),
}
