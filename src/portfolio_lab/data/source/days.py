"""Days written as text, taken apart in a way that every engine understands."""

import re

import ibis
import ibis.expr.types as ir

from portfolio_lab.errors import DataError, Fault

ISO = "%Y-%m-%d"
PARTS = {"%Y": "([0-9]{4})", "%m": "([0-9]{1,2})", "%d": "([0-9]{1,2})"}
CLOCK = {"%H": "(?:[01]?[0-9]|2[0-3])", "%M": "[0-5]?[0-9]", "%S": "[0-5]?[0-9]"}
# What is read without a declared format, on every engine: a day, or a day with a clock, with or without an offset.
ISO_DAY = "([0-9]{4})-([0-9]{2})-([0-9]{2})"
ISO_CLOCK = "[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?"
ISO_OFFSET = "(?:[Zz]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
ISO_TEXT = f"^{ISO_DAY}(?:{ISO_CLOCK}{ISO_OFFSET}?)?$"
MOMENT_END = ":[0-9.]+(?:[Zz]|[+-][0-9:]+)$"
YEARS, NO_END = (1900, 2200), 9999  # other years are slips of the pen; the last one means "no end"
LONG_MONTHS, SHORT_MONTHS = (1, 3, 5, 7, 8, 10, 12), (4, 6, 9, 11)


def day_pattern(date_format: str) -> tuple[str, dict[str, int]]:
    """Return the regular expression of a date format and the group of year, month and day.

    Raises DataError for a format that has parts other than numbers, such as names of months.
    """
    if date_format == ISO:
        return ISO_TEXT, {"%Y": 1, "%m": 2, "%d": 3}
    pattern, groups = "", {}
    for token in re.findall(r"%.|[^%]", date_format):
        if token in PARTS and token not in groups:
            groups[token] = len(groups) + 1
        elif token.startswith("%") and token not in CLOCK:
            remedy = f"on this source use only {', '.join((*PARTS, *CLOCK))}"
            raise DataError([Fault(f"has {token}, which is not read here", remedy, key="format.date_format")])
        pattern += PARTS.get(token) or CLOCK.get(token) or re.escape(token)
    if len(groups) < len(PARTS):
        raise DataError([Fault("lacks the year, the month or the day", "name %Y, %m and %d", key="format.date_format")])
    return f"^{pattern}$", groups


def parse_written_day(text: ir.StringValue, date_format: str) -> ir.DateValue:
    """Return the day that a text states; null where it states none, or one that the calendar does not have."""
    pattern, groups = day_pattern(date_format)
    written = text.re_search(pattern)
    year, month, day = (_number(text, written, pattern, groups[part]) for part in ("%Y", "%m", "%d"))
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = ibis.cases(
        (month.isin(LONG_MONTHS), 31), (month.isin(SHORT_MONTHS), 30), (month == 2, ibis.ifelse(leap, 29, 28)), else_=0
    )
    exists = written & day.between(1, last) & (year.between(*YEARS) | (year == NO_END))
    return ibis.date(*(ibis.ifelse(exists, part, ibis.null("int64")) for part in (year, month, day)))


def _number(text: ir.StringValue, written: ir.BooleanValue, pattern: str, group: int) -> ir.IntegerValue:
    return ibis.ifelse(written, text.re_extract(pattern, group), ibis.null("string")).cast("int64")
