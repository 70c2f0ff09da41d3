"""Files that are parts of one table: the same columns under names that differ in a month, a year or a number."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import takewhile

from portfolio_lab.data.source import SurveyedTable

FILE_NAME = re.compile(r".+\.(csv|txt|tsv|parquet|pq|xlsx|xlsm)(\.gz)?$", re.IGNORECASE)
SHORTEST_NAME = 3


def join_parts(surveyed: Sequence[SurveyedTable]) -> list[SurveyedTable]:
    """Return the surveyed tables with files that look like parts of one table joined under a pattern of their names.

    Joined are files with the same columns in the same order, if their names begin alike or differ in numbers, and if
    the pattern fits no other file. The samples of a joined table are those of all its parts.
    """
    files = [there for there in surveyed if FILE_NAME.match(there.name) and there.columns]
    joined: dict[str, list[SurveyedTable]] = {}
    for form in dict.fromkeys(map(_form, files)):
        alike = [there for there in files if _form(there) == form]
        pattern = _pattern([there.name for there in alike])
        if pattern and not _fits_others(pattern, alike, surveyed):
            joined[pattern] = alike
    parts = {part.name for alike in joined.values() for part in alike}
    return [
        *(_join(name, alike) for name, alike in joined.items()),
        *(one for one in surveyed if one.name not in parts),
    ]


def _form(there: SurveyedTable) -> tuple:
    return there.delimiter, *there.columns


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


def _fits_others(pattern: str, alike: list[SurveyedTable], surveyed: Sequence[SurveyedTable]) -> bool:
    names = {there.name for there in alike}
    return any(fnmatchcase(there.name, pattern) for there in surveyed if there.name not in names)


def _join(name: str, parts: list[SurveyedTable]) -> SurveyedTable:
    columns = {column: [text for part in parts for text in part.columns[column]] for column in parts[0].columns}
    encoding = next((part.encoding for part in parts if part.encoding), None)
    n_rows = sum(part.n_rows for part in parts)
    return replace(parts[0], name=name, columns=columns, encoding=encoding, n_rows=n_rows, n_parts=len(parts))
