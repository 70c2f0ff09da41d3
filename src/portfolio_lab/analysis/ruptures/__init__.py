"""Ruptures: who bought regularly and did not this period, and why."""

from portfolio_lab.analysis.ruptures.causes import CAUSES, derive_causes, summarise_causes, summarise_causes_by
from portfolio_lab.analysis.ruptures.marks import (
    find_claims_open,
    find_in_default,
    find_lost_quotes,
    find_not_attended,
    find_out_of_stock,
    find_usual_products,
)
from portfolio_lab.analysis.ruptures.regulars import build_regulars

__all__ = [
    "CAUSES",
    "build_regulars",
    "derive_causes",
    "find_claims_open",
    "find_in_default",
    "find_lost_quotes",
    "find_not_attended",
    "find_out_of_stock",
    "find_usual_products",
    "summarise_causes",
    "summarise_causes_by",
]
