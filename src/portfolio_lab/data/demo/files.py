"""Writes tables block by block: one CSV file each, or a folder of Parquet parts each, the same bytes every time."""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

Format = Literal["csv", "parquet"]
DECIMALS = {
    "latitude": 5, "longitude": 5, "quantity": 0, "minutes": 0, "score": 0, "horizon_days": 0, "value": 3,
    "orders_per_working_day": 6, "hazard_per_working_day": 8, "skill": 4, "adherence_rate": 4,
}  # fmt: skip
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
    with (shelf.folder / f"{table}.csv").open("w" if first else "a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if first:
            writer.writerow(frame.columns)
        writer.writerows(zip(*(_as_text(frame[name]) for name in frame.columns), strict=True))


def _as_text(column: pd.Series) -> list:
    """A column as it is written: ISO dates, fixed decimals, true and false, nothing (None) where there is no value."""
    missing = column.isna().to_numpy()
    if column.dtype.kind == "M":
        texts = np.datetime_as_string(column.to_numpy().astype("datetime64[D]")).astype(object)
    elif column.dtype.kind == "b":
        texts = np.where(column, "true", "false").astype(object)
    elif column.dtype.kind == "f":
        pattern = f"%.{DECIMALS.get(str(column.name), OTHER_DECIMALS)}f"
        texts = np.array([pattern % value for value in column.tolist()], dtype=object)
    else:
        texts = column.to_numpy(dtype=object)
    return np.where(missing, None, texts).tolist()


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
