"""What the border counted: rows read, kept and left out, each reason with examples; kept beside the staged tables."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from portfolio_lab.errors import Fault

Severity = Literal["dropped", "emptied", "noted", "refused", "set_aside"]
MAX_EXAMPLES = 1_000


@dataclass(frozen=True)
class Example:
    """One row with a finding: its line in its file, the customer or key where known, and the value that was found."""

    file: str | None = None
    row: int | None = None
    key: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Finding:
    """One kind of problem in one column of a table: exact count, remedy and at most 1,000 examples.

    ``dropped``: the rows are left out. ``emptied``: the value is taken as empty, the row is kept. ``noted``: kept as
    it is. ``refused``: the run cannot go on. ``set_aside``: the run file's own condition leaves the rows out.
    """

    table: str
    column: str | None
    problem: str
    remedy: str
    severity: Severity
    n: int
    examples: tuple[Example, ...] = ()

    def fault(self) -> Fault:
        """Return the finding as a fault, with its first example."""
        first = self.examples[0] if self.examples else Example()
        counted = f" ({self.n:,} rows)" if self.n > 1 else ""
        return Fault(
            f"{self.problem}{counted}",
            self.remedy,
            file=first.file,
            table=self.table,
            column=self.column,
            row=first.row,
            key=first.key,
            value=first.value,
            n=self.n,
        )


@dataclass(frozen=True)
class TableReport:
    """One table: where it was read, how many rows, which of our columns come from which of theirs.

    ``n_set_aside`` rows were left out by the run file's own condition; they are not among ``n_read``.
    ``set_aside_amount`` is the sum of their amounts (order lines only), in currency units.
    """

    table: str
    label: str
    n_read: int
    n_kept: int
    columns: dict[str, str]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...] = ()
    n_set_aside: int = 0
    set_aside_amount: float | None = None

    @property
    def n_found(self) -> int:
        """Number of rows in the source, those included that the run file's own condition sets aside."""
        return self.n_read + self.n_set_aside

    @property
    def n_dropped(self) -> int:
        """Number of rows left out."""
        return self.n_read - self.n_kept


@dataclass(frozen=True)
class OrdersSummary:
    """The order lines that were kept, in figures; ``months`` has one row per calendar month from first to last."""

    first_date: str | None
    last_date: str | None
    n_customers: int
    n_identical_lines: int
    n_of_unknown_customers: int
    known_customer_share: float | None
    months: tuple[dict[str, Any], ...] = ()
    rejects_by_channel: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadReport:
    """Everything that the border counted for one state of the data.

    ``is_live``: the tables stay on their server; only the counts are kept here. ``days_loaded_twice``: of these days
    (ISO) the second load of order lines is left out, as the run file asks.
    """

    source: str
    fingerprint: str
    tables: tuple[TableReport, ...]
    findings: tuple[Finding, ...]
    orders: OrdersSummary | None
    missing_tables: tuple[str, ...]
    unused: tuple[str, ...] = ()
    control_totals: tuple[dict[str, Any], ...] = ()
    is_live: bool = False
    days_loaded_twice: tuple[str, ...] = ()

    def table(self, name: str) -> TableReport | None:
        """Return the report of a table, or None where it is missing."""
        return next((item for item in self.tables if item.table == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables that are there and have rows."""
        return tuple(item.table for item in self.tables if item.n_kept)

    def write(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_text(json.dumps(asdict(self), default=_plain, ensure_ascii=False, indent=1), encoding="utf-8")


def read_load_report(path: Path) -> LoadReport:
    """Return a report written by ``LoadReport.write``; raises ValueError for another file."""
    plain = json.loads(path.read_text(encoding="utf-8"))
    orders = plain["orders"]
    return LoadReport(
        source=plain["source"],
        fingerprint=plain["fingerprint"],
        tables=tuple(TableReport(**_tuples(item)) for item in plain["tables"]),
        findings=tuple(_finding(item) for item in plain["findings"]),
        orders=OrdersSummary(**_tuples(orders)) if orders else None,
        missing_tables=tuple(plain["missing_tables"]),
        unused=tuple(plain["unused"]),
        control_totals=tuple(plain["control_totals"]),
        is_live=plain["is_live"],
        days_loaded_twice=tuple(plain["days_loaded_twice"]),
    )


def _finding(plain: dict[str, Any]) -> Finding:
    examples = tuple(Example(**item) for item in plain["examples"])
    return Finding(**{**plain, "examples": examples})


def _tuples(plain: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)
