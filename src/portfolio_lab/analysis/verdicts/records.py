"""The records that every judgement of a plan passes through: the case, the estimate, the checks, the result.

Whatever the design (a random hold-out, a threshold, an adjusted comparison), an analysis ends in one ``Estimate`` and
some ``Check``s; ``judge`` makes a ``PlanResult`` of them, and all pages read that.
"""

import math
from dataclasses import dataclass
from typing import Literal

from portfolio_lab.errors import AnalysisError

Kind = Literal["binary", "amount", "days"]
LabelCode = Literal["A", "B", "C", "D", "E"]


@dataclass(frozen=True)
class Estimate:
    """A difference, treated minus untreated, with its interval; positive is better (fewer days: turn the sign).

    Shares (0..1) for binary outcomes, currency units for amounts, days for times. ``control_mean`` is what the
    untreated did. ``confidence`` is that of the interval, looks and number of comparisons included.
    """

    effect: float
    se: float
    low: float
    high: float
    n_treated: int
    n_control: int
    control_mean: float
    method: str = ""
    confidence: float = 0.95

    def __post_init__(self) -> None:
        """Refuse an interval that is none: not finite, or without its own estimate inside."""
        numbers = (self.effect, self.se, self.low, self.high)
        if not all(map(math.isfinite, numbers)) or not self.low <= self.effect <= self.high or self.se < 0:
            remedy = "estimate only where both groups have customers, and keep the estimate inside its interval"
            raise AnalysisError("an estimate without a finite interval around it", remedy=remedy, value=numbers)

    @property
    def n(self) -> int:
        """Customers in both groups."""
        return self.n_treated + self.n_control


@dataclass(frozen=True)
class Check:
    """Something that was looked at before an estimate is believed: passed, failed, or not possible (None).

    ``blocks``: when it fails nothing can be measured. ``sentence`` says in plain words what was found.
    """

    name: str
    passed: bool | None
    sentence: str
    blocks: bool = False


@dataclass(frozen=True)
class PlanCase:
    """What is known of a plan and one of its outcomes before anything is estimated.

    ``mwe`` is the smallest effect worth having, in units of the outcome; None = nobody said. ``cost_amount`` is per
    customer that the plan was meant for, ``margin_amount`` what one unit of the outcome brings (one more buyer, one
    unit of money). ``n_per_month`` is how many customers such a plan enrols a month. ``plan_kind``
    is what sort of plan it is (campaign, rotation, …), empty for the arm of an experiment.
    """

    plan_id: str
    outcome: str
    kind: Kind
    name: str = ""
    design: str = "not randomised"
    estimand: str = ""
    window_days: float | None = None
    mwe: float | None = None
    cost_amount: float | None = None
    margin_amount: float | None = None
    n_per_month: float | None = None
    plan_kind: str = ""

    @property
    def title(self) -> str:
        """The plan as people call it."""
        return self.name or self.plan_id


@dataclass(frozen=True)
class Money:
    """What the effect means in money, with the limits of its interval; ``cost_per_recovered_high`` None: not bounded.

    ``incremental`` is more buyers (or more money) among the customers treated than without the plan.
    """

    incremental: float
    incremental_low: float
    incremental_high: float
    contacts_per_recovered: float | None
    cost_per_recovered: float | None
    cost_per_recovered_low: float | None
    cost_per_recovered_high: float | None
    net_amount: float
    net_amount_low: float
    net_amount_high: float
    pays_probability: float


@dataclass(frozen=True)
class PlanResult:
    """One plan and outcome, judged: the estimate, the evidence label, the verdict, what would settle an open one.

    ``n_more``: customers still needed in both groups together; ``reason`` says why there is no verdict, where so.
    """

    case: PlanCase
    label: LabelCode
    verdict: str
    estimate: Estimate | None = None
    naive_effect: float | None = None
    checks: tuple[Check, ...] = ()
    reason: str = ""
    n_more: float | None = None
    months_more: float | None = None
    money: Money | None = None
    n_looks: int = 1
