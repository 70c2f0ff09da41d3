"""From a source to staged tables: typed once, checked once, kept as Parquet under a fingerprint of the data."""

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from portfolio_lab.data.load.across import drop_repeated, note_across, summarise_orders
from portfolio_lab.data.load.mapping import Field, build_where, map_columns
from portfolio_lab.data.load.refusal import refuse
from portfolio_lab.data.load.report import Finding, LoadReport, TableReport, read_load_report
from portfolio_lab.data.load.rows import TECHNICAL, build_typed_table
from portfolio_lab.data.load.tally import count_findings, write_rejected
from portfolio_lab.data.schema import CONTRACTS, TableSpec, table_spec
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import ColumnReader, RawTable, Source, open_source, open_staged
from portfolio_lab.errors import DataError, Fault
from portfolio_lab.policy import DataPolicy

REPORT = "load_report.json"
KEPT_STATES = 3


@dataclass(frozen=True)
class Staged:
    """The tables of one state of the data, typed and checked, as Parquet files in a folder, with their report."""

    folder: Path
    report: LoadReport


def stage_tables(
    settings: DataSettings,
    policy: DataPolicy,
    *,
    root: Path,
    folder: Path,
    progress: Callable[[str], None] = lambda text: None,
) -> Staged:
    """Return the company's tables, read, renamed, cast and checked; taken from ``folder`` if nothing changed.

    Raises DataError with every fault found in one pass: a source that is not there, missing columns, expressions that
    are not allowed, more unusable rows than ``policy.max_drop_share``.
    """
    source = open_source(settings, root=root)
    try:
        raws, faults = _raw_tables(source, settings)
        if faults:
            raise DataError(faults)
        fingerprint = _fingerprint(settings, policy, raws)
        target = folder / fingerprint
        found = _already_staged(target)
        return found or _stage(source, settings, policy, raws, target, progress)
    finally:
        source.close()


def read_staged(folder: Path) -> Staged:
    """Return the staged tables in a folder that ``stage_tables`` made; DataError if they are not whole."""
    found = _already_staged(folder)
    if found is None:
        raise DataError([Fault("the staged tables are not whole", "run the review again", file=folder.name)])
    return found


def open_tables(staged: Staged) -> dict:
    """Return the staged tables as Ibis tables without technical columns or unusable rows; not yet cut at as_of."""
    tables = open_staged(staged.folder, staged.report.names)
    return {name: table.filter(table["__problem__"].isnull()).drop(*TECHNICAL) for name, table in tables.items()}


def _raw_tables(source: Source, settings: DataSettings) -> tuple[dict[str, RawTable], list[Fault]]:
    raws: dict[str, RawTable] = {}
    faults: list[Fault] = []
    if not source.tables:
        faults.append(_nothing_found(source))
    elif "orders" not in source.tables and not any(table_spec(name).stands_alone for name in source.tables):
        remedy = (
            f"name it: data.tables.orders.table; the source holds: {', '.join((*source.tables, *source.unused)[:20])}"
        )
        faults.append(Fault("is missing", remedy, table="orders", file=source.label))
    for name in source.tables:
        try:
            raws[name] = source.raw(name)
        except DataError as error:
            faults += error.faults
    for name, raw in raws.items():
        faults += _mapping_faults(raw, settings, table_spec(name))
    return raws, faults


def _nothing_found(source: Source) -> Fault:
    held = ", ".join(source.unused[:20]) or "nothing"
    remedy = f"name the files after our tables, or say which is which under data.tables; the source holds: {held}"
    return Fault("has none of our tables", remedy, file=source.label)


def _mapping_faults(raw: RawTable, settings: DataSettings, spec: TableSpec) -> list[Fault]:
    reader = ColumnReader(raw.text_format, settings.timezone)
    _, faults = map_columns(spec, raw, settings.table(spec.name), reader=reader)
    *_, fault = build_where(raw, settings.table(spec.name), reader=reader, table=spec.name)
    return [*faults, *([fault] if fault else [])]


def _fingerprint(settings: DataSettings, policy: DataPolicy, raws: dict[str, RawTable]) -> str:
    """Hash what can change the staged tables: the content, how it is mapped, the drop limit, and this code."""
    parts = {
        "settings": settings.model_dump(mode="json"),
        "policy": policy.model_dump(mode="json"),
        "content": {name: raw.digest for name, raw in raws.items()},
        "code": _code_digest(),
    }
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=12).hexdigest()


