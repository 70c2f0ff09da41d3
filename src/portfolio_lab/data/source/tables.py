"""Raw tables: a company's table as it stands in its source, with the place of each row."""

from dataclasses import dataclass

import ibis.expr.types as ir

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.engines import Engine

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

    ``expr`` has the company's columns; for files also ``__row__`` (the line in the file, the header being line 1)
    and ``__file__``. ``digest`` changes when the content changes.
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
