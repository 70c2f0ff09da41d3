"""Contracts in the form that the border reads: columns, keys, and how a table is cut at as_of."""

from dataclasses import dataclass, field
from typing import Literal

import pandera.pandas as pa

from portfolio_lab.data.schema.contracts import CONTRACTS

Kind = Literal["identifier", "text", "date", "number", "integer", "flag"]


@dataclass(frozen=True)
class Column:
    """One column of a contract, as the border reads it."""

    name: str
    kind: Kind
    required: bool
    nullable: bool
    choices: tuple[str, ...] = ()
    bounds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class TableSpec:
    """One contract, as the border reads it: columns in order, key, and how it is cut at as_of.

    ``value_of``: a column that names a column of another table, the one that holds its value, and that table.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    dated_by: str | None = None
    known_from: dict[str, tuple[str, ...]] = field(default_factory=dict)
    interval: tuple[str, str] | None = None
    watched: tuple[str, str] | None = None
    no_overlap_by: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    value_of: tuple[str, str, str] | None = None
    keeps_more_columns: bool = False
    stands_alone: bool = False
    every_row_counts: bool = False

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that the table cannot do without."""
        return tuple(column.name for column in self.columns if column.required)


def table_spec(table: str) -> TableSpec:
    """Return the contract of a table in the form that the border reads; KeyError for a table we do not know."""
    model = CONTRACTS[table]
    schema = model.to_schema()
    meta = dict(model.Config.metadata or {}) if hasattr(model.Config, "metadata") else {}
    columns = tuple(_column(name, spec) for name, spec in schema.columns.items())
    unique = tuple(schema.unique or ()) or tuple(name for name, spec in schema.columns.items() if spec.unique)
    return TableSpec(name=table, columns=columns, key=unique, **meta)


def _column(name: str, spec: pa.Column) -> Column:
    checks = {check.name: check.statistics for check in spec.checks}
    bounds = tuple(
        (label, next(iter(stats.values()))) for label, stats in checks.items() if label.startswith(("greater", "less"))
    )
    choices = tuple(checks.get("isin", {}).get("allowed_values", ()))
    return Column(name, _kind(spec), spec.required, spec.nullable, choices, bounds)


def _kind(spec: pa.Column) -> Kind:
    if spec.metadata and "kind" in spec.metadata:
        return spec.metadata["kind"]
    by_dtype = {"datetime64[ns]": "date", "float64": "number", "bool": "flag"}
    return by_dtype.get(str(spec.dtype), "text")
