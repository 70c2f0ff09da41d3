"""Tables in workbooks: one sheet or several, of one workbook or several, read as one table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis

from portfolio_lab.data.settings import Format, TableSettings
from portfolio_lab.data.source.embedded import digest_of, file_digest, is_narrow, refuse_copies, refuse_drift, trimmed
from portfolio_lab.data.source.engines import hash_rows
from portfolio_lab.data.source.files import TableFile
from portfolio_lab.data.source.sheet_choice import sheets_in
from portfolio_lab.data.source.tables import FILE, RawTable
from portfolio_lab.data.source.workbooks import Sheet, read_sheet
from portfolio_lab.errors import DataError, Fault


def read_workbook_table(
    con: Any, path: Path, table: str, *, sheets: Sequence[str], text_format: Format, scratch: Path
) -> RawTable:
    """Return sheets of a workbook as one table: every cell as text, every row with its sheet and number there.

    Raises DataError with the faults of all of them.
    """
    read = _read([(path, sheet) for sheet in sheets], table, text_format, scratch)
    label = read[0].label if len(read) == 1 else f"{path.name}, {len(read)} sheets"
    digest = digest_of([file_digest(path), *sheets])
    return _joined(con, table, read, label=label, text_format=text_format, digest=digest)


def read_workbooks_table(
    con: Any, file: TableFile, *, settings: TableSettings, text_format: Format, scratch: Path
) -> RawTable:
    """Return a table of workbooks, one sheet or several of each: every row with workbook, sheet and number.

    Raises DataError with the faults of all workbooks.
    """
    places, faults = [], []
    for part in file.parts:
        try:
            places += [(part, sheet) for sheet in sheets_in(part, file.table, settings)]
        except DataError as error:
            faults += error.faults
    try:
        read = _read(places, file.table, text_format, scratch)
    except DataError as error:
        faults += error.faults
    if faults:
        raise DataError(faults)
    digests = [file_digest(part) for part in file.parts]
    refuse_copies(file.table, [part.name for part in file.parts], digests)
    digest = digest_of([*digests, *(sheet for _, sheet in places)])
    return _joined(con, file.table, read, label=file.path.name, text_format=text_format, digest=digest)


def _read(places: list[tuple[Path, str]], table: str, text_format: Format, scratch: Path) -> list[Sheet]:
    read, faults = [], []
    for number, (path, sheet) in enumerate(places):
        own = scratch / f"{table}_{number}"
        own.mkdir(exist_ok=True)
        try:
            read.append(read_sheet(path, sheet, table, text_format=text_format, scratch=own))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError([*faults, *_faults_of(read)])
    return read


def _faults_of(read: list[Sheet]) -> tuple[Fault, ...]:
    return tuple(fault for sheet in read for fault in sheet.faults)


def _joined(con: Any, table: str, read: list[Sheet], *, label: str, text_format: Format, digest: str) -> RawTable:
    labels = [sheet.label for sheet in read]
    names = [f"sheet_{table}_{number}" for number in range(len(read))]
    parts = [con.read_parquet(str(sheet.path), table_name=name) for sheet, name in zip(read, names, strict=True)]
    try:
        refuse_drift(table, [sheet.columns for sheet in read], labels)
        if len(parts) > 1:
            refuse_copies(table, labels, [_content(con, part) for part in parts])
    except DataError as error:
        raise DataError([*error.faults, *_faults_of(read)]) from error
    expr = trimmed(con, table, ibis.union(*parts) if len(parts) > 1 else parts[0])
    kind = {"has_rows": True, "is_sheet": True, "is_trimmed": is_narrow(read[0].columns), "faults": _faults_of(read)}
    return RawTable(table, label, expr, read[0].columns, text_format, digest, **kind)


def _content(con: Any, part: Any) -> str | None:
    """Return a hash of a sheet's rows in their places; None for a sheet without rows."""
    rows = part.drop(FILE)
    row = con.execute(rows.aggregate(n=rows.count(), content=hash_rows(rows).bit_xor())).iloc[0]
    return f"{row['n']}|{row['content']}" if row["n"] else None
