"""Load: rename, cast, check, count what was left out, cut at as_of. Every table beyond here keeps its contract."""

from portfolio_lab.data.load.cut import ORDER_DAYS, ORDER_SHARES, Tables, cut_at
from portfolio_lab.data.load.report import Example, Finding, LoadReport, OrdersSummary, TableReport
from portfolio_lab.data.load.staging import Staged, open_tables, read_staged, stage_tables

__all__ = [
    "ORDER_DAYS",
    "ORDER_SHARES",
    "Example",
    "Finding",
    "LoadReport",
    "OrdersSummary",
    "Staged",
    "TableReport",
    "Tables",
    "cut_at",
    "open_tables",
    "read_staged",
    "stage_tables",
]
