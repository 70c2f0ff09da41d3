"""Verdicts: what a plan's interval says against its cost, how sure the evidence is, and what may be said of it."""

from portfolio_lab.analysis.verdicts.decision import (
    DECISIVE,
    DOES_NOT_WORK,
    FAILS,
    HARMS,
    INCONCLUSIVE,
    NO_VERDICT,
    NOT_MEASURABLE,
    VERDICTS,
    WORKS,
    WORKS_AND_PAYS,
    WORKS_PAY_OFF_OPEN,
    WORKS_TOO_SMALL,
    decide,
)
from portfolio_lab.analysis.verdicts.extension import compute_months_more, compute_n_more, confidence_of_look
from portfolio_lab.analysis.verdicts.judging import judge, leave_unjudged
from portfolio_lab.analysis.verdicts.labels import LABELS, Label, find_banned_words, find_label
from portfolio_lab.analysis.verdicts.memory import append_history, compare_with_earlier, count_earlier_looks
from portfolio_lab.analysis.verdicts.money import compute_break_even, compute_money
from portfolio_lab.analysis.verdicts.records import Check, Estimate, Kind, LabelCode, Money, PlanCase, PlanResult
from portfolio_lab.analysis.verdicts.table import PlanVerdicts, build_verdict_table

__all__ = [
    "DECISIVE",
    "DOES_NOT_WORK",
    "FAILS",
    "HARMS",
    "INCONCLUSIVE",
    "LABELS",
    "NOT_MEASURABLE",
    "NO_VERDICT",
    "VERDICTS",
    "WORKS",
    "WORKS_AND_PAYS",
    "WORKS_PAY_OFF_OPEN",
    "WORKS_TOO_SMALL",
    "Check",
    "Estimate",
    "Kind",
    "Label",
    "LabelCode",
    "Money",
    "PlanCase",
    "PlanResult",
    "PlanVerdicts",
    "append_history",
    "build_verdict_table",
    "compare_with_earlier",
    "compute_break_even",
    "compute_money",
    "compute_months_more",
    "compute_n_more",
    "confidence_of_look",
    "count_earlier_looks",
    "decide",
    "find_banned_words",
    "find_label",
    "judge",
    "leave_unjudged",
]
