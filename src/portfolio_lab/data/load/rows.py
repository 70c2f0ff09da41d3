"""Row by row: the typed table, and for each row the first reason why it cannot be used."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.types as ir

from portfolio_lab.data.load.mapping import Field
from portfolio_lab.data.schema import TableSpec, table_spec
from portfolio_lab.data.source import FILE, ROW

PROBLEM, EMPTIED, VALUE = "__problem__", "__emptied__", "__value__"
TECHNICAL = (ROW, FILE, PROBLEM, EMPTIED, VALUE)

UNREADABLE = {
    "number": "not_a_number",
    "integer": "not_a_whole_number",
    "date": "not_a_day",
    "flag": "not_yes_or_no",
    "identifier": "not_an_identifier",
    "text": "not_text",
}
SET_ASIDE = "where|set_aside"
REWRITTEN = "written_as_decimal"
PLACES = {ROW: "int64", FILE: "string"}
# How numbers, flags and days are written where a text may hold any of them; February has 29 days in leap years only.
_DAY = "(0[1-9]|1[0-9]|2[0-8])"
_MONTHS = f"((0[1-9]|1[0-2])-{_DAY}|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
_LEAP = "((19|2[01])(0[48]|[2468][048]|[13579][26])|2000)-02-29"
WRITTEN = {
    "number": "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)(e[+-]?[0-9]{1,2})?$",
    "flag": "^(true|yes|1|t|y|false|no|0|f|n)$",
    "date": f"^(((19|2[01])[0-9]{{2}}|2200)-{_MONTHS}|{_LEAP})$",
}
BOUND_CHECKS = {
    "greater_than_or_equal_to": lambda value, bound: value >= bound,
    "greater_than": lambda value, bound: value > bound,
    "less_than_or_equal_to": lambda value, bound: value <= bound,
    "less_than": lambda value, bound: value < bound,
}


@dataclass(frozen=True)
class _Check:
    """One way in which a column of a row can be wrong."""

    column: str
    code: str
    is_wrong: ir.BooleanValue
    shown: ir.StringValue
    drops: bool


def build_typed_table(
    spec: TableSpec,
    table: ir.Table,
    fields: list[Field],
    *,
    where: ir.BooleanValue | None,
    where_unreadable: ir.BooleanValue | None,
) -> ir.Table:
    """Return our typed columns and what is wrong with each row.

    ``__problem__`` is ``column|code`` of the first reason to leave the row out,
    ``__emptied__`` has ``column|code;`` of each optional value that could not be read, ``__value__`` is what stood
    there. Grain: the rows of the source; those that ``where`` does not keep are marked as set aside.
    """
    checks = [check for field in fields for check in _field_checks(field)]
    checks += _row_checks(spec, {field.column.name: field for field in fields})
    if where_unreadable is not None:
        checks.insert(0, _Check("where", "unreadable", where_unreadable, ibis.null("string"), drops=True))
    dropping = [check for check in checks if check.drops]
    emptying = [check for check in checks if not check.drops]
    values = {field.column.name: _value(field, emptying) for field in fields}
    technical = {
        PROBLEM: _problem(dropping, where, where_unreadable),
        EMPTIED: _all_of(emptying),
        VALUE: _first(checks, lambda check: check.shown),
    }
    places = {name: table[name] if name in table.columns else ibis.null(kind) for name, kind in PLACES.items()}
    return table.select(**values, **places, **technical)


def _problem(
    dropping: list[_Check], where: ir.BooleanValue | None, where_unreadable: ir.BooleanValue | None
) -> ir.StringValue:
    """Return why a row is not used; what ``where`` does not keep is set aside, whatever else may be wrong with it."""
    problem = _first(dropping, lambda check: ibis.literal(f"{check.column}|{check.code}"))
    if where is None:
        return problem
    return ibis.ifelse(where if where_unreadable is None else where | where_unreadable, problem, SET_ASIDE)


def _field_checks(field: Field) -> list[_Check]:
    column, drops = field.column, not field.column.nullable
    checks = [_Check(column.name, UNREADABLE[column.kind], field.bad, field.shown, drops)]
    if column.kind == "identifier" and field.is_written:
        checks.append(_Check(column.name, REWRITTEN, field.shown != field.value, field.shown, drops=False))
    if not column.nullable:
        checks.append(_Check(column.name, "blank", field.value.isnull(), field.shown, drops=True))
    if column.choices:
        wrong = field.value.notnull() & ~field.value.isin(column.choices)
        checks.append(_Check(column.name, "not_among_choices", wrong, field.shown, drops))
    for bound, limit in column.bounds:
        wrong = field.value.notnull() & ~BOUND_CHECKS[bound](field.value, limit)
        checks.append(_Check(column.name, "out_of_bounds", wrong, field.shown, drops))
    return checks


def _row_checks(spec: TableSpec, fields: dict[str, Field]) -> list[_Check]:
    checks = []
    if spec.interval and all(name in fields for name in spec.interval):
        start, end = (fields[name] for name in spec.interval)
        wrong = (end.value < start.value).fill_null(False)
        checks.append(_Check(spec.interval[1], "end_before_start", wrong, end.shown, drops=True))
    if spec.watched and all(name in fields for name in spec.watched):
        entry, length = (fields[name] for name in spec.watched)
        wrong = ((entry.value > 0) & (length.value <= entry.value)).fill_null(False)
        checks.append(_Check(spec.watched[0], "never_watched", wrong, entry.shown, drops=True))
    if spec.one_of:
        absent = [fields[name].value.isnull() for name in spec.one_of if name in fields]
        wrong = reduce(and_, absent) if absent else ibis.literal(True)
        checks.append(_Check(" or ".join(spec.one_of), "all_blank", wrong, ibis.null("string"), drops=True))
    if spec.value_of and all(name in fields for name in spec.value_of[:2]):
        checks += _value_checks(spec.value_of, fields)
    return checks


def _value_checks(value_of: tuple[str, str, str], fields: dict[str, Field]) -> list[_Check]:
    """A value that another column names must look like what that column of its table holds."""
    named, value = (fields[name].value for name in value_of[:2])
    columns = table_spec(value_of[2]).columns
    wrong = [
        named.isin([column.name for column in columns if column.kind == kind]) & ~value.lower().re_search(pattern)
        for kind, pattern in WRITTEN.items()
    ]
    shown = fields[value_of[1]].shown
    return [_Check(value_of[1], "not_as_its_column", reduce(or_, wrong).fill_null(False), shown, drops=True)]


def _value(field: Field, emptying: list[_Check]) -> ir.Value:
    """Return the value, empty where it stands against the contract of an optional column."""
    wrong = [
        check.is_wrong
        for check in emptying
        if check.column == field.column.name and check.code in ("not_among_choices", "out_of_bounds")
    ]
    if not wrong:
        return field.value
    return ibis.ifelse(reduce(or_, wrong), ibis.null(field.value.type()), field.value)


def _first(checks: list[_Check], show: Callable[[_Check], Any]) -> ir.StringValue:
    pairs = [(check.is_wrong, show(check)) for check in checks]
    return ibis.cases(*pairs, else_=ibis.null("string")) if pairs else ibis.null("string")


def _all_of(checks: list[_Check]) -> ir.StringValue:
    if not checks:
        return ibis.null("string")
    parts = [ibis.ifelse(check.is_wrong, f"{check.column}|{check.code};", "") for check in checks]
    return reduce(lambda left, right: left + right, parts).nullif("")
