"""One randomised comparison from end to end: what it must be worth, the estimate, the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from portfolio_lab.analysis.experiments.cells import MIN_EVENTS, MIN_PER_ARM, compare
from portfolio_lab.analysis.verdicts import (
    Check,
    Estimate,
    PlanCase,
    PlanResult,
    compute_break_even,
    confidence_of_look,
    judge,
    leave_unjudged,
)
from portfolio_lab.errors import AnalysisError


@dataclass(frozen=True)
class Terms:
    """What an effect must be worth: cost of treating a customer, margin and smallest effect by outcome, looks."""

    cost_amount: float = 0.0
    margin_amounts: Mapping[str, float] | None = None
    min_effects: Mapping[str, float] | None = None
    n_looks: int = 1

    def min_effect(self, outcome: str) -> float | None:
        """Return the smallest effect worth having: as given, else break-even, else None."""
        given = (self.min_effects or {}).get(outcome)
        margin = self.margin(outcome)
        if given is not None:
            return given
        return (
            compute_break_even(cost_amount=self.cost_amount, margin_amount=margin)
            if margin and self.cost_amount
            else None
        )

    def margin(self, outcome: str) -> float | None:
        """Return what one unit of the outcome brings, or None."""
        return (self.margin_amounts or {}).get(outcome)


def evaluate_randomised(
    case: PlanCase,
    outcome: np.ndarray,
    is_treated: np.ndarray,
    *,
    checks: tuple[Check, ...] = (),
    naive_effect: float | None = None,
    n_looks: int = 1,
) -> PlanResult:
    """Return the verdict on a random hold-out, everybody counted in the group that was drawn for them.

    Too few customers (30 a group) or events (5) leave the plan not measurable. Raises AnalysisError for a kind that
    is not compared here.
    """
    if case.kind not in ("binary", "amount"):
        raise AnalysisError("an outcome of an unknown kind", remedy="binary or amount", value=case.kind)
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=bool)
    events = y.sum() if case.kind == "binary" else (y != 0).sum()
    if min(d.sum(), (~d).sum()) < MIN_PER_ARM or events < MIN_EVENTS:
        reason = f"Too few to tell: {d.sum():,} treated, {(~d).sum():,} held out, {int(events):,} successes."
        return leave_unjudged(case, reason=reason, checks=checks, is_measurable=False)
    estimate = compare(y, d, kind=case.kind, confidence=confidence_of_look(n_looks))
    return judge_randomised(case, estimate, checks=checks, naive_effect=naive_effect, n_looks=n_looks)


def judge_randomised(
    case: PlanCase,
    estimate: Estimate,
    *,
    checks: tuple[Check, ...] = (),
    naive_effect: float | None = None,
    n_looks: int = 1,
) -> PlanResult:
    """Return the verdict with label A, or not measurable with label E where a check shows that it is no experiment."""
    is_sound = not any(check.blocks and check.passed is False for check in checks)
    label = "A" if is_sound else "E"
    return judge(case, estimate, label=label, checks=checks, naive_effect=naive_effect, n_looks=n_looks)
