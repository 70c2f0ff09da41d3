"""What the page on returns says: the answer, the league, timing, and how the value moved."""

from portfolio_lab.reports.sentences.twr.answer import (
    company,
    decision,
    disagreement,
    headline,
    not_yet,
)
from portfolio_lab.reports.sentences.twr.league import (
    cautions,
    dispersion,
    growth,
    league,
    method,
    short_note,
    shortness,
    timing,
)
from portfolio_lab.reports.sentences.twr.statement import (
    attribution,
    day_counts,
    experience,
    faults,
    new_customers,
    printed,
    statement,
    traps,
)
from portfolio_lab.reports.sentences.twr.words import (
    FACTS,
    in_words,
    words_for,
)

__all__ = [
    "FACTS",
    "attribution",
    "cautions",
    "company",
    "day_counts",
    "decision",
    "disagreement",
    "dispersion",
    "experience",
    "faults",
    "growth",
    "headline",
    "in_words",
    "league",
    "method",
    "new_customers",
    "not_yet",
    "printed",
    "short_note",
    "shortness",
    "statement",
    "timing",
    "traps",
    "words_for",
]
