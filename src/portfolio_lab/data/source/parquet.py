"""Parquet files: one, or a folder of parts, the values in the names of its folders read as columns."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.embedded import (
    digest_of,
    file_digest,
    find_drift,
    is_narrow,
    refuse_copies,
    sql_text,
    trimmed,
)
from portfolio_lab.data.source.files import TableFile
from portfolio_lab.data.source.tables import FILE, ROW, RawTable
from portfolio_lab.errors import DataError, Fault

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
NUMBER = "file_row_number"  # what the engine calls a row's number, so that no column may have this name
PATH = "__path__"

Schema = tuple[tuple[str, str], ...]


def read_parquet_table(con: Any, file: TableFile, text_format: Format) -> RawTable:
    """Return a table of Parquet parts, every row with its number in its file; raises DataError for a corrupt part.

    A folder called ``region=North`` gives its rows a column ``region``, unless the parts have one themselves.
    """
    parts = _filled(con, file)
    labels = [part.name for part in parts]
    in_files = _schema(con, parts[0], file)
    keys = [name for name, _ in _in_folders(parts[0], file) if name not in dict(in_files)]
    _refuse_own_name(in_files, file)
    listed, columns = ", ".join(sql_text(str(part)) for part in parts), "".join(map(_from_folder, keys))
    view = f"raw_{file.table}"
    con.raw_sql(
        f"CREATE OR REPLACE VIEW {view} AS SELECT * EXCLUDE ({NUMBER}, {PATH}){columns}, "
        f"{NUMBER} + 1 AS {ROW}, parse_filename({PATH}) AS {FILE} "
        f"FROM read_parquet([{listed}], file_row_number = true, filename = '{PATH}', hive_partitioning = false)"
    )
    expr = trimmed(con, file.table, con.table(view))
    names = tuple(name for name in expr.columns if name not in (ROW, FILE))
    digests = [digest_of([file_digest(part), str(part.relative_to(file.path)) if keys else ""]) for part in parts]
    refuse_copies(file.table, labels, digests if _n_rows(con, parts[0], file) else [None] * len(parts))
    digest, narrow = digest_of(digests), is_narrow(names)
    return RawTable(file.table, file.path.name, expr, names, text_format, digest, has_rows=True, is_trimmed=narrow)


def _filled(con: Any, file: TableFile) -> list[Path]:
    """Return the parts that have rows, for only these have to agree in their columns; all where none has.

    Raises DataError with every part that is damaged or whose columns drift.
    """
    schemas: dict[Path, Schema] = {}
    counts: dict[Path, int] = {}
    faults: list[Fault] = []
    for part in file.parts:
        try:
            counts[part] = _n_rows(con, part, file)
            schemas[part] = (*_schema(con, part, file), *_in_folders(part, file))
        except DataError as error:
            faults += error.faults
    filled = [part for part in schemas if counts[part]] or [*schemas]
    faults += find_drift(file.table, [schemas[part] for part in filled], [part.name for part in filled])
    if faults:
        raise DataError(faults)
    return filled


def _n_rows(con: Any, part: Path, file: TableFile) -> int:
    return _asked(con, f"SELECT num_rows FROM parquet_file_metadata({sql_text(str(part))})", part, file)[0][0]


def _schema(con: Any, part: Path, file: TableFile) -> Schema:
    rows = _asked(
        con, f"DESCRIBE SELECT * FROM read_parquet({sql_text(str(part))}, hive_partitioning = false)", part, file
    )
    _asked(con, f"SELECT count(*) FROM parquet_metadata({sql_text(str(part))})", part, file)
    return tuple((row[0], row[1]) for row in rows)


def damaged_parts(files: Iterable[TableFile]) -> list[Fault]:
    """Return a fault for each Parquet part of the tables that cannot be read to its end: why a reading failed."""
    parts = [(file, part) for file in files if file.kind == "parquet" for part in file.parts]
    return [_damaged(part, file) for file, part in parts if not _is_readable(part)]


def _is_readable(part: Path) -> bool:
    with duckdb.connect() as con:
        try:
            # a hash needs every value; counts and extremes stand in the file's own summary
            con.execute(f"SELECT max(hash(COLUMNS(*))) FROM read_parquet({sql_text(str(part))})")
        except duckdb.Error:
            return False
    return True


def _damaged(part: Path, file: TableFile) -> Fault:
    remedy = "write this file again" + ("; the other parts can be read" if len(file.parts) > 1 else "")
    return Fault("is not a Parquet file that can be read", remedy, file=part.name, table=file.table)


def _asked(con: Any, query: str, part: Path, file: TableFile) -> list[tuple]:
    try:
        return con.raw_sql(query).fetchall()
    except (duckdb.Error, DataError) as error:  # the connection is watched where tables are read
        raise DataError([_damaged(part, file)]) from error


def _in_folders(part: Path, file: TableFile) -> Schema:
    """Return the columns that the folders between the table's own and a part name, as in ``region=North``."""
    between = part.relative_to(file.path).parent.parts if part.is_relative_to(file.path) else ()
    return tuple((name.partition("=")[0], "in the folder's name") for name in between if re.match("[^=]+=", name))


def _from_folder(key: str) -> str:
    found = f"regexp_extract({PATH}, {sql_text(f'[/]{re.escape(key)}=([^/]*)[/]')}, 1)"
    name = '"' + key.replace('"', '""') + '"'
    return f", nullif(url_decode({found}), '{NO_VALUE}') AS {name}"


def _refuse_own_name(schema: Schema, file: TableFile) -> None:
    taken = [name for name, _ in schema if name.lower() in (NUMBER, PATH)]
    problem, remedy = "has a name that the engine uses itself", "write the files again with another name for it"
    if taken:
        raise DataError([Fault(problem, remedy, table=file.table, column=name) for name in taken])
