"""Rows that the run file's own condition sets aside: counted, so that nobody takes what is left for the whole."""

import ibis.expr.types as ir

from portfolio_lab.data.load.report import Finding
from portfolio_lab.data.load.rows import PROBLEM, SET_ASIDE


def is_set_aside(table: ir.Table) -> ir.BooleanValue:
    """Return whether a row of a checked table is one that ``where`` does not keep.

    Rows whose condition cannot be read are not among them: they count as unusable.
    """
    return (table[PROBLEM] == SET_ASIDE).fill_null(False)


def is_faulty(table: ir.Table) -> ir.BooleanValue:
    """Return whether a row of a checked table cannot be used for a reason of its own."""
    return (table[PROBLEM] != SET_ASIDE).fill_null(False)


def set_aside_finding(table: str, n: int, where: str | None) -> list[Finding]:
    """Return the rows set aside as a finding: the run file's wish, not a fault; nothing where there are none."""
    if not n:
        return []
    remedy = f"nothing, if this is what you want; else change data.tables.{table}.where: {where}"
    return [Finding(table, None, "was set aside by the run file's own condition", remedy, "set_aside", n)]
