"""Which sheet of a workbook is meant, where a folder holds one workbook for each table or export."""

from pathlib import Path

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
    remedy = f"name the sheet that is meant {table!r}, or keep only that one"
    raise DataError([Fault(problem, remedy, file=path.name, table=table)])
