"""In which line of a text file a row begins; its number among the rows differs where lines are blank or broken."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.headers import up_to_a_break
from portfolio_lab.data.source.text_files import CHUNK, TextFile

FindLines = Callable[[str, int, Sequence[int]], dict[int, int]]


def line_finder(looks: Sequence[TextFile], text_format: Format) -> FindLines:
    """Return a function from a file's name, the number of its rows, and row numbers, to the lines where these begin.

    A row number counts the rows that could be taken apart, the header being number 1. A file is read again, up to the
    last row asked for, only if it has more lines than rows: a regular file costs nothing.
    """
    files = {look.label: look for look in looks}

    def find(label: str, n_rows: int, numbers: Sequence[int]) -> dict[int, int]:
        look = files[label]
        if text_format.delimiter == "whitespace" or look.n_lines == look.n_header_lines + n_rows:
            return {number: number for number in numbers}
        return _found(look, text_format, sorted(set(numbers)))

    return find


def lines_at(path: Path, offsets: Sequence[int]) -> dict[int, int]:
    """Return the line in which each of the places (in bytes from the start) of a file is; lines count from 1."""
    lines, wanted, place, line = {}, sorted(set(offsets)), 0, 1
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            begin = 0
            while wanted and wanted[0] < place + len(chunk):
                end = wanted[0] - place
                line += chunk.count(b"\n", begin, end)
                begin, lines[wanted[0]] = end, line
                wanted.pop(0)
            if not wanted:
                return lines
            line += chunk.count(b"\n", begin)
            place += len(chunk)
    return lines | dict.fromkeys(wanted, line)


def _found(look: TextFile, text_format: Format, wanted: list[int]) -> dict[int, int]:
    lines, rows = {}, _beginnings(look, text_format)
    number = look.n_header_lines
    for line in rows:
        number += 1
        if number == wanted[len(lines)]:
            lines[number] = line
            if len(lines) == len(wanted):
                break
    return lines


def _beginnings(look: TextFile, text_format: Format) -> Iterator[int]:
    """Yield the line in which each row begins that has as many fields as the header."""
    with look.path.open(encoding="utf-8-sig", newline="") as stream:
        lines = islice(stream, look.n_skipped, None)
        reader = csv.reader(lines, delimiter=text_format.delimiter or ",", quotechar=text_format.quote or '"')
        for _ in range(look.n_header_lines - look.n_skipped):
            next(reader, None)
        begins, n_columns = look.n_skipped + reader.line_num + 1, len(look.columns)
        for fields in up_to_a_break(reader):
            if len(fields) == n_columns or (len(fields) == n_columns + 1 and not fields[-1]):  # a mark at the end
                yield begins
            begins = look.n_skipped + reader.line_num + 1
