"""Expressions of a run file: one scalar expression over a table's own columns, made of a short list of allowed parts.

An expression is parsed by sqlglot, checked part by part against the list, and rebuilt as an Ibis expression. Nothing
of the text reaches an engine, so a run file can compute and compare but never read a file, call a function of the
database or start a second statement.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from portfolio_lab.data.source.blanks import without_blanks

MAX_CHARACTERS = 2_000
ALLOWED = (
    "+ - * / %, comparisons, AND OR NOT, IS NULL, LIKE, IN, BETWEEN, CASE, COALESCE, ROUND, ABS, TRIM, LOWER, UPPER,"
    " NORMALIZE, REPLACE, ||"
)


class ExpressionError(ValueError):
    """An expression that is not allowed or names no real column; ``remedy`` says what to write instead."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(problem)


class Reader(Protocol):
    """How raw columns of a source are read as numbers, days and text."""

    def number(self, column: ir.Value) -> ir.NumericValue:
        """Return the column as a number; what is not a number becomes null."""

    def day(self, column: ir.Value) -> ir.DateValue:
        """Return the column as a day; what is not a day becomes null."""

    def text(self, column: ir.Value) -> ir.StringValue:
        """Return the column as text without surrounding blanks; blank becomes null."""

    def in_one_spelling(self, text: ir.StringValue) -> ir.StringValue:
        """Return a text as all that look like it are written."""


@dataclass(frozen=True)
class Scope:
    """The raw columns that an expression may name, and how they are read."""

    columns: Mapping[str, ir.Value]
    reader: Reader


