"""The border's report as frames: one for each question that the data page answers."""

from datetime import date
from typing import Any

import pandas as pd

from portfolio_lab.data.load.report import LoadReport
from portfolio_lab.data.load.words import column_in_words, table_in_words

ENABLES: dict[str, str] = {
    "customers": "names, regions and segments; customers without an order; closing dates",
    "salespeople": "names and teams of the owners of a portfolio",
    "assignments": "who owned which customer when; returns of a portfolio",
    "absences": "who could not have contacted a customer",
    "contacts": "when each customer was last contacted; whether the plan was followed",
    "plans": "which plans are to be judged",
    "plan_tasks": "which contacts were planned, and which were made",
    "plan_arms": "a fair comparison of treated and held-out customers",
    "service_events": "claims, requests and after-sales: how fast, and what they cost in later sales",
    "satisfaction": "what customers say, by aspect",
    "receivables": "who pays late, and who stopped buying because of it",
    "quotes": "offers made, won and lost",
    "products": "product families, margins, discontinued products",
    "stock": "what was out of stock when a customer did not buy",
    "attributes": "a customer's segment or region as it was at the time, not only as it is today",
    "targets": "results against what was to be reached",
    "benchmarks": "results against other companies",
}


def reasons_frame(report: LoadReport) -> pd.DataFrame:
    """Return one row per finding: where and what in words, what was done, number of rows, share of the table's rows.

    For the analyst: table, column, an example and the remedy by their exact names.
    """
    n_found = {table.table: table.n_found for table in report.tables}
    rows = [
        {
            "where": table_in_words(finding.table),
            "value": column_in_words(finding.column),
            "table": finding.table,
            "column": finding.column or "(whole row)",
            "treatment": TREATMENTS[finding.severity],
            "problem": finding.problem,
            "n_rows": finding.n,
            "share": finding.n / n_found[finding.table] if n_found.get(finding.table) else 0.0,
            "example": _example(finding.examples),
            "remedy": finding.remedy,
        }
        for finding in report.findings
    ]
    columns = ["where", "value", "table", "column", "treatment", "problem", "n_rows", "share", "example", "remedy"]
    return pd.DataFrame(rows, columns=columns).sort_values("n_rows", ascending=False, ignore_index=True)


TREATMENTS = {
    "dropped": "row left out",
    "emptied": "value left out",
    "noted": "kept",
    "refused": "run refused",
    "set_aside": "set aside as asked",
}


def examples_frame(report: LoadReport, *, n_examples: int) -> pd.DataFrame:
    """Return the first examples of each finding with the place of the row: file, line, key and value."""
    rows = [
        {
            "table": finding.table,
            "column": finding.column or "(whole row)",
            "problem": finding.problem,
            "file": example.file,
            "row": example.row,
            "key": example.key,
            "value": example.value,
        }
        for finding in report.findings
        for example in finding.examples[:n_examples]
    ]
    return pd.DataFrame(rows, columns=["table", "column", "problem", "file", "row", "key", "value"])


def tables_frame(report: LoadReport) -> pd.DataFrame:
    """Return one row per table that was brought: where it was read, rows read, kept, left out and set aside.

    Read = kept + left out + set aside by the run file's own condition; the share is of those not set aside.
    """
    rows = [
        {
            "what": table_in_words(table.table),
            "table": table.table,
            "file": table.label,
            "n_rows_read": table.n_found,
            "n_rows_kept": table.n_kept,
            "n_rows_dropped": table.n_dropped,
            "n_rows_set_aside": table.n_set_aside,
            "dropped_share": table.n_dropped / table.n_read if table.n_read else 0.0,
            "columns_not_there": ", ".join(table.absent),
        }
        for table in report.tables
    ]
    return pd.DataFrame(rows)


def missing_frame(report: LoadReport) -> pd.DataFrame:
    """Return one row per table that was not brought, and what it would make possible."""
    rows = [
        {"what": table_in_words(name), "table": name, "would_enable": ENABLES[name]}
        for name in report.missing_tables
        if name in ENABLES
    ]
    return pd.DataFrame(rows, columns=["what", "table", "would_enable"])


def months_frame(report: LoadReport, *, as_of: date) -> pd.DataFrame:
    """Return one row per calendar month up to as_of: first day, lines, amount, and whether it has none."""
    summary = report.orders
    months = [] if summary is None else [month for month in summary.months if month["month"] <= f"{as_of:%Y-%m}"]
    frame = pd.DataFrame(months, columns=["month", "n_lines", "amount"])
    frame["month"] = pd.to_datetime(frame["month"], format="%Y-%m")
    return frame.assign(is_missing=frame["n_lines"] == 0)


def control_frame(report: LoadReport, *, as_of: date) -> pd.DataFrame:
    """Return one row per month up to as_of with a total in the ledger: ledger, read, gap (read less ledger).

    In currency units; the month of as_of is compared whole.
    """
    months = [row for row in report.control_totals if row["month"] <= f"{as_of:%Y-%m}"]
    return pd.DataFrame(months, columns=["month", "ledger", "read", "gap"])


def channels_frame(report: LoadReport) -> pd.DataFrame:
    """Return one row per sales channel with order lines left out."""
    found: dict[str, Any] = {} if report.orders is None else report.orders.rejects_by_channel
    return pd.DataFrame(sorted(found.items()), columns=["sales_channel", "n_rows_dropped"])


def _example(examples: tuple) -> str:
    if not examples:
        return ""
    first = examples[0]
    place = f"line {first.row}" if first.row is not None else (first.key or "")
    value = f"{first.value!r}" if first.value is not None else ""
    return ": ".join(part for part in (place, value) if part)
