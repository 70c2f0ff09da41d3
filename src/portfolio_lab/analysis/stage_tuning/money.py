"""Whom a contact pays for: expected margin saved against the cost of the contact, with a limit on how many."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.errors import AnalysisError


def compute_expected_gain(lapse_chance: np.ndarray, margin: np.ndarray, settings: TuningSettings) -> np.ndarray:
    """Return what contacting each customer is expected to bring, in currency units.

    p × save_rate × margin - contact_cost - (1 - p) × incentive_cost, p the chance to lapse (0..1). Positive exactly
    when p > (cost + incentive) / (save_rate × margin + incentive). Raises AnalysisError without a contact cost.
    """
    if settings.contact_cost is None:
        raise AnalysisError("there is no contact cost", remedy="give contact_cost", value=None)
    chance = np.asarray(lapse_chance, float)
    saved = chance * settings.save_rate * np.asarray(margin, float)
    return saved - settings.contact_cost - (1 - chance) * settings.incentive_cost


def choose_targets(gain: np.ndarray, *, capacity: int | None = None) -> np.ndarray:
    """Return which customers to contact: those with an expected gain above zero, the largest first up to ``capacity``.

    Equal gains are taken in the order given, so that the limit is kept exactly.
    """
    gain = np.asarray(gain, float)
    chosen = np.nan_to_num(gain, nan=-1.0) > 0
    if capacity is None or chosen.sum() <= capacity:
        return chosen
    order = np.argsort(np.where(chosen, -gain, np.inf), kind="stable")
    out = np.zeros(len(gain), bool)
    out[order[: max(capacity, 0)]] = True
    return out


def derive_margin(order_days: pd.DataFrame, *, margin_rate: float | None) -> pd.DataFrame | None:
    """Return the order days with a margin on each: as known, else ``margin_rate`` of the amount; else None."""
    known = order_days["margin_amount"]
    if margin_rate is not None:
        return order_days.assign(margin_amount=known.fillna(margin_rate * order_days["amount"]))
    return order_days if known.notna().all() else None
