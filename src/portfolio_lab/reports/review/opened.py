"""Open a review in a notebook: one line gives the parameters, the policy, the measures and the outputs."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from portfolio_lab.analysis.periods import Period, earlier_period, is_complete, period_until
from portfolio_lab.data.load import LoadReport, Tables, cut_at
from portfolio_lab.data.schema import table_spec
from portfolio_lab.errors import AnalysisError, DataError, Fault
from portfolio_lab.measures.cache import MeasureCache
from portfolio_lab.measures.customer_months import build_customer_months
from portfolio_lab.measures.drawn import Drawn, draw_customers, keep_customers
from portfolio_lab.measures.fetch import fetch_table
from portfolio_lab.measures.order_days import build_order_days
from portfolio_lab.measures.snapshots import build_snapshots
from portfolio_lab.plots.style import use_style
from portfolio_lab.policy import Policy
from portfolio_lab.reports.catalog import CATALOG, ReportParams, missing_tables
from portfolio_lab.reports.outputs import Coverage, Outputs, PageContext
from portfolio_lab.reports.review.prepare import Prepared, cache_folder, open_for_measures, reopen
from portfolio_lab.reports.run_file import RunFile, read_run_file, report_params, resolve_as_of
from portfolio_lab.reports.runner.links import good_builds
from portfolio_lab.reports.sentences.data_quality import set_aside as say_set_aside

LISTS = ("plan_arms",)  # what was planned by name stays whole, also in a review of some customers
MAX_KEPT_CELLS = 8_000_000  # of one table; larger ones are read again rather than held


@dataclass(frozen=True)
class Previous:
    """What the last good build before as_of said about a topic: its facts, and its tables on request."""

    as_of: date
    facts: dict[str, dict[str, Any]]
    folder: Path

    def table(self, table_id: str) -> pd.DataFrame | None:
        """Return a table of that report as it was published, or None where it has none of that name."""
        path = self.folder / "tables" / f"{table_id}.parquet"
        return pd.read_parquet(path) if path.is_file() else None


@dataclass(frozen=True)
class Review:
    """One report of one review: what it was asked, what our words mean, its data, and where its results go.

    ``drawn``: the customers that it looks at, None = all.
    """

    topic: str
    run: RunFile
    as_of: date
    params: ReportParams
    prepared: Prepared
    run_dir: Path
    drawn: Drawn | None = None

    @property
    def policy(self) -> Policy:
        """What our words mean in this run."""
        return self.run.policy

    @property
    def quality(self) -> LoadReport:
        """What the border counted."""
        return self.prepared.report

    @cached_property
    def period(self) -> Period:
        """The period up to as_of."""
        return period_until(self.as_of, self.run.period)

    @cached_property
    def previous_period(self) -> Period:
        """The period before, over as many days where this one is not over yet."""
        return earlier_period(self.period)

    @property
    def is_period_complete(self) -> bool:
        """Whether as_of is the last day of its period."""
        return is_complete(self.period)

    @cached_property
    def out(self) -> Outputs:
        """Where headline, facts, tables and figures go."""
        folder = Path(self.params.output_dir) if self.params.output_dir else None
        return Outputs(folder, context=self._context())

    def has(self, table: str) -> bool:
        """Whether the company brought that table and it has rows."""
        return table in self.prepared.tables

    def tables(self, as_of: date | None = None) -> Tables:
        """Return the tables as they were known at the end of a day (default: as_of), as Ibis expressions."""
        return cut_at(self._uncut, as_of or self.as_of)

    def table(self, name: str, as_of: date | None = None) -> pd.DataFrame:
        """Return a small table as it was known at the end of a day.

        Raises AnalysisError for orders, whose lines stay in the engine, and for a table that is not there.
        """
        if name == "orders":
            raise AnalysisError("order lines stay in the engine", remedy="use order_days, customer_months or snapshots")
        if not self.has(name):
            raise AnalysisError(
                f"the table {name} is not there", remedy="ask review.has() first, and say what is missing"
            )
        key = (name, as_of or self.as_of)
        if key in self._kept:
            return self._kept[key].copy()
        frame = fetch_table(self.tables(as_of)[name])
        if frame.size > MAX_KEPT_CELLS:
            return frame
        self._kept[key] = frame
        return frame.copy()

    def compute(self, build: Callable[..., pd.DataFrame], *, as_of: date | None = None, **options: Any) -> pd.DataFrame:
        """Return any measure ``build(tables, as_of=…, **options)``, computed once per review."""
        return self._cache.get(build, self.tables, as_of=as_of or self.as_of, options=options)

    def snapshots(self, as_of: date | None = None) -> pd.DataFrame:
        """Return each customer as known at the end of a day; money over the window of ``policy.abc``."""
        return self.compute(build_snapshots, as_of=as_of, window_months=self.policy.abc.window_months)

    def order_days(self, as_of: date | None = None) -> pd.DataFrame:
        """Return one row per customer and day with an order."""
        return self.compute(build_order_days, as_of=as_of)

    def customer_months(self, as_of: date | None = None) -> pd.DataFrame:
        """Return one row per customer and month, on a complete calendar."""
        return self.compute(build_customer_months, as_of=as_of)

    def of_some(self, *, n_customers: int) -> "Review":
        """Return the review of ``n_customers`` drawn by chance (``draw_customers``), itself where there are no more."""
        if not self.has("orders"):
            return self
        drawn = draw_customers(self.tables(), n_customers=n_customers)
        return self if drawn is None else replace(self, drawn=drawn)

    def with_more(self, customers: Iterable[str]) -> "Review":
        """Return the review that looks at some customers more; itself where it looks at all."""
        if self.drawn is None:
            return self
        together = tuple(sorted({*self.drawn.customers, *customers}))
        return replace(self, drawn=replace(self.drawn, customers=together))

    def previous(self, topic: str = "") -> Previous | None:
        """Return what the last good build before as_of said about a topic (default: this one), or None."""
        earlier = {day: path for day, path in good_builds(self.run_dir).items() if day < self.as_of.isoformat()}
        for day in sorted(earlier, reverse=True):
            folder = earlier[day] / (topic or self.topic)
            if (folder / "facts.json").is_file():
                facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
                return Previous(date.fromisoformat(day), facts, folder)
        return None

    @cached_property
    def _kept(self) -> dict[tuple[str, date], pd.DataFrame]:
        """Small tables that were read already: a report asks for the same one many times."""
        return {}

    @cached_property
    def _uncut(self) -> dict[str, Any]:
        tables = open_for_measures(self.prepared)
        if self.drawn is None:
            return tables
        lists = {name: tables[name] for name in LISTS if name in tables}
        return keep_customers(tables, self.drawn.customers) | lists

    @cached_property
    def _cache(self) -> MeasureCache:
        """Measures of some customers are kept beside those of all, under the names of who they are."""
        cache = self.prepared.cache
        if self.drawn is None:
            return cache
        names = hashlib.blake2b("\n".join(self.drawn.customers).encode(), digest_size=10).hexdigest()
        return replace(cache, fingerprint=f"{cache.fingerprint} {names}")

    def _context(self) -> PageContext:
        report, earlier = CATALOG[self.topic], self.previous()
        return PageContext(
            topic=self.topic,
            title=report.title,
            question=report.question,
            as_of=self.as_of,
            period=self.period.label,
            locale=self.run.locale,
            currency=self.run.currency,
            run=self.run.run,
            run_title=self.run.title,
            definition=self.policy.definition(report.policy_parts),
            previous_period=period_until(earlier.as_of, self.run.period).label if earlier else "",
            previous_as_of=earlier.as_of if earlier else None,
            previous_facts=earlier.facts if earlier else {},
            coverage=_coverage(self.quality, self.run),
        )


def open_review(run_file: str, *, report: str, as_of: str = "", output_dir: str = "", **own: Any) -> Review:
    """Return the review that a notebook works on; every parameter is checked as the runner checks it.

    ``own`` are the report's own parameters. Raises RunFileError or DataError with all faults at once.
    """
    run = read_run_file(run_file)
    params = report_params(run, report, run_file=run_file, as_of=as_of, output_dir=output_dir, **_own(run, report, own))
    day = resolve_as_of(run, datetime.now(UTC).date(), as_of)
    prepared = reopen(run)
    _refuse_missing(report, prepared)
    use_style()
    return Review(report, run, day, params, prepared, cache_folder(run, _reports_dir(prepared)).parent)


def _own(run: RunFile, report: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter left at the notebook's default yields to the run file's; one changed in the notebook wins."""
    fields = CATALOG[report].model_fields
    return {
        name: value
        for name, value in given.items()
        if name not in fields or name not in run.reports.get(report, {}) or value != fields[name].default
    }


