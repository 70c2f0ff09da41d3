"""The verdict: an interval against the smallest effect worth having. One route for interval and verdict alike."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from portfolio_lab.analysis.verdicts.labels import find_label
from portfolio_lab.errors import AnalysisError

NOT_MEASURABLE = "not_measurable"
HARMS = "harms"
WORKS_AND_PAYS = "works_and_pays"
WORKS_TOO_SMALL = "works_too_small"
WORKS_PAY_OFF_OPEN = "works_pay_off_open"
DOES_NOT_WORK = "does_not_work"
INCONCLUSIVE = "inconclusive"
NO_VERDICT = "no_verdict"

WORKS = (WORKS_AND_PAYS, WORKS_PAY_OFF_OPEN)
FAILS = (HARMS, DOES_NOT_WORK, WORKS_TOO_SMALL)
DECISIVE = (*WORKS, *FAILS)
VERDICTS = (NOT_MEASURABLE, *FAILS, *WORKS, INCONCLUSIVE, NO_VERDICT)


@dataclass(frozen=True)
class VerdictRule:
    """A verdict and the condition on the interval (low, high) and the smallest effect worth having."""

    verdict: str
    holds: Callable[[float, float, float], bool]


# First match wins; the last one takes what is left, which is exactly: low <= 0 and high >= mwe.
RULES = (
    VerdictRule(HARMS, lambda low, high, mwe: high < 0),
    VerdictRule(WORKS_AND_PAYS, lambda low, high, mwe: low >= mwe),
    VerdictRule(WORKS_TOO_SMALL, lambda low, high, mwe: low > 0 and high < mwe),
    VerdictRule(WORKS_PAY_OFF_OPEN, lambda low, high, mwe: low > 0),
    VerdictRule(DOES_NOT_WORK, lambda low, high, mwe: high < mwe),
    VerdictRule(INCONCLUSIVE, lambda low, high, mwe: low <= 0 <= mwe <= high),
)


def decide(low: float, high: float, *, mwe: float | None, label: str, is_measurable: bool = True) -> str:
    """Return the verdict on an interval [low, high] of an effect, in units of the outcome.

    Label D is always inconclusive and label E has no verdict: their numbers cannot be separated from who was chosen.
    Raises AnalysisError without a positive smallest effect worth having, or for an interval that is none.
    """
    if not is_measurable:
        return NOT_MEASURABLE
    if label == "E":
        return NO_VERDICT
    if not find_label(label).may_judge:
        return INCONCLUSIVE
    if mwe is None or not math.isfinite(mwe) or mwe <= 0:
        remedy = "give the cost of a contact and the margin of a success, or the smallest effect worth having"
        raise AnalysisError("no verdict without a smallest effect worth having", remedy=remedy, value=mwe)
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        remedy = "estimate only where both groups have customers"
        raise AnalysisError("a verdict needs a finite interval", remedy=remedy, value=(low, high))
    return next(rule.verdict for rule in RULES if rule.holds(low, high, mwe))
