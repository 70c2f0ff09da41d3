"""Texts that look alike and are not the same: accents written in two ways, and marks that nobody can see."""

import re
import unicodedata
from string import whitespace

import ibis
import ibis.expr.types as ir

from portfolio_lab.data.source.engines import Engine

# soft hyphen, joiners, marks of direction, byte order mark …: nothing of them is seen
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
BLANKS = " \t\n\r\\x0b\\x0c\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BLANK = {ord(one): " " for one in whitespace} | dict.fromkeys(
    (0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000), " "
)
_GONE = dict.fromkeys(
    (0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065),
     *range(0x2066, 0x206A), *range(0xFE00, 0xFE10), 0xFEFF)
)  # fmt: skip
# what stands in the place of a name in a row of totals, also after .lower() on an engine
TOTAL_WORDS = re.compile(
    r"^(grand|sub|net|overall|suma|importe|resultado)?[ -]?(total|totals|totales|sum|summe|gesamt|gesamtsumme"
    r"|gesamtergebnis|insgesamt|endsumme|zwischensumme|totale|totaal|suma|somme"
    r"|subtotal)( general| général| geral| generale)?\s*:?$",
    re.IGNORECASE,
)


@ibis.udf.scalar.builtin(name="nfc_normalize")
def duckdb_composed(text: str) -> str:
    """DuckDB's own: accents and letters as one sign each."""


@ibis.udf.scalar.builtin(name="normalize")
def postgres_composed(text: str) -> str:
    """PostgreSQL's own: the same."""


@ibis.udf.scalar.python
def spark_composed(text: str) -> str:
    """Spark has none of its own: Python's, in its workers."""
    from unicodedata import normalize

    return None if text is None else normalize("NFC", text)


_COMPOSED = {"duckdb": duckdb_composed, "postgres": postgres_composed, "spark": spark_composed}


def without_unseen(text: ir.StringValue) -> ir.StringValue:
    """Return a text without marks that nobody can see, every run of blanks, of whatever kind, as one blank."""
    return text.re_replace(f"[{INVISIBLE}]+", "").re_replace(f"[{BLANKS}]+", " ").re_replace("^ | $", "")


def in_one_spelling(text: ir.StringValue, *, engine: Engine) -> ir.StringValue:
    """Return a text as all that look like it are written: without what is unseen, accents composed (Unicode NFC)."""
    return _COMPOSED[engine](without_unseen(text)).nullif("")


def spelt(text: str) -> str:
    """Return what ``in_one_spelling`` makes of one text; an empty text stays empty."""
    parts = text.translate(_GONE).translate(_BLANK).split(" ")
    return unicodedata.normalize("NFC", " ".join(part for part in parts if part))
