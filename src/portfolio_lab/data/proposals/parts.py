"""Files or sheets that are parts of one table: the same columns under names that differ in a month or a number."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import takewhile

from portfolio_lab.data.proposals.synonyms import TABLES, bare_name, likeness
from portfolio_lab.data.source import SurveyedTable

FILE_NAME = re.compile(r".+\.(csv|txt|tsv|parquet|pq|xlsx|xlsm)(\.gz)?$", re.IGNORECASE)
SHORTEST_NAME = 3
ALIKE = 0.5


def join_parts(surveyed: Sequence[SurveyedTable]) -> list[SurveyedTable]:
    """Return the surveyed tables with those that look like parts of one table joined: sheets first, then files.

    Joined are tables with the same columns in the same order. Files: if their names begin alike or differ in numbers,
    and if the pattern fits no other file. Sheets of one workbook: under such a pattern too, else as a list of them if
    none has the name of a table that we know. The samples of a joined table are those of all its parts.
    """
    books = dict.fromkeys(there.file for there in surveyed if there.sheet)
    joined = [one for book in books for one in _join_sheets([t for t in surveyed if t.sheet and t.file == book])]
    return _join_files([*joined, *(there for there in surveyed if not there.sheet)])


def _join_sheets(sheets: list[SurveyedTable]) -> list[SurveyedTable]:
    joined: list[SurveyedTable] = []
    for form in dict.fromkeys(map(_form, sheets)):
        alike = [there for there in sheets if _form(there) == form]
        names = tuple(str(there.sheet) for there in alike)
        if len(alike) < 2 or not form[1:]:
            joined += alike
            continue
        pattern = _pattern(list(names))
        if pattern and not _fits_others(pattern, names, [str(there.sheet) for there in sheets]):
            joined.append(_join_under(pattern, alike))
        else:
            joined += alike if any(map(_is_known, names)) else [_join_under(names, alike)]
    return joined


def _join_under(sheet: str | tuple[str, ...], alike: list[SurveyedTable]) -> SurveyedTable:
    listed, file = sheet if isinstance(sheet, str) else ", ".join(sheet), alike[0].file
    return replace(_join(f"{file}, sheet {listed}" if file else listed, alike), sheet=sheet)


def _is_known(name: str) -> bool:
    return any(likeness(table, bare_name(name), TABLES) >= ALIKE for table in TABLES)


def _join_files(surveyed: list[SurveyedTable]) -> list[SurveyedTable]:
    files = [there for there in surveyed if FILE_NAME.match(_file_of(there)) and there.columns]
    joined: dict[str, list[SurveyedTable]] = {}
    for form in dict.fromkeys((there.sheet, *_form(there)) for there in files):
        alike = [there for there in files if (there.sheet, *_form(there)) == form]
        names = [_file_of(there) for there in alike]
        pattern = _pattern(names)
        if pattern and not _fits_others(pattern, names, [_file_of(there) for there in surveyed]):
            joined[pattern] = alike
    parts = {part.name for alike in joined.values() for part in alike}
    return [
        *(_join_files_under(pattern, alike) for pattern, alike in joined.items()),
        *(one for one in surveyed if one.name not in parts),
    ]


def _join_files_under(pattern: str, alike: list[SurveyedTable]) -> SurveyedTable:
    if alike[0].sheet is None:
        return _join(pattern, alike)
    return replace(_join(alike[0].name.replace(str(alike[0].file), pattern, 1), alike), file=pattern)


def _file_of(there: SurveyedTable) -> str:
    return there.file or there.name


def _form(there: SurveyedTable) -> tuple:
    return (there.delimiter, there.skip_rows), *there.columns


def _pattern(names: list[str]) -> str | None:
    if len(names) < 2:
        return None
    before = re.sub(r"\d[\W\d_]*$", "", _common_start(names))
    behind = _common_start([name[len(before) :][::-1] for name in names])[::-1].lstrip("0123456789")
    between = [name[len(before) : len(name) - len(behind)] for name in names]
    has_name = len(re.sub(r"[\W_\d]", "", before)) >= SHORTEST_NAME
    return f"{before}*{behind}" if has_name or all(re.search(r"\d", part) for part in between) else None


def _common_start(texts: list[str]) -> str:
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in alike)


def _fits_others(pattern: str, alike: Sequence[str], there: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern.replace("[", "[[]")) for name in there if name not in alike)


def _join(name: str, parts: list[SurveyedTable]) -> SurveyedTable:
    columns = {column: [text for part in parts for text in part.columns[column]] for column in parts[0].columns}
    encoding = next((part.encoding for part in parts if part.encoding), None)
    n_rows, n_parts = sum(part.n_rows for part in parts), sum(part.n_parts for part in parts)
    return replace(parts[0], name=name, columns=columns, encoding=encoding, n_rows=n_rows, n_parts=n_parts)