def _reports_dir(prepared: Prepared) -> Path:
    """The folder that holds ``<run>/.cache/data/<fingerprint>``."""
    return prepared.staged.folder.parents[3]


def _refuse_missing(report: str, prepared: Prepared) -> None:
    missing = missing_tables(report, prepared.tables)
    if missing:
        title = CATALOG[report].title
        raise DataError([Fault("is needed by this report", "bring it", table=name, value=title) for name in missing])


def _coverage(report: LoadReport, run: RunFile) -> Coverage:
    orders = report.table("orders")
    summary = report.orders
    if orders is None or summary is None:
        return _coverage_of_finished(report)
    return Coverage(
        first_order=date.fromisoformat(summary.first_date) if summary.first_date else None,
        last_order=date.fromisoformat(summary.last_date) if summary.last_date else None,
        n_rows_read=orders.n_read,
        n_rows_kept=orders.n_kept,
        n_rows_set_aside=orders.n_set_aside,
        notes=tuple(filter(None, [say_set_aside(report, currency=run.currency, locale=run.locale)])),
        source=report.source,
    )


def _coverage_of_finished(report: LoadReport) -> Coverage:
    """Without orders a page rests on one finished table; of several nobody could say which rows are meant."""
    used = [table for table in report.tables if table_spec(table.table).stands_alone and table.n_kept]
    if len(used) != 1:
        return Coverage(source=report.source)
    return Coverage(n_rows_read=used[0].n_read, n_rows_kept=used[0].n_kept, source=report.source)
