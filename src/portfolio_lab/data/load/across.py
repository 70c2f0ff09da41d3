"""What only shows across rows and tables: repeated keys, overlapping stays, unknown customers, identical lines."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load.repeats import SECOND_LOAD, doubled_days, loaded_twice, mark_second_load
from portfolio_lab.data.load.report import Example, Finding, OrdersSummary
from portfolio_lab.data.load.rows import PROBLEM, TECHNICAL
from portfolio_lab.data.load.rows import VALUE as SHOWN
from portfolio_lab.data.load.set_aside import is_faulty
from portfolio_lab.data.load.tally import find_examples
from portfolio_lab.data.schema import TableSpec, table_spec
from portfolio_lab.data.source import FILE, ROW

FAR_FUTURE = "9999-12-31"


def mark_repeated(spec: TableSpec, table: ir.Table, *, has_rows: bool) -> ir.Table:
    """Return a typed table in which rows whose key stood before, and stays that overlap an earlier one, are marked.

    "Before" is the order of the file; without row numbers (``has_rows``) the order of the values.
    """
    order = [FILE, ROW] if has_rows else [name for name in table.columns if name not in TECHNICAL]
    marked = table
    if spec.key and all(name in table.columns for name in spec.key):
        marked = _mark(marked, _repeats_key(marked, spec, order), f"{spec.key[-1]}|duplicate_key", spec.key[0])
    if spec.no_overlap_by and all(name in table.columns for name in (*spec.no_overlap_by, spec.interval[0])):
        marked = _mark(marked, _overlaps(marked, spec, order), f"{spec.interval[0]}|overlap", spec.no_overlap_by[0])
    return marked


def note_across(
    con: Any, tables: dict[str, ir.Table], *, checked: Mapping[str, ir.Table], repeated: pd.DataFrame | None
) -> list[Finding]:
    """Return what is noted, not dropped: rows of unknown customers, orders after closing, no sale, lines loaded twice.

    ``checked`` are the tables with their technical columns, which say where a row stands; ``repeated`` is what
    ``count_repeated`` says of the orders, where there are any. Of a table that lacks a column only what needs the
    others is looked at.
    """
    findings: list[Finding] = []
    usable = {name: checked[name].filter(checked[name][PROBLEM].isnull()) for name in tables}
    if "customers" in tables and "customer_id" in tables["customers"].columns:
        findings += _unknown_customers(con, usable)
        findings += _orders_after_closing(con, usable)
    if "orders" in tables and "amount" in tables["orders"].columns:
        findings += _without_sales(con, tables["orders"])
    if repeated is not None and "order_id" in tables["orders"].columns:
        findings += [_with_second_lines(con, finding, usable["orders"], repeated) for finding in loaded_twice(repeated)]
    return findings


def summarise_orders(
    con: Any,
    tables: dict[str, ir.Table],
    control_totals: dict[str, float],
    *,
    checked: ir.Table,
    repeated: pd.DataFrame,
) -> tuple[OrdersSummary, tuple[dict[str, Any], ...]]:
    """Return the kept order lines in figures, and the ledger's totals against them by month.

    ``checked`` is the table of orders with its technical columns, rows left out included; ``repeated`` what
    ``count_repeated`` says of the kept ones.
    """
    orders = tables["orders"]
    months = _months(con, orders)
    n_lines = sum(month["n_lines"] for month in months)
    n_unknown = _n_unknown(con, orders, tables["customers"]) if "customers" in tables else 0
    whole = con.execute(
        orders.aggregate(first=orders.order_date.min(), last=orders.order_date.max(), n=orders.customer_id.nunique())
    ).iloc[0]
    summary = OrdersSummary(
        first_date=str(whole["first"])[:10],
        last_date=str(whole["last"])[:10],
        n_customers=int(whole["n"]),
        n_identical_lines=int((repeated["n_lines"] - repeated["n_distinct"]).sum()),
        n_of_unknown_customers=n_unknown,
        known_customer_share=1 - n_unknown / n_lines if "customers" in tables else None,
        months=tuple(months),
        rejects_by_channel=_rejects_by_channel(con, checked),
    )
    return summary, _against_ledger(months, control_totals)


def _mark(table: ir.Table, is_wrong: ir.BooleanValue, code: str, shown: str) -> ir.Table:
    hit = table[PROBLEM].isnull() & is_wrong.fill_null(False)
    return table.mutate(
        **{
            SHOWN: ibis.ifelse(hit, table[shown].cast("string"), table[SHOWN]),
            PROBLEM: ibis.ifelse(hit, code, table[PROBLEM]),
        }
    )


def _repeats_key(table: ir.Table, spec: TableSpec, order: list[str]) -> ir.BooleanValue:
    groups = [table[name] for name in spec.key] + [table[PROBLEM].isnull()]
    before = ibis.window(group_by=groups, order_by=[table[name] for name in order])
    return ibis.row_number().over(before) > 0


def _overlaps(table: ir.Table, spec: TableSpec, order: list[str]) -> ir.BooleanValue:
    start, end = spec.interval or ("", "")
    ends = table[end] if end in table.columns else ibis.null("date")
    until = ibis.ifelse(table[PROBLEM].isnull(), ends.fill_null(ibis.date(FAR_FUTURE)), ibis.null("date"))
    earlier = ibis.window(
        group_by=[table[name] for name in spec.no_overlap_by],
        order_by=[table[name] for name in (start, *order)],
        preceding=(None, 1),
    )
    return until.max().over(earlier) > table[start]


def _unknown_customers(con: Any, tables: dict[str, ir.Table]) -> list[Finding]:
    found = []
    for name, table in tables.items():
        if name == "customers" or "customer_id" not in table.columns or table_spec(name).stands_alone:
            continue
        n = _n_unknown(con, table, tables["customers"])
        if n:
            problem, remedy = "is not in the table customers", "add these customers; their rows are kept meanwhile"
            unknown = table.anti_join(tables["customers"], "customer_id")
            examples = _examples(con, name, unknown, shown="customer_id")
            found.append(Finding(name, "customer_id", problem, remedy, "noted", n, examples))
    return found


def _examples(con: Any, name: str, rows: ir.Table, *, shown: str) -> tuple[Example, ...]:
    """Return where the first of these rows stand, with their key and what one of their columns holds."""
    return find_examples(con, rows.mutate(**{SHOWN: rows[shown].cast("string")}), table_spec(name))


def _with_second_lines(con: Any, finding: Finding, orders: ir.Table, repeated: pd.DataFrame) -> Finding:
    marked = mark_second_load(orders, doubled_days(repeated))
    second = marked.filter(marked[PROBLEM] == SECOND_LOAD)
    return replace(finding, examples=_examples(con, "orders", second, shown="order_date"))


def _n_unknown(con: Any, table: ir.Table, customers: ir.Table) -> int:
    return int(con.execute(table.anti_join(customers, "customer_id").count()))


def _orders_after_closing(con: Any, tables: dict[str, ir.Table]) -> list[Finding]:
    customers, orders = tables["customers"], tables.get("orders")
    if (
        orders is None
        or "closed_date" not in customers.columns
        or not {"customer_id", "order_date"} <= {*orders.columns}
    ):
        return []
    closed = customers.filter(customers.closed_date.notnull()).select("customer_id", "closed_date")
    late = orders.join(closed, "customer_id").filter(lambda t: t.order_date > t.closed_date)
    n = int(con.execute(late.count()))
    if not n:
        return []
    remedy, examples = (
        "correct the closing date, or reopen the customer",
        _examples(con, "orders", late, shown="order_date"),
    )
    return [Finding("orders", "order_date", "is after the customer was closed", remedy, "noted", n, examples)]


def _without_sales(con: Any, orders: ir.Table) -> list[Finding]:
    """A company without a single sale has its signs the wrong way round: sales are positive, returns negative."""
    most = con.execute(orders.amount.max())
    if pd.isna(most) or most > 0:
        return []
    problem = f"no order line has a positive amount (the largest is {float(most):,.2f})"
    remedy = 'sales are positive and returns negative: map the column as amount: "0 - Amount" if yours are reversed'
    return [Finding("orders", "amount", problem, remedy, "refused", 0)]


def _months(con: Any, orders: ir.Table) -> list[dict[str, Any]]:
    by_month = orders.mutate(month=orders.order_date.truncate("M")).group_by("month")
    frame = con.execute(
        by_month.aggregate(
            n_lines=lambda t: t.count(), amount=lambda t: t.amount.cast("decimal(38, 6)").sum()
        ).order_by("month")
    )
    there = {str(row.month)[:7]: (int(row.n_lines), round(float(row.amount), 2)) for row in frame.itertuples()}
    return [
        {"month": month, "n_lines": there.get(month, (0, 0.0))[0], "amount": there.get(month, (0, 0.0))[1]}
        for month in _calendar(min(there), max(there))
    ]


def _calendar(first: str, last: str) -> list[str]:
    start, end = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(start, end + 1)]


def _rejects_by_channel(con: Any, table: ir.Table) -> dict[str, int]:
    if "sales_channel" not in table.columns:
        return {}
    bad = table.filter(is_faulty(table)).mutate(channel=table.sales_channel.fill_null("(none)"))
    frame = con.execute(bad.group_by("channel").aggregate(n=bad.count()).order_by("channel"))
    return {str(channel): int(n) for channel, n in zip(frame["channel"], frame["n"], strict=True)}


def _against_ledger(months: list[dict[str, Any]], ledger: dict[str, float]) -> tuple[dict[str, Any], ...]:
    read = {month["month"]: month["amount"] for month in months}
    return tuple(
        {"month": month, "ledger": total, "read": read.get(month, 0.0), "gap": round(read.get(month, 0.0) - total, 2)}
        for month, total in sorted(ledger.items())
    )
