"""Which sheets of a workbook are meant: one by its name, several by a pattern or a list, or the only one there is."""

import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from portfolio_lab.data.schema import CONTRACTS
from portfolio_lab.data.settings import DataSettings, TableSettings
from portfolio_lab.data.source.tables import match_tables
from portfolio_lab.data.source.workbooks import MAX_LISTED, sample_sheet, sheet_names
from portfolio_lab.errors import DataError, Fault


def filled_sheets(path: Path) -> list[str]:
    """Return the names of the sheets in which anything stands; all of them where nothing does."""
    names = sheet_names(path)
    filled = [name for name in names if len(names) == 1 or sample_sheet(path, name, n_rows=1)]
    return filled or list(names)


def sheet_of(path: Path, table: str) -> str:
    """Return the sheet of a table's workbook: the one with the table's name, else the only one that is not empty.

    Raises DataError where that leaves a choice.
    """
    filled = filled_sheets(path)
    named = [name for name in filled if name.strip().casefold() == table]
    if len(named or filled) == 1:
        return (named or filled)[0]
    problem = f"has more than one sheet: {', '.join(filled[:MAX_LISTED])}"
    remedy = f"say which: data.tables.{table}.sheet (a name, a pattern as 'Year *', or a list of those: one table)"
    raise DataError([Fault(problem, remedy, file=path.name, table=table)])


def sheets_in(path: Path, table: str, settings: TableSettings) -> list[str]:
    """Return the sheets of a workbook in a folder that hold a table, in the workbook's order.

    Raises DataError where the run file leaves a choice, or names a sheet that is not there.
    """
    if settings.sheet is None:
        return [sheet_of(path, table)]
    sheets, faults = _fitting(sheet_names(path), _listed(settings.sheet), table, file=path.name)
    if faults:
        raise DataError(faults)
    return sheets


def match_sheets(there: Sequence[str], settings: DataSettings) -> tuple[dict[str, list[str]], list[Fault]]:
    """Return for each of our tables the sheets of the workbook that hold it, and a fault for each name without one."""
    wanted = {table: names for table in CONTRACTS if (names := _several(settings.table(table)))}
    faults = [
        Fault("a workbook's tables are its sheets", "give table or sheet, not both", key=f"data.tables.{table}.sheet")
        for table in wanted
        if settings.table(table).sheet and settings.table(table).table
    ]
    single = {table: own for table, own in settings.tables.items() if table not in wanted}
    by_name, missing = match_tables(
        there, settings.model_copy(update={"tables": single}), holder="the workbook", any_case=True
    )
    found = {table: [sheet] for table, sheet in by_name.items()}
    for table, names in wanted.items():
        fitting, absent = _fitting(there, names, table)
        found |= {table: fitting} if fitting else {}
        missing += absent
    return found, [*faults, *missing]


def refuse_sheets(settings: DataSettings, tables: Sequence[str]) -> None:
    """Raise DataError for tables that are not read from workbooks, but for which the run file names sheets."""
    remedy = "take it away: only workbooks (.xlsx) have sheets"
    named = [table for table in tables if settings.table(table).sheet]
    if named:
        raise DataError(
            [Fault("has no sheets", remedy, table=table, key=f"data.tables.{table}.sheet") for table in named]
        )


def _several(settings: TableSettings) -> tuple[str, ...]:
    if settings.sheet is not None:
        return _listed(settings.sheet)
    return (settings.table,) if settings.table and "*" in settings.table else ()


def _listed(sheet: str | tuple[str, ...]) -> tuple[str, ...]:
    return (sheet,) if isinstance(sheet, str) else sheet


def _fitting(
    there: Sequence[str], wanted: Sequence[str], table: str, *, file: str | None = None
) -> tuple[list[str], list[Fault]]:
    fits = {
        name: [sheet for sheet in there if fnmatchcase(_folded(sheet), _folded(name).replace("[", "[[]"))]
        for name in wanted
    }
    taken = {sheet for sheets in fits.values() for sheet in sheets}
    faults = []
    for name in (name for name, sheets in fits.items() if not sheets):
        near = difflib.get_close_matches(name, list(there), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}? " if near else ""
        remedy = f"{hint}the workbook holds: {', '.join(there[:MAX_LISTED]) or 'nothing'}"
        problem = "fits no sheet" if "*" in name else "is not in the source"
        faults.append(Fault(problem, remedy, file=file, table=table, value=name))
    return [sheet for sheet in there if sheet in taken], faults


def _folded(name: str) -> str:
    return name.strip().casefold()
