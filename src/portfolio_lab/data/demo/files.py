"""Writes tables block by block: one CSV file each, or a folder of Parquet parts each, the same bytes every time."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

Format = Literal["csv", "parquet"]
DECIMALS = {"latitude": 5, "longitude": 5, "quantity": 0, "minutes": 0, "score": 0, "horizon_days": 0, "value": 3}
OTHER_DECIMALS = 2


@dataclass(frozen=True)
class Shelf:
    """A folder into which tables are written, with the rows so far."""

    folder: Path
    format: Format
    n_rows: dict[str, int] = field(default_factory=dict)


def append(shelf: Shelf, table: str, frame: pd.DataFrame, *, block: int) -> None:
    """Write the rows of a block to a table; the first block opens the CSV file and writes its header."""
    shelf.folder.mkdir(parents=True, exist_ok=True)
    if shelf.format == "csv":
        _append_csv(shelf, table, frame)
    else:
        _write_part(shelf, table, frame, block)
    shelf.n_rows[table] = shelf.n_rows.get(table, 0) + len(frame)


def _append_csv(shelf: Shelf, table: str, frame: pd.DataFrame) -> None:
    first = table not in shelf.n_rows
    path = shelf.folder / f"{table}.csv"
    texts = frame.apply(_as_text)
    with path.open("w" if first else "a", encoding="utf-8", newline="") as file:
        texts.to_csv(file, index=False, header=first, lineterminator="\n")


def _as_text(column: pd.Series) -> pd.Series:
    """A column in the form in which it is written: ISO dates, fixed decimals, true and false, empty when missing."""
    if column.dtype.kind == "M":
        return column.dt.strftime("%Y-%m-%d")
    if column.dtype.kind == "b":
        return column.map({True: "true", False: "false"})
    if column.dtype.kind == "f":
        written = column.map(f"{{:.{DECIMALS.get(str(column.name), OTHER_DECIMALS)}f}}".format)
        return written.where(column.notna())
    return column


def _write_part(shelf: Shelf, table: str, frame: pd.DataFrame, block: int) -> None:
    folder = shelf.folder / table
    folder.mkdir(exist_ok=True)
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    for position, name in enumerate(arrow.column_names):
        if pa.types.is_timestamp(arrow.schema.field(name).type):
            arrow = arrow.set_column(position, name, arrow.column(name).cast(pa.timestamp("s")).cast(pa.date32()))
        elif pa.types.is_null(arrow.schema.field(name).type):
            arrow = arrow.set_column(position, name, arrow.column(name).cast(pa.string()))
    pq.write_table(arrow.replace_schema_metadata(None), folder / f"part-{block + 1:05d}.parquet", compression="zstd")
