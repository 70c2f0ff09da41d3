"""Files and DuckDB databases, read through the embedded engine."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.blanks import without_blanks_cheaply
from portfolio_lab.data.source.files import TableFile
from portfolio_lab.data.source.lines import line_finder, lines_at
from portfolio_lab.data.source.tables import FILE, ROW, RawTable, RejectedLine
from portfolio_lab.data.source.text_files import CHUNK, TextFile, inspect_text_file
from portfolio_lab.errors import DataError, Fault

MOST_TRIMMED = 200


def read_text_table(con: Any, file: TableFile, text_format: Format, *, scratch: Path) -> RawTable:
    """Return a table of text files: every column as text, every row with its line; raises DataError."""
    looks = _inspected(file, text_format, scratch=scratch)
    labels = [look.label for look in looks]
    refuse_copies(file.table, labels, [look.digest if look.has_rows else None for look in looks])
    parts = [
        _text_part(con, look, text_format, f"{file.table}_{index}").select(*looks[0].columns, ROW, FILE)
        for index, look in enumerate(looks)
    ]
    return RawTable(
        name=file.table,
        label=file.path.name,
        expr=trimmed(con, file.table, ibis.union(*parts) if len(parts) > 1 else parts[0]),
        columns=looks[0].columns,
        text_format=text_format,
        digest=digest_of(look.digest for look in looks),
        has_rows=True,
        notes=tuple(f"{look.label} {note}" for look in looks for note in look.notes),
        rejects_table=None if text_format.delimiter == "whitespace" else f"rejects_{file.table}",
        is_trimmed=is_narrow(looks[0].columns),
        find_lines=line_finder(looks, text_format),
    )


def _inspected(file: TableFile, text_format: Format, *, scratch: Path) -> list[TextFile]:
    """Return every part of a table looked at; DataError with the faults of all parts, drifting columns among them."""
    looks: list[TextFile] = []
    faults: list[Fault] = []
    for part in file.parts:
        try:
            looks.append(inspect_text_file(part, text_format, scratch=scratch))
        except DataError as error:
            faults += error.faults
    by_name = [tuple(sorted(look.columns)) for look in looks]  # a header names its columns, in whatever order
    faults += find_drift(file.table, by_name, [look.label for look in looks])
    if faults:
        raise DataError(faults)
    return looks


def attach_database(con: Any, path: Path) -> None:
    """Open a DuckDB database for reading and make it the one that is asked; DataError for one that cannot be opened."""
    try:
        con.attach(str(path), name="company", read_only=True)
    except duckdb.Error as error:
        is_locked = "lock" in str(error).lower()
        problem = "is being written by another program" if is_locked else "is not a DuckDB database that can be read"
        remedy = "close that program first" if is_locked else "write it again with a DuckDB that is not newer than ours"
        raise DataError([Fault(problem, remedy, file=path.name)]) from error
    con.raw_sql("USE company")


def read_database_table(con: Any, name: str, table: str, text_format: Format, digest: str) -> RawTable:
    """Return a table of a DuckDB database."""
    schema, _, bare = table.rpartition(".")
    expr = trimmed(con, name, con.table(bare, database=schema or None))
    narrow = is_narrow(expr.columns)
    return RawTable(name, table, expr, tuple(expr.columns), text_format, digest, has_rows=False, is_trimmed=narrow)


def as_view(con: Any, name: str, expr: ir.Table) -> ir.Table:
    """Return an expression as a temporary view: the engine computes its columns once, whoever reads them."""
    con.raw_sql(f'CREATE OR REPLACE TEMPORARY VIEW "{name}" AS {con.compile(expr)}')
    return con.table(name, database="temp.main")


def trimmed(con: Any, name: str, expr: ir.Table) -> ir.Table:
    """Return a table whose texts have no blanks around them, blank ones null; unchanged where it is not narrow."""
    if not is_narrow([column for column in expr.columns if column not in (ROW, FILE)]):
        return expr
    texts = [column for column, kind in expr.schema().items() if kind.is_string() and column not in (ROW, FILE)]
    trimmed = {column: without_blanks_cheaply(expr[column]) for column in texts}
    return as_view(con, f"trimmed_{name}", expr.mutate(**trimmed)) if trimmed else expr


def is_narrow(columns: Sequence[str]) -> bool:
    """Return whether a table has so few columns that all are trimmed at once; else each is where it is used."""
    return len(columns) <= MOST_TRIMMED


def rejected_lines(con: Any, raw: RawTable) -> tuple[int, list[RejectedLine]]:
    """Return how many lines of a text table could not be taken apart, and these lines.

    Only known once the table has been read through.
    """
    if raw.rejects_table is None:
        return 0, []
    tables = [name for name in con.list_tables() if name.startswith(f"{raw.rejects_table}_")]
    found: list[RejectedLine] = []
    n = 0
    for name in sorted(tables):
        rows = con.raw_sql(
            f"SELECT any_value(s.file_path), any_value(e.line_byte_position) AS begins, any_value(e.error_type), "
            f"any_value(e.csv_line) FROM {name} e JOIN {name.replace('rejects_', 'scans_', 1)} s "
            f"USING (scan_id, file_id) GROUP BY e.line ORDER BY begins"
        ).fetchall()
        n += len(rows)
        found += _broken(rows)
    return n, found


def _broken(rows: list[tuple]) -> list[RejectedLine]:
    if not rows:
        return []
    path = Path(rows[0][0])
    lines, label = lines_at(path, [begins for _, begins, *_ in rows]), path.name.removesuffix(".utf8")
    return [RejectedLine(label, lines[begins], kind.lower(), (text or "").strip()) for _, begins, kind, text in rows]


def _text_part(con: Any, look: TextFile, text_format: Format, name: str) -> ir.Table:
    whitespace = text_format.delimiter == "whitespace"
    columns = {"line": "VARCHAR"} if whitespace else dict.fromkeys(look.columns, "VARCHAR")
    options = {
        "columns": "{" + ", ".join(f"{sql_text(column)}: 'VARCHAR'" for column in columns) + "}",
        "delim": sql_text("\x1f" if whitespace else text_format.delimiter or ","),
        "quote": sql_text("" if whitespace else text_format.quote or '"'),
        "escape": sql_text("" if whitespace else text_format.quote or '"'),
        "skip": str(look.n_header_lines),
    }
    rejects = (
        "" if whitespace else f", store_rejects = true, rejects_table = 'rejects_{name}', rejects_scan = 'scans_{name}'"
    )
    listed = ", ".join(f"{key} = {value}" for key, value in options.items())
    con.raw_sql(
        f"CREATE OR REPLACE VIEW text_{name} AS SELECT *, row_number() OVER () + {look.n_header_lines} AS {ROW}, "
        f"{sql_text(look.label)} AS {FILE} FROM read_csv({sql_text(str(look.path))}, auto_detect = false, "
        f"header = false, {listed}{rejects})"
    )
    part = con.table(f"text_{name}")
    return _split_on_blanks(part, look.columns) if whitespace else part


def _split_on_blanks(part: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    """Take padded lines apart at any run of blanks; a line with another number of fields yields no values."""
    fields = part.line.strip().re_split(r"\s+")
    fits = fields.length() == len(columns)
    values = {name: ibis.ifelse(fits, fields[index], ibis.null("string")) for index, name in enumerate(columns)}
    return part.filter(part.line.strip() != "").select(**values, **{ROW: part[ROW], FILE: part[FILE]})


def refuse_drift(table: str, schemas: Sequence, labels: Sequence[str]) -> None:
    """Raise DataError for parts of one table that differ in their columns or types from the first of them."""
    if faults := find_drift(table, schemas, labels):
        raise DataError(faults)


def find_drift(table: str, schemas: Sequence, labels: Sequence[str]) -> list[Fault]:
    """Return a fault for each part of one table that differs in its columns or types from the first of them."""
    faults = []
    for schema, label in zip(schemas[1:], labels[1:], strict=True):
        if schema != schemas[0]:
            differing = sorted({str(item) for item in set(schema) ^ set(schemas[0])})
            problem = f"differs from {labels[0]} in its columns: {', '.join(differing[:6]) or 'their order'}"
            remedy = "write all parts with the same columns" + ("" if differing else ", in the same order")
            faults.append(Fault(problem, remedy, file=label, table=table))
    return faults


def refuse_copies(table: str, labels: Sequence[str], digests: Sequence[str | None]) -> None:
    """Raise DataError for a part with the very content of an earlier one; one without rows (None) copies nothing."""
    first: dict[str, str] = {}
    faults = []
    for label, digest in zip(labels, digests, strict=True):
        if digest in first:
            problem = f"is a copy of {first[digest]}: its rows would count twice"
            faults.append(Fault(problem, "remove one of the two", file=label, table=table))
        elif digest is not None:
            first[digest] = label
    if faults:
        raise DataError(faults)


def sql_text(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def file_digest(path: Path) -> str:
    """Return a hash of a file's content."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()


def digest_of(parts: Iterable[str]) -> str:
    """Return one hash of the hashes of a table's parts."""
    return hashlib.blake2b("|".join(parts).encode(), digest_size=16).hexdigest()
