"""The chance of a purchase within a horizon, given the silence so far: from a hazard of gaps or a purchase model."""

import numpy as np

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model
from portfolio_lab.analysis.purchase_models.histories import DistinctHistories
from portfolio_lab.analysis.purchase_models.predictions import ALIVE, BUYS_IF_ALIVE
from portfolio_lab.analysis.stages.cycles import compute_cycle_days
from portfolio_lab.policy import StageRule

HAZARD_PARAMETERS = (
    "first_never_share", "first_scale_days", "first_shape",
    "later_never_share", "later_scale_days", "later_shape", "cycle_power",
)  # fmt: skip


def compute_hazard_chance(
    n_repeats: np.ndarray, age_days: np.ndarray, silent_days: np.ndarray, rule: StageRule
) -> np.ndarray:
    """Return the chance that a customer silent for ``silent_days`` buys within ``rule.horizon_days``.

    Shape of the input. Gaps follow a Weibull law with a share that never comes back; the first gap has parameters of
    its own, the scale of later ones goes with a power of the own cycle. Source: mixture cure model (Boag, 1949;
    Farewell, 1982); ``rule.fitted`` holds ``HAZARD_PARAMETERS``.
    """
    never, scale, shape = gap_parameters(n_repeats, age_days, rule)
    now = np.exp(-((silent_days / scale) ** shape))
    later = np.exp(-(((silent_days + rule.horizon_days) / scale) ** shape))
    alive = (1 - never) * now
    # Long after the last purchase both terms of a gap law without a plateau round to zero: nobody comes back then.
    total = never + alive
    return np.divide((1 - never) * (now - later), total, out=np.zeros_like(total), where=total > 0)


def gap_parameters(
    n_repeats: np.ndarray, age_days: np.ndarray, rule: StageRule
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the share that never comes back, the scale in days and the shape of each customer's next gap."""
    fitted = rule.fitted
    is_first = np.asarray(n_repeats) == 0
    cycle = compute_cycle_days(n_repeats, age_days, rule) / rule.typical_gap_days
    never = np.where(is_first, fitted["first_never_share"], fitted["later_never_share"])
    later_scale = fitted["later_scale_days"] * cycle ** fitted["cycle_power"]
    scale = np.where(is_first, fitted["first_scale_days"], later_scale)
    return never, scale, np.where(is_first, fitted["first_shape"], fitted["later_shape"])


def compute_return_chance(
    n_repeats: np.ndarray, age_days: np.ndarray, silent_days: np.ndarray, rule: StageRule
) -> np.ndarray:
    """Return P(at least one purchase within ``rule.horizon_days``) under the rule's frozen purchase model.

    Shape of the input; the last purchase was ``age_days`` after the first. Falls with silence. The chance to be alive
    is no rule: under BG/NBD it is 1 for whoever bought once. Source: as the model's own.
    """
    model = declare_purchase_model(rule.model, **rule.fitted)
    parameters, n = np.array(model.parameters), len(n_repeats)
    age = np.asarray(age_days, float)
    groups = DistinctHistories(
        np.asarray(n_repeats, float), age, age + np.asarray(silent_days, float), np.ones(n), np.arange(n)
    )
    alive = ALIVE[rule.model](parameters, groups)
    return alive * BUYS_IF_ALIVE[rule.model](parameters, groups, horizon=float(rule.horizon_days))
