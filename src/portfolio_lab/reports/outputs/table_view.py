"""A table as a reader sees it: the locale's numbers, aligned, with caption, scopes and units in the header."""

import html
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lab.plots.style import MISSING_TEXT, format_date, format_money, format_number, format_share
from portfolio_lab.reports.outputs.context import PageContext
from portfolio_lab.reports.outputs.tables import CODED_COLUMNS, Column, code_labels
from portfolio_lab.reports.safe_text import visible

MAX_ROWS = 50
LEFT_UNITS = ("text", "yes_no", "date")
_ROW = re.compile(r"<tr>")
MUTED_ROW = '<tr class="muted" style="color: var(--muted, #566064); font-style: italic">'
_STUB = re.compile(r"(<th[^>]*\bgt_stub\b[^>]*>)(.*?)(</th>)", re.DOTALL)
SHOWN_UNITS = {"days": "days", "points": "points"}


def render_table(
    frame: pd.DataFrame, columns: tuple[Column, ...], *, table_id: str, title: str, context: PageContext
) -> str:
    """Return the first 50 rows of a flat frame as one HTML table made by great_tables, its style included.

    Without ``columns`` only a paragraph with the title.
    """
    if not columns:
        return f"<p>{html.escape(visible(title))}</p>"
    # imported late: a notebook without tables does not pay for it
    from great_tables import GT

    shown = pd.DataFrame(
        {f"c{i}": show_column(frame[c.name].head(MAX_ROWS), c, context) for i, c in enumerate(columns)}
    )
    heads = [_head(column, context.currency, context.locale) for column in columns]
    aligned = [f"c{i}" for i, column in enumerate(columns) if column.unit not in LEFT_UNITS]
    table = GT(shown, id=f"table-{table_id}", rowname_col="c0").tab_stubhead(label="c0")
    table = table.cols_align("left").cols_align("right", columns=aligned)
    return add_caption(_with_heads(table.as_raw_html(), heads), title)


def show_column(values: pd.Series, column: Column, context: PageContext) -> list[str]:
    """Return the cells of one column as text, all with the same number of digits so that they align."""
    if column.name in CODED_COLUMNS:
        values = code_labels(values).map(_unbroken, na_action="ignore")
    digits = _digits(values, column.unit)
    return [MISSING_TEXT if _is_missing(value) else _cell(value, column.unit, digits, context) for value in values]


def add_caption(table_html: str, title: str) -> str:
    """Return the HTML with a caption as first child of its table."""
    caption = f"<caption>{html.escape(visible(title))}</caption>"
    return re.sub(r"(<table[^>]*>)", lambda tag: tag.group(1) + caption, table_html, count=1)


def link_rows(table_html: str, addresses: Sequence[str]) -> str:
    """Return the HTML with the first cell of each row as a link; addresses are ours, row by row."""
    found = iter(addresses)
    return _STUB.sub(lambda cell: f'{cell[1]}<a href="{html.escape(next(found))}">{cell[2]}</a>{cell[3]}', table_html)


def mute_rows(table_html: str, is_muted: Sequence[bool]) -> str:
    """Return the HTML with the rows of the body that are muted in grey and italics, row by row."""
    head, mark, body = table_html.partition("<tbody")
    found = iter(is_muted)
    return head + mark + _ROW.sub(lambda row: MUTED_ROW if next(found, False) else row[0], body)


def _with_heads(table_html: str, heads: list[str]) -> str:
    # great_tables builds ids out of labels; it is given c0, c1, … so that no word of a customer gets into an id
    for i, head in enumerate(heads):
        table_html = table_html.replace(f">c{i}</th>", f">{head}</th>", 1)
    return table_html


def _head(column: Column, currency: str, locale: str) -> str:
    unit = SHOWN_UNITS.get(column.unit, "")
    if column.unit == "currency":
        unit = format_money(0, currency=currency, locale=locale).replace("0", "").strip() or currency
    label = html.escape(visible(column.label))
    return f'{label} <span class="unit">{html.escape(unit)}</span>' if unit else label


def _digits(values: pd.Series, unit: str) -> int:
    if unit in ("share", "points"):
        return 1
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return 0
    known = values.dropna().astype(float)
    known = known[np.isfinite(known)]
    if unit == "count" or known.empty or (known == known.round()).all():
        return 0
    largest = known.abs().max()
    return 0 if largest >= 1000 else 1 if largest >= 100 and unit != "currency" else 2


def _cell(value: object, unit: str, digits: int, context: PageContext) -> str:
    if isinstance(value, str) or not hasattr(value, "__float__") or unit in LEFT_UNITS:
        return _words(value, context.locale)
    if unit == "share":
        return format_share(value, locale=context.locale, digits=digits)
    shown = value * 100 if unit == "points" else value
    return format_number(shown, locale=context.locale, digits=digits)


def _words(value: object, locale: str) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if hasattr(value, "strftime"):
        return _unbroken(format_date(value, locale=locale, length="medium"))
    return visible(str(value))


def _unbroken(text: str) -> str:
    return text.replace(" ", "\xa0")


def _is_missing(value: object) -> bool:
    return value is None or bool(pd.isna(value)) or (isinstance(value, float) and np.isinf(value))
