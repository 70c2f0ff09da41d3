"""Where the header of a table is: not always in the first line, for people and programs write titles above it."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.blanks import ALL
from portfolio_lab.errors import DataError, Fault

LOOKED_AT = 25
CANDIDATES = (";", "\t", "|", ",")
NO_NAME = re.compile(r"[+-]?[\d.,]*\d")

Row = tuple[int, Sequence[str | None]]
T = TypeVar("T")


def up_to_a_break(records: Iterator[T]) -> Iterator[T]:
    """Yield the records of a text up to one that is too long to be a record: a quotation mark was never closed."""
    with suppress(csv.Error):
        yield from records


def header_below(rows: Sequence[Row]) -> int | None:
    """Return the number of the row that seems to be the header, where the first row with anything in it is not.

    ``rows``: numbers and fields of the first rows. A header names every column of the rows below it, with words.
    """
    filled = [(number, [(field or "").strip() for field in fields]) for number, fields in rows]
    filled = [(number, _without_end(fields)) for number, fields in filled if any(fields)]
    if len(filled) < 2:
        return None
    width = max(len(fields) for _, fields in filled)
    for at, (number, fields) in enumerate(filled):
        is_header = len(fields) == width > 1 and all(fields) and not any(map(NO_NAME.match, fields))
        if is_header and len({field.casefold() for field in fields}) == width:
            return number if at and _stands_above(filled, at) else None
    return None


def refuse_title(rows: Sequence[Row], *, file: str, table: str | None = None, more: str = "") -> None:
    """Raise DataError if the header seems to be further down, with what stands above it and the key that skips it.

    ``more`` are other keys that have to be set with it.
    """
    below = header_below(rows)
    if below is None:
        return
    number, first = next((number, fields) for number, fields in rows if any((field or "").strip() for field in fields))
    title = next(field.strip() for field in first if field and field.strip())
    problem = f"has a title above its header, which seems to be in row {below}"
    remedy = f"set format.skip_rows: {below - 1}{more}, or remove what stands above the header"
    raise DataError([Fault(problem, remedy, file=file, table=table, row=number, value=title[:80])])


def _without_end(fields: list[str]) -> list[str]:
    while fields and not fields[-1]:
        fields = fields[:-1]
    return fields


def _stands_above(filled: Sequence[tuple[int, list[str]]], at: int) -> bool:
    """Return whether rows that are narrower than the table stand above a row, and rows of its kind below it."""
    width = len(filled[at][1])
    above, below = filled[:at], filled[at + 1 :]
    is_narrow = all(sum(map(bool, fields)) < width for _, fields in above)
    return is_narrow and any(len(fields) > len(above[0][1]) for _, fields in below)


def checked_header(names: list[str], label: str, *, row: int = 1) -> tuple[str, ...]:
    """Return the names of a header; DataError for one that is missing, blank in places, or names a column twice."""
    faults = []
    names = [name.strip(ALL) for name in names]
    folded = [name.casefold() for name in names]
    for position, name in enumerate(names, start=1):
        if not name:
            remedy = "give every column a name; lines above the header are left out with format.skip_rows"
            faults.append(Fault("has no name", remedy, file=label, column=f"number {position}", row=row))
        elif folded[position - 1] in folded[: position - 1]:
            problem = "stands twice in the header (capital letters alone do not tell names apart)"
            faults.append(Fault(problem, "give every column its own name", file=label, column=name))
    if not names:
        remedy = "export it again with a header; format.skip_rows may leave out too much"
        raise DataError([Fault("has no header line", remedy, file=label)])
    if faults:
        raise DataError(faults)
    return tuple(names)


def better_delimiter(columns: tuple[str, ...], text_format: Format) -> str | None:
    """Return the delimiter that a header of one column seems to have been written with, or None."""
    if len(columns) != 1:
        return None
    used = text_format.delimiter or ","
    counts = {mark: columns[0].count(mark) for mark in CANDIDATES if mark != used}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else None