def parse_expression(text: str, columns: Mapping[str, Any] | list[str]) -> exp.Expression:
    """Return the checked syntax tree of one scalar expression over ``columns``.

    Raises ExpressionError for a second statement, a part that is not allowed, or a name that is no column.
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError("is too long", f"keep it under {MAX_CHARACTERS} characters")
    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except (SqlglotError, RecursionError, ValueError) as error:
        raise ExpressionError("is not an expression", "write it as in: quantity * unit_price") from error
    if len(trees) != 1 or trees[0] is None:
        raise ExpressionError("holds more than one statement", "write one expression, without semicolons")
    for node in trees[0].walk():
        _check(node, columns)
    return trees[0]


def used_columns(tree: exp.Expression) -> tuple[str, ...]:
    """Return the names of the raw columns in an expression, each once, in order of appearance."""
    return tuple(dict.fromkeys(node.name for node in tree.find_all(exp.Column, bfs=False)))


def build_number(tree: exp.Expression, scope: Scope) -> ir.NumericValue:
    """Return the expression as a number."""
    return _as_number(tree, scope)


def build_text(tree: exp.Expression, scope: Scope) -> ir.StringValue:
    """Return the expression as text."""
    return _as_text(tree, scope)


def build_day(tree: exp.Expression, scope: Scope) -> ir.DateValue:
    """Return the expression as a day."""
    return _as_day(tree, scope)


def build_condition(tree: exp.Expression, scope: Scope) -> ir.BooleanValue:
    """Return the expression as a condition."""
    return _as_condition(tree, scope)


def _check(node: exp.Expression, columns: Any) -> None:
    if type(node) not in _PARTS:
        name = node.name if isinstance(node, exp.Anonymous) else node.key.upper()
        raise ExpressionError(f"uses {name}, which is not allowed here", f"use only: {ALLOWED}")
    if isinstance(node, exp.Column):
        if node.table:
            raise ExpressionError(f"names {node.sql()}", "name the column alone, in double quotes if it has a dot")
        if node.name not in columns:
            near = difflib.get_close_matches(node.name, list(columns), n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ExpressionError(f"names {node.name!r}, which is no column", f"{hint}columns: {', '.join(columns)}")


def _as_number(node: exp.Expression, scope: Scope) -> Any:
    if isinstance(node, exp.Column):
        return scope.reader.number(scope.columns[node.name])
    if isinstance(node, exp.Literal) and not node.is_string:
        return ibis.literal(float(node.this))
    build = _NUMBERS.get(type(node))
    if build is None:
        raise ExpressionError(f"has {node.sql()!r} where a number is needed", "compute with numbers only")
    return build(node, scope)


def _as_text(node: exp.Expression, scope: Scope) -> Any:
    if isinstance(node, exp.Column):
        return scope.reader.text(scope.columns[node.name])
    if isinstance(node, exp.Literal):
        return ibis.literal(str(node.this))
    build = _TEXTS.get(type(node))
    if build is None:
        raise ExpressionError(
            f"has {node.sql()!r} where text is needed", "use TRIM, LOWER, UPPER, NORMALIZE, REPLACE, ||, CASE, COALESCE"
        )
    return build(node, scope)


def _as_condition(node: exp.Expression, scope: Scope) -> Any:
    build = _CONDITIONS.get(type(node))
    if build is None:
        raise ExpressionError(f"has {node.sql()!r} where a condition is needed", "compare, as in: Quantity > 0")
    return build(node, scope)


def _arithmetic(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Scope], Any]:
    return lambda node, scope: operation(_as_number(node.this, scope), _as_number(node.expression, scope))


def _quotient(left: Any, right: Any) -> Any:
    """A division by zero is no number; engines disagree on what else it could be."""
    return left.cast("float64") / right.cast("float64").nullif(0.0)


def _comparison(operation: Callable[[Any, Any], Any], *, ordered: bool) -> Callable[[Any, Scope], Any]:
    def build(node: exp.Expression, scope: Scope) -> Any:
        read = _reading(node.this, node.expression, ordered=ordered)
        return operation(read(node.this, scope), read(node.expression, scope))

    return build


def _reading(*nodes: exp.Expression, ordered: bool) -> Callable[[exp.Expression, Scope], Any]:
    """Choose how both sides of a comparison are read: as numbers, as days, or as text.

    Raw columns of text files have no type of their own, so the other side decides; an order between texts is refused,
    since '9' > '10'.
    """
    if any(_is_numeric(node) for node in nodes):
        return _as_number
    if any(_is_day(node) for node in nodes):
        return _as_day
    if not ordered:
        return _as_text
    if all(isinstance(node, exp.Column) for node in nodes):
        return _as_number
    raise ExpressionError("orders texts", "compare with a number, or with a day such as '2026-01-31'")


def _is_numeric(node: exp.Expression) -> bool:
    inner = node.this if isinstance(node, (exp.Paren, exp.Neg)) else node
    return (isinstance(inner, exp.Literal) and not inner.is_string) or type(inner) in _ARITHMETIC


def _is_day(node: exp.Expression) -> bool:
    if not (isinstance(node, exp.Literal) and node.is_string):
        return False
    parts = node.this.split("-")
    return len(parts) == 3 and [len(part) for part in parts] == [4, 2, 2] and all(part.isdigit() for part in parts)


def _as_day(node: exp.Expression, scope: Scope) -> Any:
    if isinstance(node, exp.Column):
        return scope.reader.day(scope.columns[node.name])
    if _is_day(node):
        return ibis.date(node.this)
    if type(node) in _DAYS:
        return _DAYS[type(node)](node, scope)
    raise ExpressionError(f"has {node.sql()!r} where a day is needed", "compare a column with a day: '2026-01-31'")


def _between(node: exp.Expression, scope: Scope) -> Any:
    low, high = node.args["low"], node.args["high"]
    read = _reading(node.this, low, high, ordered=True)
    return read(node.this, scope).between(read(low, scope), read(high, scope))


def _in(node: exp.Expression, scope: Scope) -> Any:
    choices = node.expressions
    if not choices:
        raise ExpressionError("has IN without a list", "list the values: Type IN ('S', 'R')")
    read = _reading(*choices, ordered=False)
    return read(node.this, scope).isin([read(choice, scope) for choice in choices])


def _is_null(node: exp.Expression, scope: Scope) -> Any:
    if not isinstance(node.expression, exp.Null):
        raise ExpressionError(f"has {node.sql()!r}", "use IS NULL or IS NOT NULL")
    return _as_text(node.this, scope).isnull()


def _like(node: exp.Expression, scope: Scope) -> Any:
    if not (isinstance(node.expression, exp.Literal) and node.expression.is_string):
        raise ExpressionError("has LIKE without a quoted pattern", "write it as in: Name LIKE 'A%'")
    return _as_text(node.this, scope).like(node.expression.this)


def _case(read: Callable[[exp.Expression, Scope], Any]) -> Callable[[exp.Expression, Scope], Any]:
    def build(node: exp.Expression, scope: Scope) -> Any:
        if node.this is not None:
            raise ExpressionError("has CASE with a value behind it", "write CASE WHEN condition THEN value … END")
        pairs = [(_as_condition(arm.this, scope), read(arm.args["true"], scope)) for arm in node.args["ifs"]]
        default = node.args.get("default")
        return ibis.cases(*pairs, else_=None if _is_nothing(default) else read(default, scope))

    return build


def _is_nothing(node: exp.Expression | None) -> bool:
    return node is None or isinstance(node, exp.Null)


def _coalesce(read: Callable[[exp.Expression, Scope], Any]) -> Callable[[exp.Expression, Scope], Any]:
    return lambda node, scope: ibis.coalesce(*(read(part, scope) for part in (node.this, *node.expressions)))


def _round(node: exp.Expression, scope: Scope) -> Any:
    digits = node.args.get("decimals")
    if digits is not None and not digits.is_int:
        raise ExpressionError("has ROUND with digits that are no whole number", "write ROUND(x, 2)")
    places = int(digits.name) if digits is not None else 0
    shift = float(10**places)
    return (_as_number(node.this, scope) * shift).round() / shift


def _trim(node: exp.Expression, scope: Scope) -> Any:
    if node.args.get("expression") is not None or node.args.get("position"):
        raise ExpressionError("has TRIM with more than a column", "write TRIM(Name)")
    return without_blanks(_as_text(node.this, scope))


def _replace(node: exp.Expression, scope: Scope) -> Any:
    parts = (node.expression, node.args.get("replacement"))
    if not all(isinstance(part, exp.Literal) and part.is_string for part in parts) or not parts[0].this:
        raise ExpressionError("has REPLACE without two quoted texts", "write REPLACE(Amount, 'EUR', '')")
    return _as_text(node.this, scope).replace(parts[0].this, parts[1].this)


def _normalize(node: exp.Expression, scope: Scope) -> Any:
    return scope.reader.in_one_spelling(_as_text(node.this, scope))


def _inside(read: Callable[[exp.Expression, Scope], Any]) -> Callable[[exp.Expression, Scope], Any]:
    return lambda node, scope: read(node.this, scope)


_ARITHMETIC: dict[type, Any] = {
    exp.Add: _arithmetic(lambda left, right: left + right),
    exp.Sub: _arithmetic(lambda left, right: left - right),
    exp.Mul: _arithmetic(lambda left, right: left * right),
    exp.Div: _arithmetic(_quotient),
    exp.Mod: _arithmetic(lambda left, right: left - right * (left / right.nullif(0.0)).floor()),
    exp.Neg: lambda node, scope: -_as_number(node.this, scope),
    exp.Abs: lambda node, scope: _as_number(node.this, scope).abs(),
    exp.Round: _round,
}
_NUMBERS: dict[type, Any] = {
    **_ARITHMETIC,
    exp.Paren: _inside(_as_number),
    exp.Case: _case(_as_number),
    exp.Coalesce: _coalesce(_as_number),
    exp.Replace: lambda node, scope: scope.reader.number(without_blanks(_replace(node, scope))),
}
_TEXTS: dict[type, Any] = {
    exp.Paren: _inside(_as_text),
    exp.Lower: lambda node, scope: _as_text(node.this, scope).lower(),
    exp.Upper: lambda node, scope: _as_text(node.this, scope).upper(),
    exp.Trim: _trim,
    exp.Replace: _replace,
    exp.Normalize: _normalize,
    exp.DPipe: lambda node, scope: _as_text(node.this, scope) + _as_text(node.expression, scope),
    exp.Case: _case(_as_text),
    exp.Coalesce: _coalesce(_as_text),
}
_DAYS: dict[type, Any] = {
    exp.Paren: _inside(_as_day),
    exp.Case: _case(_as_day),
    exp.Coalesce: _coalesce(_as_day),
}
_CONDITIONS: dict[type, Any] = {
    exp.And: lambda node, scope: _as_condition(node.this, scope) & _as_condition(node.expression, scope),
    exp.Or: lambda node, scope: _as_condition(node.this, scope) | _as_condition(node.expression, scope),
    exp.Not: lambda node, scope: ~_as_condition(node.this, scope),
    exp.Paren: _inside(_as_condition),
    exp.EQ: _comparison(lambda left, right: left == right, ordered=False),
    exp.NEQ: _comparison(lambda left, right: left != right, ordered=False),
    exp.GT: _comparison(lambda left, right: left > right, ordered=True),
    exp.GTE: _comparison(lambda left, right: left >= right, ordered=True),
    exp.LT: _comparison(lambda left, right: left < right, ordered=True),
    exp.LTE: _comparison(lambda left, right: left <= right, ordered=True),
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is_null,
    exp.Like: _like,
}
_PARTS = {
    *_NUMBERS,
    *_TEXTS,
    *_CONDITIONS,
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Null,
    exp.If,
}
