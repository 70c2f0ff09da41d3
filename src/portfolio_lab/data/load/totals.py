"""Rows of totals among the rows of a table: named as totals are, where a customer's number should stand."""

import json
import re
from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load.report import Finding
from portfolio_lab.data.load.rows import PROBLEM
from portfolio_lab.data.load.rows import VALUE as SHOWN
from portfolio_lab.data.load.tally import find_examples
from portfolio_lab.data.schema import table_spec
from portfolio_lab.data.source.spelling import TOTAL_WORDS

KEY = "customer_id"
MONEY = "decimal(28, 6)"
CENT = 0.005
MIN_ROWS = 2  # of one row the sum is that row


def note_totals(con: Any, tables: Mapping[str, ir.Table], sources: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """Return a finding for each table in which a customer is called as totals are ("TOTAL", "Suma", "Gesamt").

    ``tables`` with their technical columns. Refused where such a row of orders holds the sum of all other rows, else
    noted, for a customer may be called Total. ``sources``: table, our column, the company's expression of it.
    """
    found = []
    for name, table in tables.items():
        usable = table.filter(table[PROBLEM].isnull()) if KEY in table.columns else None
        words = [] if usable is None else _find_words(con, usable)
        if words:
            found.append(_finding(con, name, usable, words, written=sources[name][KEY]))
    return found


def _find_words(con: Any, table: ir.Table) -> list[str]:
    ids = table.select(KEY).distinct()
    named = ids.filter(ids[KEY].strip().lower().re_search(TOTAL_WORDS.pattern))
    return sorted(con.to_pyarrow(named)[KEY].to_pylist())


def _finding(con: Any, name: str, table: ir.Table, words: list[str], *, written: str) -> Finding:
    rows = table.filter(table[KEY].isin(words))
    n = int(con.execute(rows.count()))
    examples = find_examples(con, rows.mutate(**{SHOWN: rows[KEY]}), table_spec(name))
    leave_out = f"data.tables.{name}.where: {_write_condition(written, words)}"
    if "amount" in table.columns and _holds_the_sum(con, table, words):
        problem, remedy = "is a row of totals: its amount is the sum of the others", f"leave it out: {leave_out}"
        return Finding(name, KEY, problem, remedy, "refused", n, examples)
    remedy = f"nothing, if a customer is called so; leave out a row of totals: {leave_out}"
    return Finding(name, KEY, "is called as rows of totals are", remedy, "noted", n, examples)


def _write_condition(written: str, words: list[str]) -> str:
    """Return the condition that leaves these names out, as a text of YAML."""
    bare = written.strip('"')
    column = bare if re.fullmatch("[a-z_][a-z0-9_]*", bare) else written
    listed = ", ".join(f"'{word}'" for word in words)
    return json.dumps(f"{column} NOT IN ({listed})", ensure_ascii=False)


def _holds_the_sum(con: Any, table: ir.Table, words: list[str]) -> bool:
    """Whether the amount of a row with one of these names is the sum of all rows with other names."""
    is_named = table[KEY].isin(words)
    money = table.amount.cast(MONEY)
    others = table.aggregate(n=(~is_named).sum(), total=money.sum(where=~is_named))
    sums: pd.DataFrame = con.execute(others)
    if sums["n"].iloc[0] < MIN_ROWS:
        return False
    total = float(sums["total"].iloc[0])
    named = table.filter(is_named, (table.amount - ibis.literal(total)).abs() < CENT)
    return total != 0 and int(con.execute(named.count())) > 0
