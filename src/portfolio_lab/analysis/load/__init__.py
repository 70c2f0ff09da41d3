"""Load: minutes that the plan needs against minutes there are, where time goes, and what large portfolios do."""

from portfolio_lab.analysis.load.minutes import (
    build_minutes_needed,
    compute_minutes_available,
    list_working_days,
    summarise_kept,
    summarise_load,
)
from portfolio_lab.analysis.load.size_effect import SizeEffect, find_break, summarise_sizes
from portfolio_lab.analysis.load.time_spent import summarise_time

__all__ = [
    "SizeEffect",
    "build_minutes_needed",
    "compute_minutes_available",
    "find_break",
    "list_working_days",
    "summarise_kept",
    "summarise_load",
    "summarise_sizes",
    "summarise_time",
]
