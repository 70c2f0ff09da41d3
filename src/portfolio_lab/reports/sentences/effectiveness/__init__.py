"""The sentences of the effectiveness report."""

from portfolio_lab.reports.sentences.effectiveness import (
    adherence,
    cards,
    effects,
    holding_out,
    labels,
    memory,
    rankings,
    summary,
)
from portfolio_lab.reports.sentences.wording import Wording

__all__ = ["Wording", "adherence", "cards", "effects", "holding_out", "labels", "memory", "rankings", "summary"]
