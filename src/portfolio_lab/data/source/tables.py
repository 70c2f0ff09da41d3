"""Raw tables: a company's table as it stands in its source, with the place of each row."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass

import ibis.expr.types as ir

from portfolio_lab.data.schema import CONTRACTS
from portfolio_lab.data.settings import DataSettings, Format
from portfolio_lab.data.source.engines import Engine
from portfolio_lab.data.source.lines import FindLines
from portfolio_lab.errors import Fault

ROW, FILE = "__row__", "__file__"


@dataclass(frozen=True)
class RejectedLine:
    """A line of a text file that has more or fewer fields than the header, or cannot be taken apart."""

    file: str
    row: int
    problem: str
    text: str


@dataclass(frozen=True)
class RawTable:
    """One table as it stands in its source.

    ``expr`` has the company's columns; for files also ``__row__`` (the row in the file, the header being row 1)
    and ``__file__``. ``digest`` changes when the content changes. ``is_trimmed``: its texts have no blanks around them
    any more, and blank ones are null. ``find_lines``: where rows of text files begin. ``faults`` of single rows, for
    which a run is refused although the others can be read.
    """

    name: str
    label: str
    expr: ir.Table
    columns: tuple[str, ...]
    text_format: Format
    digest: str
    has_rows: bool
    notes: tuple[str, ...] = ()
    rejects_table: str | None = None
    engine: Engine = "duckdb"
    is_sheet: bool = False
    is_trimmed: bool = False
    find_lines: FindLines | None = None
    faults: tuple[Fault, ...] = ()


def match_tables(
    there: Collection[str], settings: DataSettings, *, holder: str, any_case: bool = False
) -> tuple[dict[str, str], list[Fault]]:
    """Return our table's name to the one that the source uses, and a fault for each one named but not there.

    A name with a dot, as in ``schema.table``, is left for the database to find. ``any_case`` takes ``Orders`` for
    ``orders`` where only one name fits.
    """
    found, faults = {}, []
    for table in CONTRACTS:
        named = settings.table(table).table
        matches = _matching(named or table, there, any_case)
        if len(matches) > 1:
            problem = f"is there more than once: {', '.join(matches)}"
            faults.append(Fault(problem, f"say which: tables.{table}.table", table=table))
        elif matches:
            found[table] = matches[0]
        elif named and "." in named and not any_case:
            found[table] = named
        elif named:
            faults.append(_not_there(table, named, there, holder))
    return found, faults


def _matching(name: str, there: Collection[str], any_case: bool) -> list[str]:
    if name in there or not any_case:
        return [name] if name in there else []
    return [other for other in sorted(there) if other.strip().casefold() == name.strip().casefold()]


def _not_there(table: str, named: str, there: Collection[str], holder: str) -> Fault:
    near = difflib.get_close_matches(named, sorted(there), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    remedy = f"{hint}{holder} holds: {', '.join(sorted(there)[:20]) or 'nothing'}"
    return Fault("is not in the source", remedy, table=table, value=named)
