"""Effects in money: the break-even effect, what one more success costs, what the plan brought net."""

from scipy.stats import norm

from portfolio_lab.analysis.verdicts.records import Estimate, Money
from portfolio_lab.errors import AnalysisError


def compute_break_even(*, cost_amount: float, margin_amount: float) -> float:
    """Return the effect at which a plan pays for itself: cost per customer treated / margin per unit of the outcome.

    Units of the outcome (a share for more buyers). Raises AnalysisError unless cost and margin are positive.
    """
    if not (cost_amount > 0 and margin_amount > 0):
        remedy = "give what a contact costs and what one more success brings"
        raise AnalysisError("a break-even needs a cost and a margin", remedy=remedy, value=(cost_amount, margin_amount))
    return cost_amount / margin_amount


def compute_money(estimate: Estimate, *, cost_amount: float, margin_amount: float) -> Money:
    """Return what an effect means in money over the treated customers, each figure with the limits of the interval.

    ``cost_amount`` per customer treated, ``margin_amount`` per unit of the outcome (one more buyer, one unit of
    sales). Cost per success is cost / effect with limits cost / high and cost / low; None = not bounded.
    """
    n, (effect, low, high) = estimate.n_treated, (estimate.effect, estimate.low, estimate.high)
    value = [n * (each * margin_amount - cost_amount) for each in (effect, low, high)]
    break_even = cost_amount / margin_amount if margin_amount > 0 else float("inf")
    return Money(
        incremental=n * effect,
        incremental_low=n * low,
        incremental_high=n * high,
        contacts_per_recovered=_per(1.0, effect),
        cost_per_recovered=_per(cost_amount, effect),
        cost_per_recovered_low=_per(cost_amount, high),
        cost_per_recovered_high=_per(cost_amount, low),
        net_amount=value[0],
        net_amount_low=value[1],
        net_amount_high=value[2],
        pays_probability=float(norm.cdf((effect - break_even) / estimate.se)) if estimate.se > 0 else 0.5,
    )


def _per(amount: float, effect: float) -> float | None:
    """Amount per success; without a limit where successes may be none."""
    return amount / effect if effect > 0 else None
