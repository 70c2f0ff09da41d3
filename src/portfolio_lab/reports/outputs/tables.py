"""A table on its way out: flat columns, a unit and a label for each, CSV and Parquet that say the same."""

import datetime as dt
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd
from pandas.api import types

from portfolio_lab.errors import AnalysisError
from portfolio_lab.plots.style import label_of
from portfolio_lab.reports.safe_text import guard_cell, storable

UNIT_OF_SUFFIX = {"_share": "share", "_rate": "share", "_days": "days", "_amount": "currency", "_date": "date"}
UNIT_OF_PREFIX = {"n_": "count", "is_": "yes_no"}
UNIT_OF_NAME = {"share": "share", "amount": "currency", "amount_total": "currency", "month": "date"}
CODED_COLUMNS = ("stage", "abc_class")
_SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*\Z")
_AFFIXES = re.compile(r"\A(n|is)_|_(amount|days|date)\Z")


@dataclass(frozen=True)
class Column:
    """One column of a table that goes out: its name in files, its words on a page, its unit."""

    name: str
    label: str
    unit: str


def flatten_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy with one level of text column names, all different, and a meaningful index as first columns."""
    is_plain = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    columns = frame.columns
    flat = frame.copy()
    flat.columns = _unique([_joined(name) for name in columns])
    if is_plain:
        return flat
    index = flat.index.to_frame(index=False)
    index.columns = [_joined(name) if name is not None else f"row_{i + 1}" for i, name in enumerate(flat.index.names)]
    joined = pd.concat([index.reset_index(drop=True), flat.reset_index(drop=True)], axis=1)
    joined.columns = _unique(list(joined.columns))
    return joined


def describe_columns(
    frame: pd.DataFrame, *, units: Mapping[str, str] | None = None, labels: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    """Return label and unit of each column; what is not given follows from the name and the kind of its values."""
    units, labels = dict(units or {}), dict(labels or {})
    unknown = sorted(map(str, (units.keys() | labels.keys()) - set(frame.columns)))
    if unknown:
        remedy = f"use one of {', '.join(map(str, frame.columns))}"
        raise AnalysisError("units or labels name a column that the table does not have", remedy=remedy, value=unknown)
    return tuple(
        Column(name, labels.get(name) or _label(name), units.get(name) or _unit(name, frame[name]))
        for name in frame.columns
    )


def choose_columns(columns: tuple[Column, ...], names: Sequence[str] | None) -> tuple[Column, ...]:
    """Return the columns of those names, in the order of the names; all of them for None."""
    if names is None:
        return columns
    known = {column.name: column for column in columns}
    if unknown := [name for name in names if name not in known]:
        remedy = f"use one of {', '.join(map(str, known))}"
        raise AnalysisError("the page cannot show a column that the table does not have", remedy=remedy, value=unknown)
    return tuple(known[name] for name in names)


def sort_frame(frame: pd.DataFrame, sort: str | None) -> pd.DataFrame:
    """Return the frame sorted by a column, descending after a minus ("-amount"); ties keep their order."""
    if sort is None:
        return frame
    column = sort.removeprefix("-")
    if column not in frame.columns:
        remedy = f"use one of {', '.join(map(str, frame.columns))}"
        raise AnalysisError("the table cannot be sorted by a column that it does not have", remedy=remedy, value=sort)
    return frame.sort_values(column, ascending=not sort.startswith("-"), kind="stable", ignore_index=True)


def write_table(frame: pd.DataFrame, *, folder: Path, table_id: str) -> None:
    """Write a flat frame as <id>.parquet (values as they are) and <id>.csv (text guarded against spreadsheets)."""
    folder.mkdir(parents=True, exist_ok=True)
    typed = frame.apply(_one_kind).rename(columns=storable)
    typed.to_parquet(folder / f"{table_id}.parquet", index=False)
    # every text is quoted, so that a separator of another locale cannot cut a cell in two
    guard_frame(typed).to_csv(folder / f"{table_id}.csv", index=False, quoting=2, lineterminator="\n")


def guard_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with text and heads that no spreadsheet takes for a formula; one kind of value per column."""
    typed = frame.apply(_one_kind).rename(columns=storable)
    return typed.apply(_guarded).rename(columns=guard_cell)


def code_labels(values: pd.Series) -> pd.Series:
    """Return stages and classes in their words."""
    return values.map(label_of, na_action="ignore")


def _joined(name: Hashable) -> str:
    parts = [part for part in name if part != ""] if isinstance(name, tuple) else [name]
    return " · ".join(map(str, parts))


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    if all(count == 1 for count in seen.values()):
        return names
    return [name if names.index(name) == i else f"{name} ({i + 1})" for i, name in enumerate(names)]


def _label(name: str) -> str:
    if not _SNAKE_CASE.match(name):
        return name
    words = _AFFIXES.sub("", name).replace("_", " ")
    return words[:1].upper() + words[1:]


def _unit(name: str, values: pd.Series) -> str:
    if types.is_bool_dtype(values):
        return "yes_no"
    if types.is_datetime64_any_dtype(values) or _are_dates(values):
        return "date"
    if not types.is_numeric_dtype(values):
        return "text"
    by_affix = [unit for suffix, unit in UNIT_OF_SUFFIX.items() if name.endswith(suffix)]
    by_affix += [unit for prefix, unit in UNIT_OF_PREFIX.items() if name.startswith(prefix)]
    return UNIT_OF_NAME.get(name) or next(iter(by_affix), "number")


def _are_dates(values: pd.Series) -> bool:
    known = values.dropna()
    return len(known) > 0 and all(isinstance(value, dt.date) for value in known)


def _one_kind(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.CategoricalDtype | pd.PeriodDtype | pd.IntervalDtype):
        values = values.astype(object)
    if values.dtype != object:
        return values
    if _are_dates(values) or {type(value) for value in values.dropna()} <= {bool}:
        return values
    kinds = {type(value) for value in values.dropna()}
    if kinds and all(issubclass(kind, int | float | Decimal) for kind in kinds) and bool not in kinds:
        return values.astype(float)
    return values.map(lambda value: storable(str(value)), na_action="ignore")


def _guarded(values: pd.Series) -> pd.Series:
    if values.dtype != object or _are_dates(values):
        return values
    return values.map(lambda value: guard_cell(value) if isinstance(value, str) else value, na_action="ignore")
