"""From a source to staged tables: typed once, checked once, kept as Parquet under a fingerprint of the data."""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from portfolio_lab.data.load.checking import check_tables, keep_usable, type_table
from portfolio_lab.data.load.found import Found, find_raw_tables
from portfolio_lab.data.load.hidden import find_hidden, has_dropped
from portfolio_lab.data.load.refusal import refuse
from portfolio_lab.data.load.repeats import mark_second_load
from portfolio_lab.data.load.report import LoadReport, read_load_report
from portfolio_lab.data.load.seen import recall, remember, seen_key
from portfolio_lab.data.load.tally import write_rejected
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import RawTable, Source, open_source, open_staged
from portfolio_lab.errors import DataError, Fault
from portfolio_lab.policy import DataPolicy

REPORT = "load_report.json"
REFUSED = "refused"
KEPT_STATES = 3
UNFINISHED_SECONDS = 6 * 3600

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Staged:
    """One state of the data, checked: the folder of its Parquet files, and its report.

    Tables on a server stay there: the folder holds the report alone, and ``settings`` say how to reach them.
    """

    folder: Path
    report: LoadReport
    settings: DataSettings
    root: Path


def stage_tables(
    settings: DataSettings,
    policy: DataPolicy,
    *,
    root: Path,
    folder: Path,
    progress: Progress = lambda text: None,
) -> Staged:
    """Return the company's tables, read, renamed, cast and checked; taken from ``folder`` if nothing changed.

    Raises DataError with every fault found in one pass: a source that is not there, missing columns, expressions that
    are not allowed, more unusable rows than ``policy.max_drop_share``.
    """
    rules = _rules(settings, policy)
    key = seen_key(settings, root=root, more=rules)
    known = recall(folder, key)
    report = _already_staged(folder / known) if known else None
    if report is not None:
        return Staged(folder / report.fingerprint, report, settings, root)
    source = open_source(settings, root=root)
    try:
        found = find_raw_tables(source, settings)
        target = folder / (REFUSED if found.faults else _fingerprint(rules, found.tables))
        report = _already_staged(target) or _stage(source, settings, policy, found, target, progress)
    finally:
        source.close()
    if key == seen_key(settings, root=root, more=rules):  # else something changed while it was read
        remember(folder, key, report.fingerprint)
    return Staged(target, report, settings, root)


def read_staged(folder: Path, settings: DataSettings, *, root: Path) -> Staged:
    """Return the staged tables in a folder that ``stage_tables`` made; DataError if they are not whole."""
    report = _already_staged(folder)
    if report is None:
        raise DataError([Fault("the staged tables are not whole", "run the review again", file=folder.name)])
    return Staged(folder, report, settings, root)


def open_tables(staged: Staged) -> dict[str, ir.Table]:
    """Return the tables as Ibis tables without technical columns or unusable rows; not yet cut at as_of."""
    names = staged.report.names
    if not staged.report.is_live:
        return {name: keep_usable(table) for name, table in open_staged(staged.folder, names).items()}
    source = open_source(staged.settings, root=staged.root)
    nowhere = Path(tempfile.gettempdir())
    tables = {name: type_table(source, source.raw(name), staged.settings, folder=nowhere)[0] for name in names}
    days = [date.fromisoformat(day) for day in staged.report.days_loaded_twice]
    tables |= {"orders": mark_second_load(tables["orders"], days)} if days else {}
    return {name: keep_usable(table) for name, table in tables.items()}


def _rules(settings: DataSettings, policy: DataPolicy) -> dict[str, Any]:
    """Return what can change the staged tables besides the content: how it is mapped, the drop limit, this code."""
    return {
        "settings": settings.model_dump(mode="json"),
        "policy": policy.model_dump(mode="json"),
        "code": _code_digest(),
    }


def _fingerprint(rules: dict[str, Any], raws: dict[str, RawTable]) -> str:
    parts = {**rules, "content": {name: raw.digest for name, raw in raws.items()}}
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=12).hexdigest()


def _code_digest() -> str:
    package = Path(__file__).parents[1]
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] != "demo":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _already_staged(folder: Path) -> LoadReport | None:
    try:
        report = read_load_report(folder / REPORT)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = report.is_live or all((folder / f"{name}.parquet").is_file() for name in report.names)
    return report if whole else None


def _stage(
    source: Source,
    settings: DataSettings,
    policy: DataPolicy,
    found: Found,
    target: Path,
    progress: Progress,
) -> LoadReport:
    """Write every table beside its place, and move the folder there only once all is well."""
    raws = found.tables
    _sweep_unfinished(target.parent)
    building = target.with_name(f"{target.name}.{os.getpid()}.tmp")  # a name of our own: others may stage the same
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        checked = check_tables(source, raws, settings, folder=building, fingerprint=target.name, progress=progress)
        find_lines = {name: raws[name].find_lines for name in checked.tables}
        broken = {name: source.rejected(raws[name])[1] for name in checked.tables}
        write_rejected(source.con, checked.tables, checked.report, building, find_lines=find_lines, broken=broken)
        faults = [*found.faults, *checked.faults]
        _refuse(source, settings, policy, raws, checked.report, folder=target.parent, faults=faults)
        checked.report.write(building / REPORT)
    except DataError:
        _keep_rejected(building, target.parent)
        raise
    _move(building, target)
    _forget_old_states(target)
    return checked.report


def _refuse(
    source: Source,
    settings: DataSettings,
    policy: DataPolicy,
    raws: dict[str, RawTable],
    report: LoadReport,
    *,
    folder: Path,
    faults: list[Fault],
) -> None:
    """Raise DataError if the data are refused, with what stood hidden behind the first reason of a row."""
    try:
        refuse(report, policy, folder=folder, faults=faults)
    except DataError as refused:
        lost = {finding.table for finding in report.findings if has_dropped([finding])}
        hidden = [_hidden(source, raws[name], settings, report) for name in raws if name in lost]
        raise DataError([*refused.faults, *(fault for found in hidden for fault in found)]) from refused


def _hidden(source: Source, raw: RawTable, settings: DataSettings, report: LoadReport) -> list[Fault]:
    """Return what stood hidden in one table, or why its engine cannot say so."""
    try:
        return [item.fault() for item in find_hidden(source, raw, settings, told=report.findings)]
    except DataError as error:
        return list(error.faults)


def _move(building: Path, target: Path) -> None:
    """Move a finished folder to its place; another process may have put the same content there meanwhile."""
    if _already_staged(target) is None:
        shutil.rmtree(target, ignore_errors=True)
        with suppress(OSError):
            building.rename(target)
    shutil.rmtree(building, ignore_errors=True)


def _keep_rejected(building: Path, parent: Path) -> None:
    """Leave the rejected rows of a refused load beside the cache, so that they can be corrected."""
    for path in building.glob("rejected_*.csv"):
        path.replace(parent / path.name)
    shutil.rmtree(building, ignore_errors=True)


def _sweep_unfinished(folder: Path) -> None:
    """Remove what a killed process left half-written, once nobody can be working on it any more."""
    for path in folder.glob("*.tmp"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > UNFINISHED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _forget_old_states(target: Path) -> None:
    states = [path for path in target.parent.iterdir() if path.is_dir() and (path / REPORT).exists()]
    for path in sorted(states, key=lambda state: state.stat().st_mtime, reverse=True)[KEPT_STATES:]:
        shutil.rmtree(path, ignore_errors=True)
