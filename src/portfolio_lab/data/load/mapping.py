"""From a company's columns to ours: by name, by the run file's mapping, or by an expression."""

import difflib
import re
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir

from portfolio_lab.data.expressions import (
    ExpressionError,
    Scope,
    build_condition,
    build_day,
    build_number,
    build_text,
    parse_expression,
    used_columns,
)
from portfolio_lab.data.schema import Column, Kind, TableSpec
from portfolio_lab.data.settings import DataSettings, TableSettings
from portfolio_lab.data.source import ColumnReader, RawTable, bounded, named
from portfolio_lab.errors import Fault

MISSING = "is missing"


@dataclass(frozen=True)
class Field:
    """One of our columns: where it comes from, its value, and how to tell what went wrong.

    ``bad``: something stood there that could not be read. ``shown``: what stood there. ``is_computed``: an expression
    over columns, for which ``bad`` is not simply "shown but without a value". ``is_written``: it stood there as text.
    """

    column: Column
    source: str
    value: ir.Value
    bad: ir.BooleanValue
    shown: ir.StringValue
    is_computed: bool = False
    is_written: bool = False


@dataclass
class _Noting:
    """A reader that notes what it was asked to read, so that unreadable inputs of an expression can be named."""

    reader: ColumnReader
    reads: list[tuple[ir.Value, ir.Value]] = field(default_factory=list)

    def number(self, column: ir.Value) -> Any:
        return self._noted(column, self.reader.number(column))

    def day(self, column: ir.Value) -> Any:
        return self._noted(column, self.reader.day(column))

    def text(self, column: ir.Value) -> Any:
        return self._noted(column, self.reader.text(column))

    def in_one_spelling(self, text: ir.StringValue) -> Any:
        return self.reader.in_one_spelling(text)

    def _noted(self, column: ir.Value, value: ir.Value) -> ir.Value:
        self.reads.append((column, value))
        return value


def column_reader(raw: RawTable, settings: DataSettings) -> ColumnReader:
    """Return what reads the columns of a raw table, in its format and on the clocks of the business."""
    return ColumnReader(raw.text_format, settings.timezone, raw.engine, raw.is_sheet, raw.is_trimmed)


def map_columns(
    spec: TableSpec, raw: RawTable, settings: TableSettings, *, reader: ColumnReader
) -> tuple[list[Field], list[Fault]]:
    """Return our columns as fields over a raw table, and a fault for each that is missing or cannot be built."""
    fields: list[Field] = []
    faults: list[Fault] = [*_doubly_mapped(spec, raw, settings), *_names_of_ours(spec, raw)]
    for column in spec.columns:
        source = settings.columns.get(column.name, column.name)
        if source in raw.columns:
            fields.append(_direct(column, raw.expr[source], source, reader))
        elif column.name in settings.columns:
            made = _computed(column, source, raw, spec.name, reader)
            (faults if isinstance(made, Fault) else fields).append(made)  # type: ignore[arg-type]
        elif column.required:
            faults.append(_missing(column, raw, spec.name))
    return [*fields, *_further(spec, raw, settings, reader)], faults


def build_where(
    raw: RawTable, settings: TableSettings, *, reader: ColumnReader, table: str
) -> tuple[ir.BooleanValue | None, ir.BooleanValue | None, Fault | None]:
    """Return the condition of ``where``, the rows for which it cannot be read, and a fault if it is not allowed."""
    if settings.where is None:
        return None, None, None
    noting = _Noting(reader)
    try:
        tree = parse_expression(settings.where, list(raw.columns))
        condition = build_condition(tree, _scope(raw, used_columns(tree), noting))
    except ExpressionError as error:
        key = f"tables.{table}.where"
        fault = Fault(str(error), error.remedy, file=raw.label, table=table, key=key, value=settings.where)
        return None, None, fault
    return condition.fill_null(False), _unreadable(noting), None


def _direct(column: Column, raw: ir.Value, source: str, reader: ColumnReader) -> Field:
    value = _read(reader, column.kind, raw)
    shown = reader.text(raw)
    return Field(column, source, value, is_unread(value, shown), shown, is_written=raw.type().is_string())


def is_unread(value: ir.Value, shown: ir.StringValue) -> ir.BooleanValue:
    """Return whether something stood in a column that could not be read."""
    return shown.notnull() & value.isnull()


