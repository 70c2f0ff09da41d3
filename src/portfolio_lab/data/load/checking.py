"""One table after the other: typed, checked; then all against each other."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load.across import mark_repeated, note_across, summarise_orders
from portfolio_lab.data.load.alike import note_alike
from portfolio_lab.data.load.mapping import Field, build_where, column_reader, map_columns
from portfolio_lab.data.load.once import read_once
from portfolio_lab.data.load.repeats import count_repeated, doubled_days, mark_second_load
from portfolio_lab.data.load.report import Finding, LoadReport, OrdersSummary, TableReport
from portfolio_lab.data.load.rows import PROBLEM, TECHNICAL, build_typed_table
from portfolio_lab.data.load.set_aside import set_aside_finding
from portfolio_lab.data.load.tally import count_findings, in_lines, name_declared_format
from portfolio_lab.data.load.totals import note_totals
from portfolio_lab.data.schema import CONTRACTS, TableSpec, table_spec
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import RawTable, Source
from portfolio_lab.errors import DataError, Fault


@dataclass(frozen=True)
class Checked:
    """The tables with their technical columns, by name, what was counted, and what the engine could not read of them.

    With a fault the run is refused: the report then covers the tables that could be read.
    """

    tables: dict[str, ir.Table]
    report: LoadReport
    faults: tuple[Fault, ...] = ()


@dataclass
class _Seen:
    """What was seen of the tables so far, one after the other."""

    tables: dict[str, ir.Table] = field(default_factory=dict)
    reports: list[TableReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    written: dict[str, dict[str, str]] = field(default_factory=dict)
    days: list[date] = field(default_factory=list)
    orders: OrdersSummary | None = None
    control: tuple[dict[str, Any], ...] = ()

    @property
    def kept(self) -> dict[str, ir.Table]:
        """The usable rows of each table that has some."""
        return {one.table: keep_usable(self.tables[one.table]) for one in self.reports if one.n_kept}


def check_tables(
    source: Source,
    raws: dict[str, RawTable],
    settings: DataSettings,
    *,
    folder: Path,
    fingerprint: str,
    progress: Callable[[str], None],
) -> Checked:
    """Return every table typed and checked; those of files are written to ``folder`` as Parquet on the way.

    A table may lack columns (the run is refused then): what can be said without them is said.
    """
    seen = _Seen()
    for name, raw in raws.items():
        progress(f"reading {name} from {raw.label}")
        try:
            _look_at(source, raw, settings, seen, folder=folder)
        except DataError as error:
            seen.faults += [replace(fault, table=fault.table or name) for fault in error.faults]
    progress("checking the tables against each other")
    try:
        _look_across(source, raws, settings, seen)
    except DataError as error:
        seen.faults += error.faults
    report = LoadReport(
        source=source.label,
        fingerprint=fingerprint,
        tables=tuple(seen.reports),
        findings=tuple(seen.findings),
        orders=seen.orders,
        missing_tables=tuple(name for name in CONTRACTS if name not in seen.kept and not table_spec(name).stands_alone),
        unused=source.unused,
        control_totals=seen.control,
        is_live=source.is_remote,
        days_loaded_twice=tuple(day.isoformat() for day in seen.days),
    )
    return Checked(seen.tables, report, tuple(dict.fromkeys(seen.faults)))


def _look_at(source: Source, raw: RawTable, settings: DataSettings, seen: _Seen, *, folder: Path) -> None:
    """Look at one table by itself."""
    checked, fields = type_table(source, raw, settings, folder=folder)
    if raw.name == "orders" and settings.table("orders").loaded_twice and _is_whole(checked, "orders"):
        seen.days = doubled_days(count_repeated(source.con, keep_usable(checked)))
        checked = _counted_once(source, raw.name, checked, seen.days, folder=folder)
    report, found = _count(source, raw, checked, fields, settings)
    seen.tables[raw.name] = checked
    seen.written[raw.name] = {field.column.name: _as_expression(field, raw) for field in fields}
    seen.reports.append(report)
    seen.findings += found


def _look_across(source: Source, raws: dict[str, RawTable], settings: DataSettings, seen: _Seen) -> None:
    """Look at the tables against each other, and at the orders as a whole."""
    con, kept = source.con, seen.kept
    repeated = _count_repeated(con, kept)
    seen.findings += note_alike(con, kept, seen.written)
    across = note_across(con, kept, checked=seen.tables, repeated=repeated)
    across += note_totals(con, {name: seen.tables[name] for name in kept}, seen.written)
    for noted in across:
        seen.findings += in_lines(con, seen.tables[noted.table], [noted], raws[noted.table].find_lines)
    if repeated is not None:
        totals, lines = settings.control_totals, seen.tables["orders"]
        seen.orders, seen.control = summarise_orders(con, kept, totals, checked=lines, repeated=repeated)


def _count_repeated(con: Any, kept: dict[str, ir.Table]) -> pd.DataFrame | None:
    """Count equal lines of orders, by day; of orders that lack a column nothing can be said of whole lines."""
    orders = kept.get("orders")
    return count_repeated(con, orders) if orders is not None and _is_whole(orders, "orders") else None


def _is_whole(table: ir.Table, name: str) -> bool:
    """Whether a table has every column that it cannot do without."""
    return set(table_spec(name).required) <= set(table.columns)


def type_table(source: Source, raw: RawTable, settings: DataSettings, *, folder: Path) -> tuple[ir.Table, list[Field]]:
    """Return a typed table with marks on the rows that cannot be used, and the fields it was made of."""
    spec, own, reader = table_spec(raw.name), settings.table(raw.name), column_reader(raw, settings)
    fields, _ = map_columns(spec, raw, own, reader=reader)
    where, unreadable, _ = build_where(raw, own, reader=reader, table=spec.name)
    if source.is_remote:
        typed = build_typed_table(spec, raw.expr, fields, where=where, where_unreadable=unreadable)
        return mark_repeated(spec, typed, has_rows=False), fields
    read = read_once(source, raw, fields, where=where, where_unreadable=unreadable)
    typed = build_typed_table(spec, read.table, read.fields, where=read.where, where_unreadable=read.where_unreadable)
    return _written(source, spec, typed, has_rows=raw.has_rows, path=folder / f"{raw.name}.parquet"), fields


def _counted_once(source: Source, name: str, checked: ir.Table, days: list[date], *, folder: Path) -> ir.Table:
    """Return the table with what a second load brought marked; that of files is written again."""
    if not days or source.is_remote:
        return mark_second_load(checked, days) if days else checked
    path, again = folder / f"{name}.parquet", folder / f"{name}.once.parquet"
    mark_second_load(checked, days).to_parquet(str(again))
    again.replace(path)
    return source.con.read_parquet(str(path))


def keep_usable(table: ir.Table) -> ir.Table:
    """Return a checked table without unusable rows and technical columns."""
    return table.filter(table[PROBLEM].isnull()).drop(*TECHNICAL)


def _written(source: Source, spec: TableSpec, typed: ir.Table, *, has_rows: bool, path: Path) -> ir.Table:
    """Write a typed table once; only a table in which something repeats is written a second time, with its marks."""
    typed.to_parquet(str(path))
    table = source.con.read_parquet(str(path))
    marked = mark_repeated(spec, table, has_rows=has_rows)
    if marked is table or source.con.execute(marked[PROBLEM].count()) == source.con.execute(table[PROBLEM].count()):
        return table
    beside = path.with_suffix(".marked")
    marked.to_parquet(str(beside))
    beside.replace(path)
    return source.con.read_parquet(str(path))


def _as_expression(field: Field, raw: RawTable) -> str:
    """Return what a field is read from as an expression: a column's name in double quotes."""
    return '"' + field.source.replace('"', '""') + '"' if field.source in raw.columns else field.source


def _count(
    source: Source, raw: RawTable, checked: ir.Table, fields: list[Field], settings: DataSettings
) -> tuple[TableReport, list[Finding]]:
    spec, own = table_spec(raw.name), settings.table(raw.name)
    counted = count_findings(source.con, spec, checked, broken=source.rejected(raw), find_lines=raw.find_lines)
    findings = [name_declared_format(finding, raw.text_format) for finding in counted.findings]
    findings += set_aside_finding(raw.name, counted.n_aside, own.where)
    there = {field.column.name for field in fields}
    used = " ".join(field.source for field in fields)
    report = TableReport(
        table=raw.name,
        label=raw.label,
        n_read=counted.n_read,
        n_kept=counted.n_kept,
        columns={field.column.name: field.source for field in fields},
        absent=tuple(column.name for column in spec.columns if column.name not in there),
        ignored=tuple(name for name in raw.columns if name not in used),
        notes=raw.notes,
        n_set_aside=counted.n_aside,
        set_aside_amount=counted.aside_amount,
    )
    return report, findings
