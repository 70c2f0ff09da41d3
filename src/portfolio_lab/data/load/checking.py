"""One table after the other: found, mapped, typed, checked; then all against each other."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import ibis.expr.types as ir

from portfolio_lab.data.load.across import mark_repeated, note_across, summarise_orders
from portfolio_lab.data.load.alike import note_alike
from portfolio_lab.data.load.hidden import find_hidden, has_dropped
from portfolio_lab.data.load.mapping import MISSING, Field, build_where, column_reader, map_columns
from portfolio_lab.data.load.once import read_once
from portfolio_lab.data.load.repeats import count_repeated, doubled_days, mark_second_load
from portfolio_lab.data.load.report import Finding, LoadReport, TableReport
from portfolio_lab.data.load.rows import PROBLEM, TECHNICAL, build_typed_table
from portfolio_lab.data.load.set_aside import set_aside_finding
from portfolio_lab.data.load.tally import count_findings, in_lines, name_declared_format
from portfolio_lab.data.load.totals import note_totals
from portfolio_lab.data.schema import CONTRACTS, TableSpec, table_spec
from portfolio_lab.data.settings import DataSettings, TableSettings
from portfolio_lab.data.source import RawTable, Source
from portfolio_lab.data.source.headers import better_delimiter
from portfolio_lab.errors import DataError, Fault


@dataclass(frozen=True)
class Checked:
    """The tables with their technical columns, by name, and what was counted."""

    tables: dict[str, ir.Table]
    report: LoadReport


def find_raw_tables(source: Source, settings: DataSettings) -> dict[str, RawTable]:
    """Return the raw tables of a source.

    Raises DataError with every table that is missing, unreadable or cannot be mapped, and with what is wrong in the
    rows of the others: nobody should have to mend the one to hear of the other.
    """
    raws: dict[str, RawTable] = {}
    faults = [*source.faults, *_nothing_to_report_on(source), *_refuse_counting_once(settings)]
    for name in source.tables:
        try:
            raws[name] = source.raw(name)
        except DataError as error:
            faults += [replace(fault, table=fault.table or name) for fault in error.faults]
    faults += [fault for raw in raws.values() for fault in raw.faults]
    unfit = {name: _mapping_faults(raw, settings) for name, raw in raws.items()}
    faults += [fault for found in unfit.values() for fault in found]
    if faults:
        readable = [raw for name, raw in raws.items() if _rows_can_be_read(unfit[name], settings.table(name))]
        raise DataError([*faults, *_faults_in_rows(source, readable, settings)])
    return raws


def _rows_can_be_read(faults: list[Fault], own: TableSettings) -> bool:
    """Return whether the rows of a table tell of faults of their own: missing columns do not hide them."""
    return all(fault.problem == MISSING for fault in faults) and not (faults and own.where)


def _faults_in_rows(source: Source, raws: list[RawTable], settings: DataSettings) -> list[Fault]:
    """Return what is wrong in the rows of some tables, each looked at by itself."""
    faults: list[Fault] = []
    for raw in raws:
        try:
            table, fields = type_table(source, raw, settings, folder=source.scratch)
            _, findings = _count(source, raw, table, fields, settings)
        except DataError as error:
            faults += error.faults
        else:
            findings += find_hidden(source, raw, settings, told=findings) if has_dropped(findings) else []
            faults += [finding.fault() for finding in findings if finding.severity in ("dropped", "emptied")]
    return faults


def check_tables(
    source: Source,
    raws: dict[str, RawTable],
    settings: DataSettings,
    *,
    folder: Path,
    fingerprint: str,
    progress: Callable[[str], None],
) -> Checked:
    """Return every table typed and checked; those of files are written to ``folder`` as Parquet on the way."""
    checked: dict[str, ir.Table] = {}
    reports: list[TableReport] = []
    written: dict[str, dict[str, str]] = {}
    days: list[date] = []
    findings: list[Finding] = []
    for name, raw in raws.items():
        progress(f"reading {name} from {raw.label}")
        checked[name], fields = type_table(source, raw, settings, folder=folder)
        if settings.table(name).loaded_twice:
            days = doubled_days(count_repeated(source.con, keep_usable(checked[name])))
            checked[name] = _counted_once(source, name, checked[name], days, folder=folder)
        written[name] = {field.column.name: _as_expression(field, raw) for field in fields}
        report, found = _count(source, raw, checked[name], fields, settings)
        reports.append(report)
        findings += found
    progress("checking the tables against each other")
    kept = {report.table: keep_usable(checked[report.table]) for report in reports if report.n_kept}
    repeated = count_repeated(source.con, kept["orders"]) if "orders" in kept else None
    findings += note_alike(source.con, kept, written)
    across = note_across(source.con, kept, checked=checked, repeated=repeated)
    across += note_totals(source.con, {name: checked[name] for name in kept}, written)
    for noted in across:
        findings += in_lines(source.con, checked[noted.table], [noted], raws[noted.table].find_lines)
    orders, control = None, ()
    if repeated is not None:
        totals, lines = settings.control_totals, checked["orders"]
        orders, control = summarise_orders(source.con, kept, totals, checked=lines, repeated=repeated)
    report = LoadReport(
        source=source.label,
        fingerprint=fingerprint,
        tables=tuple(reports),
        findings=tuple(findings),
        orders=orders,
        missing_tables=tuple(name for name in CONTRACTS if name not in kept and not table_spec(name).stands_alone),
        unused=source.unused,
        control_totals=control,
        is_live=source.is_remote,
        days_loaded_twice=tuple(day.isoformat() for day in days),
    )
    return Checked(checked, report)


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


def _nothing_to_report_on(source: Source) -> list[Fault]:
    if source.faults:
        return []
    held = ", ".join((*source.tables, *source.unused)[:20]) or "nothing"
    if not source.tables:
        remedy = f"name the files after our tables, or say which is which under data.tables; the source holds: {held}"
        if source.is_remote:
            remedy = (
                f"say which table is which under data.tables, and let this user read them; the source shows: {held}"
            )
        return [Fault("has none of our tables", remedy, file=source.label)]
    if "orders" in source.tables or any(table_spec(name).stands_alone for name in source.tables):
        return []
    remedy = f"name it: data.tables.orders.table; the source holds: {held}"
    return [Fault("is missing", remedy, table="orders", file=source.label)]


def _refuse_counting_once(settings: DataSettings) -> list[Fault]:
    """Only order lines are looked at for a second load."""
    named = [name for name, own in settings.tables.items() if own.loaded_twice and name != "orders"]
    remedy = "take it away: it is for orders; of other tables with a key the first row of each is kept"
    return [Fault("has no meaning here", remedy, key=f"data.tables.{name}.loaded_twice") for name in named]


def _mapping_faults(raw: RawTable, settings: DataSettings) -> list[Fault]:
    spec, own, reader = table_spec(raw.name), settings.table(raw.name), column_reader(raw, settings)
    _, faults = map_columns(spec, raw, own, reader=reader)
    *_, fault = build_where(raw, own, reader=reader, table=spec.name)
    faults = [*faults, *([fault] if fault else [])]
    mark = better_delimiter(raw.columns, raw.text_format) if faults and raw.rejects_table else None
    return faults if mark is None else [_one_column_only(raw, mark)]


def _one_column_only(raw: RawTable, mark: str) -> Fault:
    """One cause, one fault: read with the wrong delimiter, no column of the file is there under its name."""
    remedy = f"the header seems to be separated by {mark!r}: set format.delimiter: {json.dumps(mark)}"
    problem = "is read as one single column"
    return Fault(problem, remedy, file=raw.label, table=raw.name, key="format.delimiter", value=raw.columns[0][:80])


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
