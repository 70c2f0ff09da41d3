"""How a raw column is read as a number, a day, a flag, text or an identifier; what cannot be read becomes null."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.blanks import without_blanks
from portfolio_lab.data.source.engines import Engine, local_clock, parse_day
from portfolio_lab.data.source.spelling import in_one_spelling

# flags with a gap are exported as numbers with a point
TRUE_WORDS = ("true", "t", "yes", "y", "1", "1.0")
FALSE_WORDS = ("false", "f", "no", "n", "0", "0.0")
SHEET_ERRORS = ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")
BLANKS = " \u00a0\u202f"
# What an export or a person writes where there is no identifier.
NOBODY = ("null", "(null)", "nil", "none", "nan", "na", "n/a", "#n/a", "n.a.", "undefined", "-", "--", "---", "?", ".")
WRITTEN_AS_DECIMAL = r"^[0-9]+[.]0$"
SHORTENED = r"^[0-9]([.,][0-9]+)?[eE][+][0-9]+$"
# Days beyond are slips of the pen (the year 25, the year 2925); the last day of all is how systems write "no end".
FIRST_DAY, LAST_DAY, NO_END = "1900-01-01", "2200-12-31", ("9999-01-01", "9999-12-31")
LARGEST = 1e15
NESTED = (dt.Array, dt.Struct, dt.Map, dt.Binary)


@dataclass(frozen=True)
class ColumnReader:
    """Reads the columns of one table in one format; times with a zone are taken to the clocks of ``zone``.

    ``is_trimmed``: the table's texts were trimmed once for all readings."""

    text_format: Format
    zone: str
    engine: Engine = "duckdb"
    is_sheet: bool = False
    is_trimmed: bool = False

    def text(self, column: ir.Value) -> ir.StringValue:
        """Return the column as text without surrounding blanks; blank becomes null."""
        if isinstance(column.type(), dt.String):
            return column if self.is_trimmed else without_blanks(column)
        return column.cast("string")

    def in_one_spelling(self, text: ir.StringValue) -> ir.StringValue:
        """Return a text as all that look like it are written; blank becomes null."""
        return in_one_spelling(text, engine=self.engine)

    def identifier(self, column: ir.Value) -> ir.StringValue:
        """Return the column as an identifier: text kept to the letter, whole numbers (``13085.0`` too) without a point.

        Words for nothing (``NULL``, ``n/a``), long numbers that a spreadsheet has shortened
        (``1.2E+12``) and what a sheet of a workbook shows where a formula fails (``#REF!``) name nobody.
        """
        if isinstance(column.type(), (dt.Floating, dt.Decimal)):
            number = bounded(column)  # what is no number equals itself here, and fits no whole number
            whole = ibis.ifelse(number == number.floor(), number, ibis.null(number.type()))
            return whole.cast("int64").cast("string")
        if isinstance(column.type(), NESTED):
            return ibis.null("string")
        text = without_decimal(named(self.text(column)))
        return ibis.ifelse(is_one_of(text, SHEET_ERRORS), ibis.null("string"), text) if self.is_sheet else text

    def number(self, column: ir.Value) -> ir.FloatingValue:
        """Return the column as a number of less than sixteen digits before its decimal mark."""
        kind = column.type()
        if isinstance(kind, dt.String):
            return bounded(self._number_in_text(column))
        if not isinstance(kind, dt.Numeric) or isinstance(kind, dt.Boolean):
            return ibis.null("float64")
        return bounded(column.cast("float64"))

    def integer(self, column: ir.Value) -> ir.FloatingValue:
        """Return the column as a whole number (kept as float64, so that it may be empty)."""
        number = self.number(column)
        return ibis.ifelse(number == number.floor(), number, ibis.null("float64"))

    def day(self, column: ir.Value) -> ir.DateValue:
        """Return the column as a day of the business's own calendar, from 1900 to 2200 or in 9999 (no end)."""
        day = self._any_day(column)
        if self.engine != "duckdb" and isinstance(column.type(), (dt.String, dt.Integer)):
            return day  # its year was looked at while it was taken apart; a long expression is not repeated there
        is_possible = day.between(ibis.date(FIRST_DAY), ibis.date(LAST_DAY)) | day.between(*map(ibis.date, NO_END))
        return ibis.ifelse(is_possible, day, ibis.null("date"))

    def _any_day(self, column: ir.Value) -> ir.DateValue:
        kind = column.type()
        if isinstance(kind, dt.Date):
            return column
        if isinstance(kind, dt.Timestamp):
            return (local_clock(self.zone, column) if kind.timezone else column).date()
        if isinstance(kind, (dt.String, dt.Integer)):
            return parse_day(
                self.text(column), date_format=self.text_format.date_format, zone=self.zone, engine=self.engine
            )
        return ibis.null("date")

    def flag(self, column: ir.Value) -> ir.BooleanValue:
        """Return the column as true or false."""
        if isinstance(column.type(), dt.Boolean):
            return column
        word = self.text(column).lower()
        is_true, is_false = is_one_of(word, TRUE_WORDS), is_one_of(word, FALSE_WORDS)
        return ibis.cases((is_true, ibis.literal(True)), (is_false, ibis.literal(False)), else_=None)

    def _number_in_text(self, column: ir.StringValue) -> ir.FloatingValue:
        decimal, thousands = self.text_format.decimal or ".", self.text_format.thousands
        text = self.text(column)
        written = text.re_search(_number_pattern(decimal, thousands))
        for mark in BLANKS if thousands == " " else (thousands or ""):
            text = text.replace(mark, "")
        plain = text.replace(decimal, ".") if decimal != "." else text
        return ibis.ifelse(written, plain, ibis.null("string")).cast("float64")


def without_decimal(text: ir.StringValue) -> ir.StringValue:
    """Return an identifier without the ``.0`` that a whole number gets from a program that took it for an amount."""
    return ibis.ifelse(text.endswith(".0") & text.re_search(WRITTEN_AS_DECIMAL), text.re_replace("[.]0$", ""), text)


def named(text: ir.StringValue) -> ir.StringValue:
    """Return a text as an identifier: null where it is a word for nothing, or a number that has lost its digits."""
    names_nobody = is_one_of(text.lower(), NOBODY) | text.re_search(SHORTENED)
    return ibis.ifelse(names_nobody, ibis.null("string"), text)


def is_one_of(text: ir.StringValue, words: Iterable[str]) -> ir.BooleanValue:
    """Return whether a text is one of some words, by one pattern.

    DuckDB joins a table of five words or more wherever IN is written, and a column's expression is written many times.
    """
    return text.re_search(f"^({'|'.join(re.escape(word) for word in words)})$")


def bounded(number: ir.NumericValue) -> ir.NumericValue:
    """Return a number of less than sixteen digits before its mark; null for others and for what is no number."""
    return ibis.ifelse((number <= LARGEST) & (number >= -LARGEST), number, ibis.null(number.type()))


def _number_pattern(decimal: str, thousands: str | None) -> str:
    """Return what a number looks like: groups of three where there are thousands marks, at most one decimal mark."""
    whole = "[0-9]+"
    if thousands:
        mark = f"[{BLANKS}]" if thousands == " " else f"[{thousands}]"
        whole = f"([0-9]+|[0-9]{{1,3}}({mark}[0-9]{{3}})+)"
    return f"^[+-]?({whole}([{decimal}][0-9]*)?|[{decimal}][0-9]+)([eE][+-]?[0-9]{{1,2}})?$"
