"""Plans of one kind taken together: what such plans bring on average, and each one drawn towards the others."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from portfolio_lab.analysis.experiments.shrinkage import shrink_cells
from portfolio_lab.analysis.verdicts import PlanResult

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class PooledKind:
    """Plans of one kind on one outcome: their mean effect with its limits, and each plan's own after pooling.

    ``mean`` and the values of ``plans`` (by plan_id) are (effect, low, high) in units of the outcome. ``is_uneven``:
    the plans lie further apart than chance would have it (Cochran's Q above its degrees of freedom).
    """

    plan_kind: str
    outcome: Hashable
    mean: Triple
    plans: dict[str, Triple]
    is_uneven: bool


def pool_by_kind(
    results: Sequence[PlanResult], *, outcome_of: Callable[[PlanResult], Hashable], confidence: float = 0.95
) -> list[PooledKind]:
    """Return the pooled effect of each kind of plan with at least two sound estimates (evidence A or B) of an outcome.

    ``outcome_of`` names the outcome whose effects may be averaged. Plans without a kind are left alone: the arms of one
    experiment share their control group and are not independent. Source: Paule and Mandel (1982).
    """
    groups: dict[tuple[str, Hashable], list[PlanResult]] = {}
    for result in results:
        if result.case.plan_kind and result.label in "AB" and result.estimate is not None and result.estimate.se > 0:
            groups.setdefault((result.case.plan_kind, outcome_of(result)), []).append(result)
    return [_pool(kind, outcome, own, confidence) for (kind, outcome), own in groups.items() if len(own) > 1]


def _pool(kind: str, outcome: Hashable, own: list[PlanResult], confidence: float) -> PooledKind:
    effects, errors = (np.array([getattr(each.estimate, name) for each in own]) for name in ("effect", "se"))
    shrunk = shrink_cells(effects, errors)
    low, high = shrunk.interval(confidence)
    reach = float(norm.ppf(0.5 + confidence / 2)) / np.sqrt((1 / (shrunk.between**2 + errors**2)).sum())
    plans = {each.case.plan_id: (float(shrunk.effects[i]), float(low[i]), float(high[i])) for i, each in enumerate(own)}
    mean = (shrunk.mean, float(shrunk.mean - reach), float(shrunk.mean + reach))
    return PooledKind(kind, outcome, mean, plans, is_uneven=shrunk.q > len(own) - 1)
