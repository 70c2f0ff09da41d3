"""From a case, an estimate and its checks to a result: the one place where verdicts are given."""

from collections.abc import Iterable

from portfolio_lab.analysis.verdicts.decision import (
    INCONCLUSIVE,
    NO_VERDICT,
    NOT_MEASURABLE,
    WORKS_PAY_OFF_OPEN,
    decide,
)
from portfolio_lab.analysis.verdicts.extension import compute_months_more, compute_n_more
from portfolio_lab.analysis.verdicts.labels import find_label
from portfolio_lab.analysis.verdicts.money import compute_money
from portfolio_lab.analysis.verdicts.records import Check, Estimate, LabelCode, Money, PlanCase, PlanResult

NO_MINIMUM = "nobody has said from which effect on the plan is worth its cost"


def judge(
    case: PlanCase,
    estimate: Estimate,
    *,
    label: LabelCode,
    checks: Iterable[Check] = (),
    naive_effect: float | None = None,
    n_looks: int = 1,
) -> PlanResult:
    """Return the verdict on an estimate, with what would settle it and its money where label and verdict allow.

    A failed check that blocks makes the plan not measurable. Without a smallest effect worth having there is no
    verdict, and the reason says so. ``n_looks`` is how often the plan is judged in all.
    """
    checks = tuple(checks)
    failed = [check for check in checks if check.blocks and check.passed is False]
    common = {"naive_effect": naive_effect, "checks": checks, "n_looks": n_looks}
    if failed:
        reason = " ".join(check.sentence for check in failed)
        return PlanResult(case, label, NOT_MEASURABLE, estimate, reason=reason, **common)
    if case.mwe is None and find_label(label).may_judge:
        return PlanResult(case, label, NO_VERDICT, estimate, reason=NO_MINIMUM, **common)
    verdict = decide(estimate.low, estimate.high, mwe=case.mwe, label=label)
    n_more = _n_more(case, estimate, label=label, verdict=verdict)
    months = compute_months_more(n_more, n_per_month=case.n_per_month)
    money = _money(case, estimate, label=label)
    return PlanResult(case, label, verdict, estimate, n_more=n_more, months_more=months, money=money, **common)


def leave_unjudged(
    case: PlanCase,
    *,
    reason: str,
    checks: Iterable[Check] = (),
    label: LabelCode = "E",
    is_measurable: bool = True,
) -> PlanResult:
    """Return a plan without an estimate: described only, or (``is_measurable=False``) not measurable, and why."""
    return PlanResult(case, label, NO_VERDICT if is_measurable else NOT_MEASURABLE, checks=tuple(checks), reason=reason)


def _n_more(case: PlanCase, estimate: Estimate, *, label: str, verdict: str) -> int | None:
    """Only an open question of a design that can answer it asks for more customers."""
    if not find_label(label).may_judge:
        return None
    if verdict == WORKS_PAY_OFF_OPEN:
        # here the question is on which side of the break-even the effect lies
        distance = abs(estimate.effect - case.mwe)
        return compute_n_more(estimate.se, n=estimate.n, mwe=distance) if distance > 0 else None
    return compute_n_more(estimate.se, n=estimate.n, mwe=case.mwe) if verdict == INCONCLUSIVE else None


def _money(case: PlanCase, estimate: Estimate, *, label: str) -> Money | None:
    if find_label(label).money == "none" or not case.cost_amount or not case.margin_amount:
        return None
    return compute_money(estimate, cost_amount=case.cost_amount, margin_amount=case.margin_amount)
