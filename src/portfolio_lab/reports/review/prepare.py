"""Before any notebook: the data are staged and checked, and the measures that all reports share are computed once."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from portfolio_lab.analysis.abc_classes.fairness import assert_commercial
from portfolio_lab.data.load import LoadReport, Staged, cut_at, open_tables, read_staged, stage_tables
from portfolio_lab.errors import AnalysisError, Fault, RunFileError
from portfolio_lab.measures.attributes import assert_attributes_fit
from portfolio_lab.measures.cache import MeasureCache
from portfolio_lab.measures.customer_months import build_customer_months
from portfolio_lab.measures.order_days import build_order_days
from portfolio_lab.measures.order_sums import add_order_sums
from portfolio_lab.measures.snapshots import build_snapshots
from portfolio_lab.reports.run_file import RunFile
from portfolio_lab.reports.topics.criterion_columns import list_criterion_columns

STAGED_VARIABLE = "PORTFOLIO_LAB_STAGED"
CACHE = ".cache"


@dataclass(frozen=True)
class Prepared:
    """The data of a run, ready for its notebooks: staged tables with their report, and the folder of the measures."""

    staged: Staged
    cache: MeasureCache

    @property
    def report(self) -> LoadReport:
        """What the border counted."""
        return self.staged.report

    @property
    def fingerprint(self) -> str:
        """Changes when the data, their mapping or the code of the border change."""
        return self.staged.report.fingerprint

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables that are there and have rows."""
        return frozenset(self.staged.report.names)


Progress = Callable[[str], None]


def check_review(
    run_file: RunFile, as_of: date, *, reports_dir: Path | None = None, progress: Progress = lambda text: None
) -> Prepared:
    """Return the data of a run, staged and checked; nothing is computed from them.

    Raises DataError with every fault of the data, RunFileError for a criterion that the policy rules out.
    """
    folder = cache_folder(run_file, reports_dir)
    staged = stage_tables(
        run_file.data, run_file.policy.data, root=run_file.root, folder=folder / "data", progress=progress
    )
    prepared = Prepared(staged, _cache(folder, staged, run_file))
    refuse_forbidden_columns(run_file, prepared)
    if prepared.tables & {"customers", "attributes"}:
        assert_attributes_fit(cut_at(open_tables(staged), as_of))
    return prepared


def prepare_review(
    run_file: RunFile, as_of: date, *, reports_dir: Path | None = None, progress: Progress = lambda text: None
) -> Prepared:
    """Return the data of a run, staged, checked and with the shared measures computed; raises as ``check_review``."""
    prepared = check_review(run_file, as_of, reports_dir=reports_dir, progress=progress)
    if "orders" in prepared.tables:
        progress("computing the shared measures")
        tables = cache(lambda: open_for_measures(prepared))  # not opened at all where every measure is there
        for build, options in shared_measures(run_file):
            prepared.cache.get(build, lambda at: cut_at(tables(), at), as_of=as_of, options=options)
    return prepared


def open_for_measures(prepared: Prepared) -> dict[str, ir.Table]:
    """Return the tables of a run, not cut yet, with what the measures of all its days are made of."""
    return add_order_sums(open_tables(prepared.staged), cache=prepared.cache)


def refuse_forbidden_columns(run_file: RunFile, prepared: Prepared) -> None:
    """Raise RunFileError when customers would be ranked by a column that the policy rules out."""
    orders = prepared.report.table("orders")
    if orders is None:
        return
    where = run_file.data.table("orders").where
    columns = list_criterion_columns(orders.columns, criterion=run_file.policy.abc.criterion, where=where)
    try:
        assert_commercial(columns, forbidden=run_file.policy.abc.forbidden_columns)
    except AnalysisError as error:
        at = {"file": run_file.path.name, "key": "data.tables.orders", "value": str(error.value)}
        raise RunFileError([Fault(error.problem, error.remedy, **at)]) from error


def reopen(run_file: RunFile) -> Prepared:
    """Return the data as the runner prepared them, or prepare them where no runner did (in JupyterLab)."""
    if STAGED_VARIABLE not in os.environ:
        folder = cache_folder(run_file, None)
        staged = stage_tables(run_file.data, run_file.policy.data, root=run_file.root, folder=folder / "data")
        return Prepared(staged, _cache(folder, staged, run_file))
    folder = Path(os.environ[STAGED_VARIABLE])
    staged = read_staged(folder, run_file.data, root=run_file.root)
    return Prepared(staged, _cache(staged.folder.parents[1], staged, run_file))


def shared_measures(run_file: RunFile) -> list[tuple[Callable[..., Any], dict[str, Any]]]:
    """Return the measures that every report may ask for, with the options that the policy gives them."""
    window = {"window_months": run_file.policy.abc.window_months}
    return [(build_snapshots, window), (build_order_days, {}), (build_customer_months, {})]


def cache_folder(run_file: RunFile, reports_dir: Path | None) -> Path:
    """Return the folder of a run's staged data and measures: below its reports."""
    return (reports_dir or run_file.root / "reports") / run_file.run / CACHE


def _cache(folder: Path, staged: Staged, run_file: RunFile) -> MeasureCache:
    return MeasureCache(folder / "measures", fingerprint=staged.report.fingerprint)
