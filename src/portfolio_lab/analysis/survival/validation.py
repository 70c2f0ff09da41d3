"""How good are predicted risks? Order (concordance) and size (calibration by tenths against the curve)."""

import numpy as np
import pandas as pd
from lifelines.utils import concordance_index

from portfolio_lab.analysis.survival.lifetimes import count_risk_sets
from portfolio_lab.errors import AnalysisError


def compute_concordance(lifetimes: pd.DataFrame, risk: np.ndarray) -> float:
    """Return the share of comparable pairs in which the one with the higher ``risk`` had the event first.

    0.5 = no better than a coin. For rows without late entry (landmark rows). Source: Harrell et al. (1982).
    """
    if not lifetimes["event_observed"].any() or (lifetimes["entry"] > 0).any():
        raise AnalysisError("concordance needs events, and rows watched from 0", remedy="use landmark rows")
    return float(concordance_index(lifetimes["duration"], -np.asarray(risk), lifetimes["event_observed"]))


def compute_calibration(
    lifetimes: pd.DataFrame, predicted: np.ndarray, *, horizon: float, n_groups: int = 10
) -> pd.DataFrame:
    """Return predicted and observed shares with the event by ``horizon`` in groups of rising prediction.

    Grain: group: group (1 = lowest), n, predicted (mean), observed (1 - Kaplan-Meier). Group sizes differ by one at
    most; equal predictions stay in the order of the rows. Source: Austin, Harrell and van Klaveren (2020).
    """
    order = np.argsort(np.asarray(predicted), kind="stable")
    parts = np.array_split(order, min(n_groups, len(order)))
    rows = [
        {
            "group": number,
            "n": len(part),
            "predicted": float(np.mean(np.asarray(predicted)[part])),
            "observed": _share_with_event(lifetimes.iloc[part], horizon=horizon),
        }
        for number, part in enumerate(parts, start=1)
    ]
    return pd.DataFrame(rows)


def _share_with_event(lifetimes: pd.DataFrame, *, horizon: float) -> float:
    counts = count_risk_sets(lifetimes)
    counts = counts[counts["time"] <= horizon]
    return float(1 - np.prod(1 - counts["n_events"] / counts["n_at_risk"]))


def compute_calibration_error(calibration: pd.DataFrame) -> float:
    """Return the mean distance between predicted and observed share, weighted by group size (0 = perfect)."""
    distance = (calibration["predicted"] - calibration["observed"]).abs()
    return float(np.average(distance, weights=calibration["n"]))
