"""An opened source: which tables it has, each as a raw table, and the rows that could not be taken apart."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
from ibis.common.exceptions import TableNotFound

from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source.address import Address, resolve_address
from portfolio_lab.data.source.embedded import (
    as_view,
    attach_database,
    file_digest,
    read_database_table,
    read_text_table,
    rejected_lines,
)
from portfolio_lab.data.source.engines import Engine, connect_embedded
from portfolio_lab.data.source.files import find_table_files, unused_entries
from portfolio_lab.data.source.lost import never_lost, watch
from portfolio_lab.data.source.parquet import damaged_parts, read_parquet_table
from portfolio_lab.data.source.remote import connect_postgres, connect_spark, remote_reader, server_tables
from portfolio_lab.data.source.scratch import new_scratch
from portfolio_lab.data.source.sheet_choice import match_sheets, refuse_sheets
from portfolio_lab.data.source.sheets import read_workbook_table, read_workbooks_table
from portfolio_lab.data.source.state import log_beside
from portfolio_lab.data.source.tables import RawTable, RejectedLine
from portfolio_lab.data.source.workbooks import sheet_names
from portfolio_lab.errors import DataError, Fault


@dataclass
class Source:
    """An opened source. ``tables`` are the names of our tables that it holds; ``raw`` reads one of them.

    ``faults``: tables that are named but not there, or there twice; a run is refused for them once the rest is read.
    """

    con: Any
    label: str
    is_remote: bool
    scratch: Path
    tables: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    read: Callable[[str], RawTable] = field(default=lambda name: _no_table(name))

    def raw(self, name: str) -> RawTable:
        """Return one table as it stands in the source; raises DataError for a file that cannot be read."""
        try:
            return self.read(name)
        except TableNotFound as error:
            remedy = f"correct data.tables.{name}.table; see that its schema is named and that this user may read it"
            raise DataError([Fault("is not in the source", remedy, table=name, value=str(error))]) from error
        except OSError as error:
            file = Path(str(error.filename)).name if error.filename else None
            problem = f"cannot be opened: {error.strerror or error}"
            raise DataError([Fault(problem, "see that it is there and may be read", file=file, table=name)]) from error

    def as_view(self, name: str, expr: ir.Table) -> ir.Table:
        """Return an expression over files as a view of its own: its columns are computed once."""
        return as_view(self.con, name, expr)

    def rejected(self, raw: RawTable) -> tuple[int, list[RejectedLine]]:
        """Return how many lines could not be taken apart and these lines, after the table was read through."""
        return rejected_lines(self.con, raw)

    def close(self) -> None:
        """Close the engine and remove what it wrote beside itself; a Spark session is shared, and ends by itself."""
        if self.con.name != "pyspark":
            with suppress(Exception):
                self.con.disconnect()
        shutil.rmtree(self.scratch, ignore_errors=True)


def open_source(settings: DataSettings, *, root: Path) -> Source:
    """Return the opened source of a run file; relative paths start at ``root``.

    Raises DataError for a source that is not there; tables named but missing and tables found twice are its ``faults``.
    """
    address = resolve_address(settings.source, root=root)
    scratch = new_scratch()
    try:
        return _OPENERS[address.kind](address, settings, scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def open_staged(folder: Path, names: tuple[str, ...]) -> dict[str, ir.Table]:
    """Return the staged tables (Parquet files that the border wrote) as Ibis tables of one embedded engine."""
    con = connect_embedded(scratch=Path(tempfile.gettempdir()))
    return {name: con.read_parquet(str(folder / f"{name}.parquet"), table_name=name) for name in names}


def _open_files(address: Address, settings: DataSettings, scratch: Path) -> Source:
    files, faults = find_table_files(address, settings)
    refuse_sheets(settings, [name for name, file in files.items() if file.kind != "workbook"])
    why = partial(damaged_parts, files.values())
    con = watch(connect_embedded(scratch=scratch), address.label, never_lost, why=why)

    def read(name: str) -> RawTable:
        text_format = settings.format_of(name)
        if files[name].kind == "parquet":
            return read_parquet_table(con, files[name], text_format)
        if files[name].kind == "text":
            return read_text_table(con, files[name], text_format, scratch=scratch)
        own = settings.table(name)
        return read_workbooks_table(con, files[name], settings=own, text_format=text_format, scratch=scratch)

    return Source(con, address.label, False, scratch, tuple(files), unused_entries(address, files), tuple(faults), read)


def _open_duckdb(address: Address, settings: DataSettings, scratch: Path) -> Source:
    refuse_sheets(settings, tuple(settings.tables))
    con = connect_embedded(scratch=scratch)
    attach_database(con, address.path)
    names, faults = server_tables(con, settings)
    watch(con, address.label, never_lost)
    digest = "|".join(file_digest(path) for path in (address.path, *log_beside(address.path)))

    def read(name: str) -> RawTable:
        return read_database_table(con, name, names[name], settings.format_of(name), digest)

    unused = tuple(sorted(set(con.list_tables()) - set(names.values())))
    return Source(con, address.label, False, scratch, tuple(names), unused, tuple(faults), read)


def _open_workbook(address: Address, settings: DataSettings, scratch: Path) -> Source:
    sheets = sheet_names(address.path)
    names, faults = match_sheets(sheets, settings)
    con = connect_embedded(scratch=scratch)

    def read(name: str) -> RawTable:
        text_format = settings.format_of(name)
        return read_workbook_table(
            con, address.path, name, sheets=names[name], text_format=text_format, scratch=scratch
        )

    unused = tuple(sheet for sheet in sheets if not any(sheet in used for used in names.values()))
    return Source(con, address.label, False, scratch, tuple(names), unused, tuple(faults), read)


def _open_postgres(address: Address, settings: DataSettings, scratch: Path) -> Source:
    return _open_server(connect_postgres(address), "postgres", address, settings, scratch)


def _open_spark(address: Address, settings: DataSettings, scratch: Path) -> Source:
    return _open_server(connect_spark(address), "spark", address, settings, scratch)


def _open_server(con: Any, engine: Engine, address: Address, settings: DataSettings, scratch: Path) -> Source:
    refuse_sheets(settings, tuple(settings.tables))
    names, faults = server_tables(con, settings)
    unused = tuple(sorted(set(con.list_tables()) - set(names.values())))
    read = remote_reader(con, names, settings, engine)
    return Source(con, address.label, True, scratch, tuple(names), unused, tuple(faults), read)


def _no_table(name: str) -> RawTable:
    raise KeyError(name)


_OPENERS: dict[str, Callable[[Address, DataSettings, Path], Source]] = {
    "folder": _open_files,
    "text": _open_files,
    "parquet": _open_files,
    "workbook": _open_workbook,
    "duckdb": _open_duckdb,
    "postgres": _open_postgres,
    "spark": _open_spark,
}
