"""Sentences of the service report."""

from portfolio_lab.reports.sentences.service.afterwards import (
    NOT_SHOWN,
    aftermath,
    late_answers,
    late_by_kind,
    scorers,
)
from portfolio_lab.reports.sentences.service.opinions import aspects, benchmarks, reasons
from portfolio_lab.reports.sentences.service.waiting import (
    KINDS,
    causes,
    decision,
    family_remark,
    headline,
    impossible,
    label_kinds,
    open_cases,
    solutions,
    teams,
    waits,
    weekends,
)
from portfolio_lab.reports.sentences.wording import Wording, capitalised

__all__ = [
    "KINDS",
    "NOT_SHOWN",
    "Wording",
    "aftermath",
    "aspects",
    "benchmarks",
    "capitalised",
    "causes",
    "decision",
    "family_remark",
    "headline",
    "impossible",
    "label_kinds",
    "late_answers",
    "late_by_kind",
    "open_cases",
    "reasons",
    "scorers",
    "solutions",
    "teams",
    "waits",
    "weekends",
]
