"""What is wrong in rows that were left out for another reason first: nobody should have to mend twice."""

from collections.abc import Iterable
from dataclasses import replace

from portfolio_lab.data.load.mapping import Field, build_where, column_reader, map_columns
from portfolio_lab.data.load.once import read_once
from portfolio_lab.data.load.report import Finding
from portfolio_lab.data.load.rows import build_typed_table
from portfolio_lab.data.load.tally import count_findings, name_declared_format
from portfolio_lab.data.schema import TableSpec, table_spec
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import RawTable, Source


def find_hidden(source: Source, raw: RawTable, settings: DataSettings, *, told: Iterable[Finding]) -> list[Finding]:
    """Return a finding for each problem of a required column that no finding of the table tells.

    A row is counted under its first reason; here each required column is looked at by itself, so that a file with
    unreadable days and unreadable amounts names both. The table is read again for each of them.
    """
    spec = table_spec(raw.name)
    fields, _ = map_columns(spec, raw, settings.table(raw.name), reader=column_reader(raw, settings))
    known = {(finding.column, finding.problem) for finding in told if finding.table == raw.name}
    required = [field for field in fields if not field.column.nullable]
    found = [finding for field in required for finding in _alone(source, raw, settings, field, fields)]
    return [finding for finding in found if (finding.column, finding.problem) not in known]


def has_dropped(findings: Iterable[Finding]) -> bool:
    """Return whether rows were left out, so that their other columns may hide something."""
    return any(finding.severity == "dropped" and finding.column is not None for finding in findings)


def _alone(source: Source, raw: RawTable, settings: DataSettings, field: Field, fields: list[Field]) -> list[Finding]:
    """Return what is wrong in one column, whatever else is wrong in its rows; key columns only name the rows."""
    spec, own = table_spec(raw.name), settings.table(raw.name)
    where, unreadable, _ = build_where(raw, own, reader=column_reader(raw, settings), table=spec.name)
    names = spec.key or ("customer_id", "order_id")
    beside = [other for other in fields if other.column.name in names and other is not field]
    shown = [field, *beside]
    if source.is_remote:
        typed = build_typed_table(_by_columns(spec), raw.expr, shown, where=where, where_unreadable=unreadable)
    else:
        once = replace(raw, name=f"{raw.name}_alone")  # a view of its own: the checked table stands on the other
        read = read_once(source, once, shown, where=where, where_unreadable=unreadable)
        conditions = {"where": read.where, "where_unreadable": read.where_unreadable}
        typed = build_typed_table(_by_columns(spec), read.table, read.fields, **conditions)
    counted = count_findings(source.con, spec, typed, broken=(0, []), find_lines=raw.find_lines)
    own_findings = [
        item for item in counted.findings if item.column == field.column.name and item.severity == "dropped"
    ]
    return [name_declared_format(finding, raw.text_format) for finding in own_findings]


def _by_columns(spec: TableSpec) -> TableSpec:
    """Return a table's contract without the rules that need several of its columns."""
    return replace(spec, interval=None, watched=None, one_of=())
