"""Identifiers that look alike and are not the same: one customer, written in two ways, would count as two."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from portfolio_lab.data.load.report import Example, Finding
from portfolio_lab.data.source.spelling import spelt, without_unseen

# What is compared with each other: the columns that hold the same identifiers, in whichever table.
KEYS: tuple[tuple[str, ...], ...] = (
    ("customer_id", "referred_by"),
    ("salesperson_id", "manager_id", "director_id"),
    ("product_id",),
    ("plan_id",),
    ("portfolio_id",),
    ("sales_channel",),
    ("channel",),
    ("segment",),
    ("region",),
    ("team",),
    ("family",),
    ("arm",),
)
ASCII_ONLY = "^[ -~]*$"
MOST_EXAMPLES = 1_000
CHUNK = 1 << 16
UNSEEN = "look alike, but differ in marks which nobody can see or in how an accent is stored (Unicode)"
CAPITALS = "differ in capital letters only, and count as different"


@dataclass(frozen=True)
class _Place:
    """A column of a table, and the expression over the company's columns that it is read from."""

    table: str
    column: str
    source: str


def note_alike(con: Any, tables: Mapping[str, ir.Table], sources: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """Return a finding for each kind of identifier of which some look alike, over all tables that hold it.

    What differs in unseen marks or in the Unicode form of an accent is refused: nobody means two customers by it. What
    differs in capitals alone is noted, for there are systems that do. ``sources``: table, our column, its expression.
    """
    findings: list[Finding] = []
    for names in KEYS:
        places = [
            _Place(table, name, sources[table][name])
            for name in names
            for table, rows in tables.items()
            if name in rows.columns
        ]
        if places:
            findings += _findings(_suspects(con, tables, places), places)
    return findings


def _suspects(con: Any, tables: Mapping[str, ir.Table], places: Sequence[_Place]) -> pa.Table:
    """Return text, place and rows of what has a neighbour but for capitals and unseen marks, or is not plain ASCII.

    The engine compares what is plain; only the rest comes here, for engines differ in what they know of accents.
    """
    counted = [_counted(tables[place.table], place.column, index) for index, place in enumerate(places)]
    every = counted[0] if len(counted) == 1 else ibis.union(*counted)
    bare = every.mutate(bare=without_unseen(every.text).lower())
    alike = ibis.window(group_by="bare")
    beside = bare.mutate(least=bare.text.min().over(alike), most=bare.text.max().over(alike))
    is_suspect = (beside.least != beside.most) | ~beside.bare.re_search(ASCII_ONLY)
    return con.to_pyarrow(beside.filter(is_suspect).select("text", "place", "n"))


def _counted(table: ir.Table, column: str, index: int) -> ir.Table:
    there = table.filter(table[column].notnull())
    rows = there.group_by(text=there[column]).aggregate(n=there.count())
    return rows.select(text=rows.text, place=ibis.literal(index, "int64"), n=rows.n.cast("int64"))


def _findings(suspects: pa.Table, places: Sequence[_Place]) -> list[Finding]:
    texts = suspects["text"]
    own, form = _hashes(texts, str), _hashes(texts, spelt)
    folded = _hashes(texts, lambda text: spelt(text).lower())
    found = []
    for key, member, is_unseen in ((form, own, True), (folded, form, False)):
        n_members = pd.DataFrame({"key": key, "member": member}).groupby("key")["member"].transform("nunique")
        if (n_members > 1).any():
            found.append(_finding(suspects.filter(pa.array(n_members > 1)), places, is_unseen=is_unseen))
    return found


def _hashes(texts: pa.ChunkedArray, written: Any) -> np.ndarray:
    """Return a hash of each text as it would be written: a few bytes each, however many there are."""
    return np.fromiter((hash(written(text)) for text in _each(texts)), "int64", count=len(texts))


def _each(texts: pa.ChunkedArray) -> Iterator[str]:
    for start in range(0, len(texts), CHUNK):
        yield from texts.slice(start, CHUNK).to_pylist()


def _finding(alike: pa.Table, places: Sequence[_Place], *, is_unseen: bool) -> Finding:
    """Return the finding on the texts of these rows, at the last of the places where one of them first stands."""
    frame = alike.to_pandas()
    first = frame.groupby("text")["place"].min()
    place = places[int(first.max())]
    n = int(frame.loc[frame["place"] == first.max(), "n"].sum())
    problem = f"holds {len(first):,} spellings that {UNSEEN if is_unseen else CAPITALS}"
    severity = "refused" if is_unseen else "noted"
    remedy = _remedy(places, is_unseen=is_unseen)
    return Finding(place.table, place.column, problem, remedy, severity, n, _examples(sorted(first.index), is_unseen))


def _examples(texts: list[str], is_unseen: bool) -> tuple[Example, ...]:
    groups: dict[str, list[str]] = {}
    for text in texts:
        groups.setdefault(spelt(text) if is_unseen else spelt(text).lower(), []).append(_shown(text))
    return tuple(Example(key=", ".join(shown)) for shown in [*groups.values()][:MOST_EXAMPLES])


def _shown(text: str) -> str:
    """Return a text with the code of each sign in it that cannot be told by looking."""
    return "".join(
        f"<U+{ord(sign):04X}>" if sign != " " and unicodedata.category(sign)[0] in "MCZ" else sign for sign in text
    )


def _remedy(places: Sequence[_Place], *, is_unseen: bool) -> str:
    function = "NORMALIZE" if is_unseen else "UPPER"
    lines = [f"{place.column}: {_as_yaml(f'{function}({place.source})')} ({place.table})" for place in places]
    map_them = f"under data.tables.<table>.columns: {', '.join(lines)}"
    return f"read them in one spelling, {map_them}" if is_unseen else f"nothing, if they are different; else {map_them}"


def _as_yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if re.search(": | #", text) else text
