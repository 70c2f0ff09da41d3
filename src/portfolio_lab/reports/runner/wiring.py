"""The verbs of the suite, wired to a run; each module is imported when its verb is first called, for a lean start."""

import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio_lab.reports.runner.events import Event, Observer
from portfolio_lab.reports.runner.parts import Parts, PreparedData, Report, Request

if TYPE_CHECKING:
    from portfolio_lab.data.load import LoadReport
    from portfolio_lab.reports.review import Prepared
    from portfolio_lab.reports.run_file import RunFile

CUSTOMER_ROWS = ("examples", "months")
# What every notebook loads with its first lines; never the inline backend itself, which must meet a living kernel.
PRELOAD = ("portfolio_lab.reports.review.opened", "matplotlib.pyplot", "scipy.optimize", "scipy.stats")


def suite_parts(observe: Observer = lambda event: None) -> Parts:
    """Return the verbs of this package; what they tell while they work goes to ``observe``."""
    from portfolio_lab.reports.run_file import dump_run_file

    return Parts(
        prepare=lambda request: prepare_data(request, observe),
        reports=lambda run_file, data: suite_reports(run_file, data.tables),
        dump_run_file=dump_run_file,
        secrets=secrets_of,
        render_report=_render_report,
        render_failure=_render_failure,
        build_review_index=_build_review_index,
        build_archive=_build_archive,
        write_workbook=_write_workbook,
        write_pdf=_write_pdf,
        load_pages=_load_pages,
        preload=PRELOAD,
    )


def checking_parts(observe: Observer = lambda event: None) -> Parts:
    """Return the verbs of this package for one who only wants to know whether a run could begin."""
    return replace(suite_parts(observe), prepare=lambda request: check_data(request, observe))


def prepare_data(request: Request, observe: Observer) -> PreparedData:
    """Stage and check the data of a run and compute what its reports share; raises DataError."""
    from portfolio_lab.reports.review import STAGED_VARIABLE, prepare_review

    prepared = _with_progress(prepare_review, request, observe)
    env = {STAGED_VARIABLE: str(prepared.staged.folder)}
    return PreparedData(prepared.fingerprint, counts_of(prepared.report), prepared.tables, env)


def check_data(request: Request, observe: Observer) -> PreparedData:
    """Stage and check the data of a run, and compute nothing from them; raises DataError."""
    from portfolio_lab.reports.review import check_review

    prepared = _with_progress(check_review, request, observe)
    told = {"told": told_of(prepared.report, prepared.staged.folder)}
    return PreparedData(prepared.fingerprint, counts_of(prepared.report) | told, prepared.tables, {})


def _with_progress(prepare: Any, request: Request, observe: Observer) -> "Prepared":
    def tell(text: str) -> None:
        observe(Event("note", text))

    return prepare(request.run_file, request.as_of, reports_dir=request.reports_dir, progress=tell)


def suite_reports(run_file: "RunFile", tables: frozenset[str]) -> tuple[Report, ...]:
    """Return the reports of the catalog whose tables are there, with the parameters that this run gives them."""
    from portfolio_lab.reports.catalog import CATALOG, notebook_path, own_params, runnable_topics
    from portfolio_lab.reports.run_file import report_params

    found = []
    for topic in runnable_topics(tables):
        values = report_params(run_file, topic).model_dump(mode="json")
        parts = {"data", *CATALOG[topic].policy_parts}
        found.append(
            Report(
                topic,
                CATALOG[topic].title,
                CATALOG[topic].question,
                notebook_path(topic),
                parameters={name: values[name] for name in own_params(topic)},
                policy_hash=run_file.policy.definition(parts),
            )
        )
    return tuple(found)


def secrets_of(run_file: "RunFile") -> dict[str, str]:
    """Return the values of the environment variables to which the run file refers."""
    from portfolio_lab.reports.run_file import secret_names

    return {name: os.environ[name] for name in secret_names(run_file) if os.environ.get(name)}


def counts_of(report: "LoadReport") -> dict[str, Any]:
    """Return what the border counted, without single rows: a manifest holds no customer's data."""
    return _without_rows(asdict(report))


def told_of(report: "LoadReport", folder: Path) -> list[tuple[str, str]]:
    """Return what was found in rows that do not keep a run from beginning: what was done, and the finding in words."""
    told = [(finding.severity, str(finding.fault())) for finding in report.findings]
    files = sorted({f"rejected_{finding.table}.csv" for finding in report.findings if finding.severity == "dropped"})
    return [*told, *(("listed", f"every row that was left out is in {folder / name}") for name in files)]


def _without_rows(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_rows(item) for key, item in value.items() if key not in CUSTOMER_ROWS}
    if isinstance(value, (list, tuple)):
        return [_without_rows(item) for item in value]
    return value if isinstance(value, (int, float, str)) or value is None else str(value)


def _load_pages() -> None:
    import portfolio_lab.reports.publish  # noqa: F401 - loaded while the first kernels start


def _render_report(notebook: Any, folder: Path) -> None:
    from portfolio_lab.reports.publish import render_report

    render_report(notebook, folder)


def _render_failure(attempt: Path) -> None:
    from portfolio_lab.reports.publish import render_failure

    render_failure(attempt)


def _build_review_index(build: Path) -> None:
    from portfolio_lab.reports.index import build_review_index

    build_review_index(build)


def _build_archive(run_dir: Path) -> None:
    from portfolio_lab.reports.index import build_archive

    build_archive(run_dir)


def _write_workbook(build: Path) -> None:
    from portfolio_lab.reports.workbook import write_workbook

    write_workbook(build)


def _write_pdf(build: Path) -> None:
    from portfolio_lab.reports.pdf import write_pdf

    write_pdf(build)
