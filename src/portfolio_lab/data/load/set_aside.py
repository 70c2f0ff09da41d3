"""Rows that the run file's own condition sets aside: counted, so that nobody takes what is left for the whole."""

from typing import Any

import ibis
import ibis.expr.types as ir

from portfolio_lab.data.load.mapping import Field, build_where
from portfolio_lab.data.load.report import Finding
from portfolio_lab.data.settings import TableSettings
from portfolio_lab.data.source import ColumnReader, RawTable


def count_set_aside(
    con: Any, raw: RawTable, fields: list[Field], *, settings: TableSettings, reader: ColumnReader
) -> tuple[int, float | None]:
    """Return how many rows ``where`` leaves out and, for order lines, the sum of their amounts as far as readable.

    Rows whose condition cannot be read are not among them: they count as unusable. Amounts in currency units; None
    for tables without amount. One aggregate over the source.
    """
    where, unreadable, _ = build_where(raw, settings, reader=reader, table=raw.name)
    if where is None:
        return 0, None
    is_left = ~(where if unreadable is None else where | unreadable)
    amount = next((field.value for field in fields if field.column.name == "amount"), None)
    if raw.name != "orders" or amount is None:
        return int(con.execute(raw.expr.filter(is_left).count())), None
    left = raw.expr.select(is_left=is_left, amount=amount).filter(lambda rows: rows.is_left)
    row = con.execute(left.aggregate(n=left.count(), amount=_sum(left.amount))).iloc[0]
    return int(row["n"]), round(float(row["amount"]), 2)


def set_aside_finding(table: str, n: int, where: str | None) -> list[Finding]:
    """Return the rows set aside as a finding: the run file's wish, not a fault; nothing where there are none."""
    if not n:
        return []
    remedy = f"nothing, if this is what you want; else change data.tables.{table}.where: {where}"
    return [Finding(table, None, "was set aside by the run file's own condition", remedy, "set_aside", n)]


def _sum(amount: ir.FloatingValue) -> ir.FloatingValue:
    return amount.cast("float64").sum().fill_null(ibis.literal(0.0))
