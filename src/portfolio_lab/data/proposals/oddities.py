"""What is odd about the tables of a source before any of them is mapped: empty ones, and parts of one table."""

from collections.abc import Mapping, Sequence

from portfolio_lab.data.source import SurveyedTable


def note_what_is_odd(surveyed: Sequence[SurveyedTable], recognised: Mapping[str, str]) -> list[str]:
    """Return whole sentences on tables that are empty, have no rows, or look like parts of a recognised one.

    ``recognised`` gives for the name of each recognised table the name of ours.
    """
    return [*_empty(surveyed), *_joined(surveyed, recognised), *_parts(surveyed, recognised)]


def _joined(surveyed: Sequence[SurveyedTable], recognised: Mapping[str, str]) -> list[str]:
    return [
        f"{there.n_parts} {'sheets' if there.sheet else 'files'} with the same columns are read together as "
        f"{recognised[there.name]}: is {there.name} {_wish(there)}?"
        for there in surveyed
        if there.n_parts > 1 and there.name in recognised
    ]


def _empty(surveyed: Sequence[SurveyedTable]) -> list[str]:
    notes = []
    for there in surveyed:
        if not there.columns:
            notes.append(f"{there.name} is empty: export it again with a header line and rows")
        elif not there.n_rows and not any(there.columns.values()):
            notes.append(f"{there.name} has a header but no rows: export it again with its rows")
    return notes


def _parts(surveyed: Sequence[SurveyedTable], recognised: Mapping[str, str]) -> list[str]:
    """Name the tables that have the very columns of a recognised one, and how the border reads them as one."""
    notes = []
    for there in surveyed:
        if there.name not in recognised or not there.columns:
            continue
        alike = [one.name for one in surveyed if one.name not in recognised and _same_columns(one, there)]
        if alike:
            have = f"{alike[0]} has" if len(alike) == 1 else f"{', '.join(alike)} have"
            notes.append(
                f"{have} the same columns as {there.name}: are they parts of one table? As proposed, {there.name} "
                f"alone is read. {_how_to_join(there, [there.name, *alike], recognised[there.name])}"
            )
    return notes


def _same_columns(one: SurveyedTable, other: SurveyedTable) -> bool:
    """Return whether two tables can be read as one: parts of text are, in whatever order their columns stand."""
    if one.is_text and other.is_text and not (one.is_sheet or other.is_sheet):
        return sorted(one.columns) == sorted(other.columns)
    return [*one.columns] == [*other.columns]


def _wish(there: SurveyedTable) -> str:
    return "what you want" if isinstance(there.sheet, tuple) else "the right pattern of their names"


def _how_to_join(there: SurveyedTable, names: list[str], ours: str) -> str:
    if there.sheet and not there.file:
        return f"To read them all, write in place of table: sheet: [{', '.join(names)}]"
    if there.is_stored:
        return "To read them all, make a view of them in the database (UNION ALL), and name it as the table"
    return (
        f"To read them all, save each as a CSV file into one folder named {ours}, and give the folder around it as "
        f"the source"
    )