def _code_digest() -> str:
    package = Path(__file__).parents[1]
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted(package.rglob("*.py")):
        if "demo" not in path.relative_to(package).parts[0]:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _already_staged(folder: Path) -> Staged | None:
    try:
        report = read_load_report(folder / REPORT)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = all((folder / f"{name}.parquet").is_file() for name in report.names)
    return Staged(folder, report) if whole else None


def _stage(
    source: Source,
    settings: DataSettings,
    policy: DataPolicy,
    raws: dict[str, RawTable],
    target: Path,
    progress: Callable[[str], None],
) -> Staged:
    """Write every table beside its place, and move the folder there only once all is well."""
    building = target.with_name(f"{target.name}.tmp")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        report = _fill(source, settings, raws, building, progress)
        write_rejected(source.con, building, report)
        refuse(report, policy)
        report.write(building / REPORT)
    except DataError:
        _keep_rejected(building, target.parent)
        raise
    finally_at = _moved(building, target)
    _forget_old_states(target)
    return Staged(finally_at, report)


def _fill(
    source: Source, settings: DataSettings, raws: dict[str, RawTable], folder: Path, progress: Callable[[str], None]
) -> LoadReport:
    tables, findings = [], []
    for name, raw in raws.items():
        progress(f"reading {name} from {raw.label}")
        table, found = _stage_table(source, raw, settings, folder)
        findings += found
        tables.append(table)
    there = tuple(table for table in tables if table.n_kept)
    names = tuple(table.table for table in there)
    progress("checking the tables against each other")
    findings += note_across(source.con, folder, names)
    orders, control = summarise_orders(source.con, folder, names, settings.control_totals)
    return LoadReport(
        source=source.label,
        fingerprint=folder.name.removesuffix(".tmp"),
        tables=tuple(tables),
        findings=tuple(findings),
        orders=orders,
        missing_tables=tuple(name for name in CONTRACTS if name not in names),
        unused=source.unused,
        control_totals=control,
    )


def _stage_table(
    source: Source, raw: RawTable, settings: DataSettings, folder: Path
) -> tuple[TableReport, list[Finding]]:
    spec, own = table_spec(raw.name), settings.table(raw.name)
    reader = ColumnReader(raw.text_format, settings.timezone)
    fields, _ = map_columns(spec, raw, own, reader=reader)
    where, unreadable, _ = build_where(raw, own, reader=reader, table=spec.name)
    typed = build_typed_table(spec, raw.expr, fields, where=where, where_unreadable=unreadable)
    path = folder / f"{raw.name}.parquet"
    typed.to_parquet(str(path))
    drop_repeated(source.con, spec, path)
    n_broken, broken = source.rejected(raw)
    findings, n_read, n_kept = count_findings(source.con, spec, path, fields, broken=(n_broken, broken))
    report = TableReport(
        table=raw.name,
        label=raw.label,
        n_read=n_read,
        n_kept=n_kept,
        columns={field.column.name: field.source for field in fields},
        absent=tuple(column.name for column in spec.columns if column.name not in {f.column.name for f in fields}),
        ignored=_ignored(raw, fields),
        notes=raw.notes,
    )
    return report, findings


def _ignored(raw: RawTable, fields: list[Field]) -> tuple[str, ...]:
    used = " ".join(field.source for field in fields)
    return tuple(name for name in raw.columns if name not in used)


def _moved(building: Path, target: Path) -> Path:
    """Move a finished folder to its place; another process may have put the same content there meanwhile."""
    if _already_staged(target) is None:
        shutil.rmtree(target, ignore_errors=True)
        with suppress(OSError):
            building.rename(target)
    shutil.rmtree(building, ignore_errors=True)
    return target


def _keep_rejected(building: Path, parent: Path) -> None:
    """Leave the rejected rows of a refused load beside the cache, so that they can be corrected."""
    for path in building.glob("rejected_*.csv"):
        path.replace(parent / path.name)
    shutil.rmtree(building, ignore_errors=True)


def _forget_old_states(target: Path) -> None:
    states = [path for path in target.parent.iterdir() if path.is_dir() and (path / REPORT).exists()]
    for path in sorted(states, key=lambda state: state.stat().st_mtime, reverse=True)[KEPT_STATES:]:
        shutil.rmtree(path, ignore_errors=True)
