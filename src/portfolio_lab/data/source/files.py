"""Which file holds which table: by its name in a folder, or by the name that the run file gives."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from portfolio_lab.data.schema import CONTRACTS
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source.address import PARQUET_ENDINGS, TEXT_ENDINGS, Address, kind_of_file
from portfolio_lab.errors import DataError, Fault

READ_ENDINGS = (*TEXT_ENDINGS, *PARQUET_ENDINGS)


@dataclass(frozen=True)
class TableFile:
    """The file, or the folder of parts, that holds a table."""

    table: str
    path: Path
    parts: tuple[Path, ...]
    is_text: bool


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
        if len(matches) > 1:
            names = ", ".join(path.name for path in matches)
            faults.append(Fault(f"is there more than once: {names}", f"say which: tables.{table}.table", table=table))
        elif matches:
            found[table] = _table_file(table, matches[0])
        elif named:
            faults.append(_missing(table, named, list(entries)))
    return found, faults


def unused_entries(address: Address, used: dict[str, TableFile]) -> tuple[str, ...]:
    """Return the names in the folder that no table was read from."""
    if address.kind != "folder":
        return ()
    taken = {file.path.name for file in used.values()}
    return tuple(sorted(entry.name for entry in address.path.iterdir() if entry.name not in taken))


def _matches(name: str, entries: dict[str, Path]) -> list[Path]:
    if name in entries and kind_of_file(entries[name]) in ("text", "parquet", "folder"):
        return [entries[name]]
    return [entry for label, entry in entries.items() if _stem(label) == name and _is_table(entry)]


def _is_table(entry: Path) -> bool:
    return bool(parts_of(entry)) if entry.is_dir() else kind_of_file(entry) in ("text", "parquet")


def _stem(name: str) -> str:
    ending = next((ending for ending in READ_ENDINGS if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)] if ending else name


def parts_of(folder: Path) -> list[Path]:
    """Return the files of a folder that can be parts of one table, at any depth, hidden ones left out."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith((".", "_"))]
    return [path for path in files if kind_of_file(path) in ("text", "parquet")]


def _table_file(table: str, path: Path) -> TableFile:
    parts = parts_of(path) if path.is_dir() else [path]
    kinds = {kind_of_file(part) for part in parts}
    if len(kinds) > 1:
        remedy = "keep the parts of one table in one kind of file"
        raise DataError([Fault("holds text files and Parquet files", remedy, table=table, file=path.name)])
    return TableFile(table, path, tuple(parts), kinds == {"text"})


def _missing(table: str, named: str, entries: list[str]) -> Fault:
    near = difflib.get_close_matches(named, entries, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(entries[:20]) or "nothing"
    return Fault("is not in the source", f"{hint}the folder holds: {listed}", table=table, value=named)
