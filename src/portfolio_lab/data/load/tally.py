"""Counting what was found in the rows of a table, with examples, and writing the rejected rows for correction."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load.report import MAX_EXAMPLES, Example, Finding, LoadReport
from portfolio_lab.data.load.rows import EMPTIED, PROBLEM, REWRITTEN, VALUE
from portfolio_lab.data.load.set_aside import is_faulty, is_set_aside
from portfolio_lab.data.load.words import in_words
from portfolio_lab.data.schema import TableSpec, table_spec
from portfolio_lab.data.settings import Format
from portfolio_lab.data.source import FILE, ROW, FindLines, RejectedLine


@dataclass(frozen=True)
class Counted:
    """What was counted in one checked table: rows that could be meant, kept, set aside with the sum of their amounts.

    ``n_read`` holds no row that was set aside; ``aside_amount`` is in currency units, for order lines only.
    """

    findings: list[Finding]
    n_read: int
    n_kept: int
    n_aside: int
    aside_amount: float | None


def count_findings(
    con: Any,
    spec: TableSpec,
    table: ir.Table,
    *,
    broken: tuple[int, list[RejectedLine]],
    find_lines: FindLines | None = None,
) -> Counted:
    """Return the findings of one checked table and its rows in numbers; ``broken`` lines count as read.

    ``find_lines`` says in which lines of text files the examples begin.
    """
    row = con.execute(_totals(spec, table)).iloc[0]
    n, n_bad, n_aside = int(row["n"]), int(row["n_bad"]), int(row["n_aside"])
    findings = _dropped(con, spec, table) if n_bad else []
    findings += _emptied(con, spec, table) if int(row["n_emptied"]) else []
    findings = in_lines(con, table, findings, find_lines)
    if broken[0]:
        findings.insert(0, _broken_lines(spec, *broken))
    amount = round(float(row["aside_amount"]), 2) if "aside_amount" in row.index and n_aside else None
    return Counted(findings, n - n_aside + broken[0], n - n_aside - n_bad, n_aside, amount)


def name_declared_format(finding: Finding, text_format: Format) -> Finding:
    """Return a finding on days with the format that the run file declares, where it declares one."""
    if finding.problem != in_words("not_a_day")[0] or not text_format.date_format:
        return finding
    value = next((example.value for example in finding.examples if example.value), None)
    declared = f"the declared format.date_format {text_format.date_format!r}"
    unfit = f"{value!r} does not fit {declared}" if value else f"it does not fit {declared}"
    return replace(finding, remedy=f"{unfit}: correct that format, or the value")


def write_rejected(
    con: Any,
    checked: Mapping[str, ir.Table],
    report: LoadReport,
    folder: Path,
    *,
    find_lines: Mapping[str, FindLines | None],
    broken: Mapping[str, Sequence[RejectedLine]],
) -> None:
    """Write ``rejected_<table>.csv`` for each table with rows left out: file, row, column, value, problem, remedy.

    ``find_lines`` has for each table of text files what says in which lines its rows begin, ``broken`` the lines that
    could not be taken apart.
    """
    for table in {finding.table for finding in report.findings if finding.severity == "dropped"}:
        own = [item for item in report.findings if item.table == table and item.severity == "dropped"]
        with (folder / f"rejected_{table}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(["file", "row", "key", "column", "value", "problem", "remedy"])
            writer.writerows([_harmless(value) for value in row] for row in _broken_rows(own, broken.get(table, ())))
            for row in _rejected_rows(con, checked[table], own, find_lines.get(table)):
                writer.writerow([_harmless(value) for value in row])


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _totals(spec: TableSpec, table: ir.Table) -> ir.Table:
    aside = is_set_aside(table)
    amount = {}
    if spec.name == "orders" and "amount" in table.columns:
        amount = {"aside_amount": table.amount.cast("float64").sum(where=aside).fill_null(ibis.literal(0.0))}
    return table.aggregate(
        n=table.count(),
        n_bad=table.count(where=is_faulty(table)),
        n_aside=table.count(where=aside),
        n_emptied=table[EMPTIED].count(),
        **amount,
    )


def _dropped(con: Any, spec: TableSpec, table: ir.Table) -> list[Finding]:
    counts = con.execute(table.filter(is_faulty(table)).group_by(PROBLEM).aggregate(n=lambda t: t.count()))
    found = []
    for code, n in sorted(zip(counts[PROBLEM], counts["n"], strict=True)):
        column, _, reason = code.partition("|")
        examples = find_examples(con, table.filter(table[PROBLEM] == code), spec)
        found.append(_finding(spec, column, reason, "dropped", int(n), examples))
    return found


def _emptied(con: Any, spec: TableSpec, table: ir.Table) -> list[Finding]:
    """Return what was taken as empty or read otherwise than it was written, for each column and reason."""
    own = table.filter(table[EMPTIED].notnull() & table[PROBLEM].isnull())
    listed = con.execute(own.group_by(EMPTIED).aggregate(n=own.count()))
    counts: Counter[str] = Counter()
    for codes, n in zip(listed[EMPTIED], listed["n"], strict=True):
        counts.update({code: int(n) for code in codes.split(";") if code})
    found = []
    for code in sorted(counts):
        column, _, reason = code.partition("|")
        examples = find_examples(con, own.filter(own[EMPTIED].contains(f"{code};")), spec)
        severity = "noted" if reason == REWRITTEN else "emptied"
        found.append(_finding(spec, column, reason, severity, counts[code], examples))
    return found


def _finding(
    spec: TableSpec, column: str, reason: str, severity: Any, n: int, examples: tuple[Example, ...]
) -> Finding:
    contract = spec.column(column)
    problem, remedy = in_words(reason, contract.choices if contract else ())
    return Finding(spec.name, column, problem, remedy, severity, n, examples)


def find_examples(con: Any, rows: ir.Table, spec: TableSpec) -> tuple[Example, ...]:
    """Return the place, key and ``__value__`` of the first rows of a checked table, in the order of their files."""
    shown = _with_key(rows, spec).order_by(FILE, ROW).limit(MAX_EXAMPLES).select(FILE, ROW, VALUE, "__key__")
    return tuple(_example(row) for row in con.execute(shown).to_dict("records"))


def _with_key(rows: ir.Table, spec: TableSpec) -> ir.Table:
    """Add what names a row to its owner: its key, else customer and order."""
    names = [name for name in (spec.key or ("customer_id", "order_id")) if name in rows.columns]
    parts = [rows[name].cast("string") for name in names]
    return rows.mutate(__key__=ibis.literal(" / ").join(parts) if parts else ibis.null("string"))


def _example(row: dict[str, Any]) -> Example:
    plain = {key: None if pd.isna(value) else value for key, value in row.items()}
    number = plain[ROW]
    return Example(plain[FILE], None if number is None else int(number), plain.get("__key__") or None, plain[VALUE])


def in_lines(con: Any, table: ir.Table, findings: list[Finding], find_lines: FindLines | None) -> list[Finding]:
    """Return findings on a checked table whose examples name lines of their files in place of numbers of rows."""
    if find_lines is None or not findings:
        return findings
    places = [(example.file, example.row) for finding in findings for example in finding.examples]
    lines = _lines(con, table, places, find_lines)
    return [
        replace(finding, examples=tuple(replace(one, row=lines[one.file, one.row]) for one in finding.examples))
        for finding in findings
    ]


def _lines(
    con: Any, table: ir.Table, places: Iterable[tuple[str, int]], find_lines: FindLines
) -> dict[tuple[str, int], int]:
    rows = con.execute(table.group_by(FILE).aggregate(n=table.count()))
    counted = dict(zip(rows[FILE], rows["n"], strict=True))
    wanted: dict[str, list[int]] = {}
    for file, number in places:
        wanted.setdefault(file, []).append(int(number))
    found = {file: find_lines(file, int(counted[file]), numbers) for file, numbers in wanted.items()}
    return {(file, number): found[file].get(number, number) for file, numbers in wanted.items() for number in numbers}


def _broken_lines(spec: TableSpec, n: int, lines: list[RejectedLine]) -> Finding:
    problem, remedy = in_words("broken_line")
    examples = tuple(Example(line.file, line.row, None, line.text[:200]) for line in lines[:MAX_EXAMPLES])
    return Finding(spec.name, None, problem, remedy, "dropped", n, examples)


def _broken_rows(findings: list[Finding], lines: Sequence[RejectedLine]) -> list[list[Any]]:
    """Return one row for each line that could not be taken apart, all of them, not only the examples."""
    told = next((finding for finding in findings if finding.column is None), None)
    return [[line.file, line.row, None, "", line.text[:200], told.problem, told.remedy] for line in lines if told]


def _rejected_rows(con: Any, table: ir.Table, findings: list[Finding], find_lines: FindLines | None) -> list[list[Any]]:
    """Return one row for each row left out, all of them, not only the examples."""
    spec = table_spec(findings[0].table)
    rows: list[list[Any]] = []
    remedies = {(finding.column, finding.problem): finding.remedy for finding in findings}
    bad = table.filter(is_faulty(table))
    frame = con.execute(_with_key(bad, spec).select(FILE, ROW, VALUE, PROBLEM, "__key__").order_by(FILE, ROW))
    places = zip(frame[FILE], frame[ROW], strict=True)
    lines = _lines(con, table, places, find_lines) if find_lines and len(frame) else {}
    for row in frame.to_dict("records"):
        row[ROW] = lines.get((row[FILE], row[ROW]), row[ROW])
        column, _, code = row[PROBLEM].partition("|")
        example, (problem, remedy) = _example(row), in_words(code)
        told = remedies.get((column, problem), remedy)
        rows.append([example.file, example.row, example.key, column, example.value, problem, told])
    return rows
