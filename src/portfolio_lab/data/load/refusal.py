"""When the data are refused: too many rows that cannot be used, or nothing left to report on."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from portfolio_lab.data.load.report import LoadReport, TableReport
from portfolio_lab.data.schema import table_spec
from portfolio_lab.errors import DataError, Fault
from portfolio_lab.policy import DataPolicy

BESIDES = ", which alone would not refuse the run"


def refuse(report: LoadReport, policy: DataPolicy, *, folder: Path, faults: Iterable[Fault] = ()) -> None:
    """Raise DataError if a finding forbids the run, a table lost too many rows, or a needed table has none.

    ``folder`` is where the files of the rejected rows can be found. ``faults``: what refuses the run already; all is
    then told together.
    """
    faults = [*faults, *(finding.fault() for finding in report.findings if finding.severity == "refused")]
    for table in report.tables:
        is_chained = table_spec(table.table).every_row_counts
        faults += _any(table, report) if is_chained else _too_many(table, report, policy, folder)
    told = {fault.table for fault in faults}
    faults += [fault for fault in _nothing_to_report_on(report) if not {fault.table, "orders"} & told]
    if faults:
        raise DataError([*faults, *_besides(report, faults)])


def _besides(report: LoadReport, faults: list[Fault]) -> list[Fault]:
    """Return what else was found, so that it can be corrected in the same pass: by itself it would not refuse."""
    found = [finding.fault() for finding in report.findings if finding.severity in ("dropped", "emptied", "noted")]
    return [replace(fault, problem=f"{fault.problem}{BESIDES}") for fault in found if fault not in faults]


def _nothing_to_report_on(report: LoadReport) -> list[Fault]:
    """Orders without rows are refused; so are, in a run without orders, finished tables of which none has a row."""
    orders = report.table("orders")
    needed = [table for table in report.tables if table_spec(table.table).stands_alone] if orders is None else [orders]
    if any(table.n_kept for table in needed):
        return []
    return [fault for table in needed for fault in _without_rows(table, report)]


def _without_rows(table: TableReport, report: LoadReport) -> list[Fault]:
    there = {"file": table.label, "table": table.table}
    if table.n_read:
        own = [item.fault() for item in report.findings if item.table == table.table and item.severity == "dropped"]
        problem = f"has no rows that can be used, of {table.n_read:,}"
        return [Fault(problem, "correct what is listed", **there, n=table.n_read), *own]
    if table.n_set_aside:
        problem = f"all {table.n_set_aside:,} rows are set aside by the run file's own condition"
        return [Fault(problem, f"correct data.tables.{table.table}.where", **there, n=table.n_set_aside)]
    return [Fault("has no rows", "export it again with its rows", **there)]


def _any(table: TableReport, report: LoadReport) -> list[Fault]:
    """Each row stands on the one before, so none may be left out and no value taken as empty."""
    own = [item for item in report.findings if item.table == table.table]
    return [item.fault() for item in own if item.severity in ("dropped", "emptied")]


def _too_many(table: TableReport, report: LoadReport, policy: DataPolicy, folder: Path) -> list[Fault]:
    own = [item for item in report.findings if item.table == table.table]
    dropped = [item for item in own if item.severity == "dropped"]
    emptied = [item for item in own if item.severity == "emptied" and _share(item.n, table) > policy.max_drop_share]
    if _share(table.n_dropped, table) <= policy.max_drop_share:
        return [item.fault() for item in emptied]
    share = f"{_share(table.n_dropped, table):.1%}"
    problem = (
        f"{table.n_dropped:,} of {table.n_read:,} rows ({share}) cannot be used, more than policy.data.max_drop_share"
    )
    remedy = f"correct what is listed (all of them: {folder / f'rejected_{table.table}.csv'}), or raise the limit"
    summary = Fault(problem, remedy, table=table.table, file=table.label, n=table.n_dropped)
    return [summary, *(item.fault() for item in dropped), *(item.fault() for item in emptied)]


def _share(n: int, table: TableReport) -> float:
    return n / table.n_read if table.n_read else 0.0
