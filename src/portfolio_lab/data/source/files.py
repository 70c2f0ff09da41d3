"""Which file holds which table: by its name in a folder, or by the name that the run file gives."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from portfolio_lab.data.schema import CONTRACTS
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source.address import (
    PARQUET_ENDINGS,
    TEXT_ENDINGS,
    WORKBOOK_ENDINGS,
    Address,
    Kind,
    kind_of_file,
    remedy_for,
)
from portfolio_lab.errors import DataError, Fault

READ_ENDINGS = (*TEXT_ENDINGS, *PARQUET_ENDINGS, *WORKBOOK_ENDINGS)
NOT_DATA = (".", "_", "~$")  # hidden files, marks of a finished job, and what Excel writes beside an open workbook


@dataclass(frozen=True)
class TableFile:
    """The file, the folder of parts, or the pattern of names that holds a table."""

    table: str
    path: Path
    parts: tuple[Path, ...]
    kind: Kind


def find_table_files(address: Address, settings: DataSettings) -> tuple[dict[str, TableFile], list[Fault]]:
    """Return the file of each table that is there, and a fault for each one that is named but is not."""
    if address.kind != "folder":
        return {"orders": _table_file("orders", address.path)}, []
    found: dict[str, TableFile] = {}
    faults: list[Fault] = []
    entries = {entry.name: entry for entry in sorted(address.path.iterdir())}
    for table in CONTRACTS:
        named = settings.table(table).table
        matches = _matches(named or table, entries)
        is_pattern = bool(named and "*" in named and matches)
        if is_pattern or len(matches) == 1:
            try:
                by_name = _of_parts(table, address.path / named, matches) if is_pattern else None
                found[table] = by_name or _table_file(table, matches[0])
            except DataError as error:
                faults += error.faults
        elif matches:
            names = ", ".join(path.name for path in matches)
            faults.append(Fault(f"is there more than once: {names}", f"say which: tables.{table}.table", table=table))
        elif other := _in_another_form(named or table, entries, is_named=bool(named)):
            problem = "is no kind of file that we read"
            faults.append(Fault(problem, f"{remedy_for(other)}, or remove it", table=table, file=other.name))
        elif named:
            faults.append(_missing(table, named, list(entries)))
    return found, faults


def unused_entries(address: Address, used: dict[str, TableFile]) -> tuple[str, ...]:
    """Return the names in the folder that no table was read from."""
    if address.kind != "folder":
        return ()
    taken = {path.name for file in used.values() for path in (file.path, *file.parts)}
    return tuple(sorted(entry.name for entry in address.path.iterdir() if entry.name not in taken))


def _matches(name: str, entries: dict[str, Path]) -> list[Path]:
    if "*" in name:
        return [
            entry
            for label, entry in entries.items()
            if fnmatchcase(label, name.replace("[", "[[]")) and is_table_file(entry)
        ]
    if name in entries and (entries[name].is_dir() or is_table_file(entries[name])):
        return [entries[name]]
    there = {entry: _stem(label) for label, entry in entries.items() if _is_table(entry)}
    exact = [entry for entry, stem in there.items() if stem == name]
    return exact or [entry for entry, stem in there.items() if stem.casefold() == name.casefold()]


def _in_another_form(name: str, entries: dict[str, Path], *, is_named: bool) -> Path | None:
    """Return the packed file, or the one of another spreadsheet, that would hold a table."""
    fits = {name, name.casefold()} if is_named else {name}
    others = [entry for entry in entries.values() if entry.is_file() and remedy_for(entry)]
    return next((other for other in others if {other.name, other.name.partition(".")[0].casefold()} & fits), None)


def _is_table(entry: Path) -> bool:
    return bool(parts_of(entry)) if entry.is_dir() else is_table_file(entry)


def is_table_file(path: Path) -> bool:
    """Return whether a path is a file that can hold a table or a part of one."""
    return kind_of_file(path) in ("text", "parquet", "workbook") and not path.name.startswith(NOT_DATA)


def _stem(name: str) -> str:
    ending = next((ending for ending in READ_ENDINGS if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)] if ending else name


def parts_of(folder: Path) -> list[Path]:
    """Return the files of a folder that can be parts of one table, at any depth, hidden ones left out."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and is_table_file(path)]


def _table_file(table: str, path: Path) -> TableFile:
    return _of_parts(table, path, parts_of(path) if path.is_dir() else [path])


def _of_parts(table: str, path: Path, parts: Iterable[Path]) -> TableFile:
    kinds = sorted({kind_of_file(part) or "" for part in parts})
    if len(kinds) != 1:
        held = " and ".join(f"{kind} files" for kind in kinds) or "no file of a kind that we read"
        remedy = "keep the parts of one table in one kind of file"
        remedy = remedy if kinds else "put its CSV, Parquet or Excel files there, or remove it"
        raise DataError([Fault(f"holds {held}", remedy, table=table, file=path.name)])
    return TableFile(table, path, tuple(parts), kinds[0])


def _missing(table: str, named: str, entries: list[str]) -> Fault:
    near = difflib.get_close_matches(named, entries, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(entries[:20]) or "nothing"
    return Fault("is not in the source", f"{hint}the folder holds: {listed}", table=table, value=named)