def _computed(column: Column, text: str, raw: RawTable, table: str, reader: ColumnReader) -> Field | Fault:
    noting = _Noting(reader)
    try:
        tree = parse_expression(text, list(raw.columns))
        names = used_columns(tree)
        value = _BUILD[column.kind](tree, _scope(raw, names, noting))
    except ExpressionError as error:
        return Fault(str(error), error.remedy, file=raw.label, table=table, column=column.name, value=text)
    if column.kind == "identifier":
        value = named(value)
    if column.kind == "integer":
        value = ibis.ifelse(value == value.floor(), value, ibis.null("float64"))
    bad = _unreadable(noting)
    if column.kind in ("number", "integer"):
        value, whole = bounded(value), value
        bad = bad | (whole.notnull() & value.isnull())
    shown = _inputs_shown(raw, names, reader)
    return Field(column, text, value, bad, shown, is_computed=True)


_BUILD = {
    "number": build_number,
    "integer": build_number,
    "text": build_text,
    "identifier": build_text,
    "date": build_day,
    "flag": build_condition,
}


def _read(reader: ColumnReader, kind: Kind, raw: ir.Value) -> ir.Value:
    readers = {
        "identifier": reader.identifier,
        "text": reader.text,
        "date": reader.day,
        "number": reader.number,
        "integer": reader.integer,
        "flag": reader.flag,
    }
    return readers[kind](raw)


def _scope(raw: RawTable, names: tuple[str, ...], noting: _Noting) -> Scope:
    return Scope({name: raw.expr[name] for name in names}, noting)


def _unreadable(noting: _Noting) -> ir.BooleanValue:
    bad = [~noting.reader.text(column).isnull() & value.isnull() for column, value in noting.reads]
    return reduce(or_, bad) if bad else ibis.literal(False)


def _inputs_shown(raw: RawTable, names: tuple[str, ...], reader: ColumnReader) -> ir.StringValue:
    parts = [ibis.literal(f"{name}=") + reader.text(raw.expr[name]).fill_null("") for name in names]
    return reduce(lambda left, right: left + ibis.literal("; ") + right, parts) if parts else ibis.literal("")


def _further(spec: TableSpec, raw: RawTable, settings: TableSettings, reader: ColumnReader) -> list[Field]:
    """Return the attributes beyond the contract, where the table keeps them, under the names they have or are given."""
    if not spec.keeps_more_columns:
        return []
    taken = {settings.columns.get(column.name, column.name) for column in spec.columns}
    taken |= {column.name for column in spec.columns}
    named = {ours: theirs for ours, theirs in settings.columns.items() if spec.column(ours) is None}
    rest = {name: name for name in raw.columns if name not in taken and name not in named.values()}
    columns = [(ours, theirs) for ours, theirs in {**rest, **named}.items() if theirs in raw.columns]
    return [_direct(Column(ours, "text", False, True), raw.expr[theirs], theirs, reader) for ours, theirs in columns]


def _names_of_ours(spec: TableSpec, raw: RawTable) -> list[Fault]:
    """An attribute may not have the name of a column in which we keep what was found."""
    taken = [name for name in raw.columns if re.fullmatch("__[a-z]+__", name)] if spec.keeps_more_columns else []
    remedy = "give the column another name, without the lines before and behind it"
    problem = "has a name of the kind that we use ourselves"
    return [Fault(problem, remedy, file=raw.label, table=spec.name, column=name) for name in taken]


def _doubly_mapped(spec: TableSpec, raw: RawTable, settings: TableSettings) -> list[Fault]:
    """A raw column that feeds two of ours by plain name is most often a slip: the second was meant to be another."""
    seen: dict[str, str] = {}
    faults = []
    for ours, theirs in settings.columns.items():
        if theirs in raw.columns and theirs in seen:
            problem = f"is mapped twice: to {seen[theirs]} and to {ours}"
            remedy = "map each column once; for a copy on purpose write an expression, as in COALESCE(x, x)"
            faults.append(Fault(problem, remedy, file=raw.label, table=spec.name, column=theirs))
        seen.setdefault(theirs, ours)
    return faults


def _missing(column: Column, raw: RawTable, table: str) -> Fault:
    folded = {name.casefold().strip(): name for name in raw.columns}
    near = difflib.get_close_matches(column.name, list(folded), n=1, cutoff=0.5)
    hint = f"perhaps {folded[near[0]]!r}: " if near else ""
    remedy = f"{hint}map it under data.tables.{table}.columns; the table has: {', '.join(raw.columns[:30])}"
    return Fault(MISSING, remedy, file=raw.label, table=table, column=column.name)
