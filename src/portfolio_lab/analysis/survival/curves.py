"""Kaplan-Meier curves and what is read off them."""

import warnings

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatisticalWarning
from lifelines.utils import median_survival_times

from portfolio_lab.analysis.survival.lifetimes import count_risk_sets
from portfolio_lab.errors import AnalysisError

MIN_AT_RISK = 30


def fit_curve(lifetimes: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the Kaplan-Meier curve with its log-log band, late entry included.

    Grain: time 0 and each distinct duration: time, survival, low, high, n_at_risk, n_events. ``n_at_risk`` counts those
    at risk just before ``time``. Raises AnalysisError for an empty frame.
    Source: Kaplan and Meier (1958); Kalbfleisch and Prentice (1980) for the band.
    """
    fitted = _fit(lifetimes, level=level)
    times = fitted.survival_function_.index.to_numpy(dtype=float)
    band = fitted.confidence_interval_.to_numpy()
    counts = count_risk_sets(lifetimes, times)
    return pd.DataFrame(
        {
            "time": times,
            "survival": fitted.survival_function_["survival"].to_numpy(),
            "low": band[:, 0],
            "high": band[:, 1],
            "n_at_risk": counts["n_at_risk"],
            "n_events": counts["n_events"],
        }
    )


def _fit(lifetimes: pd.DataFrame, *, level: float) -> KaplanMeierFitter:
    if lifetimes.empty:
        raise AnalysisError("nobody to draw a curve for", remedy="leave the empty group out")
    entry = lifetimes["entry"].to_numpy()
    with warnings.catch_warnings():
        # late entry can empty the risk set early: is_curve_reliable says so in words
        warnings.simplefilter("ignore", StatisticalWarning)
        return KaplanMeierFitter(alpha=1 - level, label="survival").fit(
            lifetimes["duration"].to_numpy(),
            lifetimes["event_observed"].to_numpy(),
            entry=entry if (entry > 0).any() else None,
        )


def mask_thin_risk_sets(curve: pd.DataFrame, *, min_at_risk: int = MIN_AT_RISK) -> pd.DataFrame:
    """Return the curve with survival, low and high emptied where fewer than ``min_at_risk`` are at risk."""
    is_thin = curve["n_at_risk"] < min_at_risk
    shown = ["survival", "low", "high"]
    return curve.assign(**{column: curve[column].mask(is_thin) for column in shown})


def is_emptied_early(lifetimes: pd.DataFrame, *, min_at_risk: int = MIN_AT_RISK) -> bool:
    """Return whether the curve steps on a thin risk set before its middle, as it does when everybody enters late.

    From such a step on the product is not to be trusted: one early leaver among three drops it by a third for good.
    """
    counts = count_risk_sets(lifetimes)
    thin = counts["n_at_risk"] < min_at_risk
    return bool(thin.any() and (counts["n_at_risk"][thin.idxmax() :] >= min_at_risk).any())


def compute_median(lifetimes: pd.DataFrame, *, level: float = 0.95) -> dict[str, float]:
    """Return median, median_low and median_high of the curve; NaN = not reached within the follow-up.

    The limits are where the limits of the band cross one half. Source: Brookmeyer and Crowley (1982).
    """
    fitted = _fit(lifetimes, level=level)
    limits = median_survival_times(fitted.confidence_interval_).to_numpy().ravel()
    found = {"median": fitted.median_survival_time_, "median_low": limits[0], "median_high": limits[1]}
    return {name: float(value) if np.isfinite(value) else np.nan for name, value in found.items()}


def read_curve(curve: pd.DataFrame, times: list[float]) -> pd.DataFrame:
    """Return survival, low and high at each of ``times``; empty beyond the last observed time.

    Grain: time. A curve is a staircase: its value holds until the next step.
    """
    steps = np.searchsorted(curve["time"].to_numpy(), times, "right") - 1
    found = curve.iloc[np.maximum(steps, 0)][["survival", "low", "high"]].reset_index(drop=True)
    is_beyond = np.asarray(times) > curve["time"].iloc[-1]
    return found.mask(pd.Series(is_beyond), axis=0).assign(time=np.asarray(times, dtype=float))


def build_at_risk_table(lifetimes: pd.DataFrame, group: str, *, times: list[float]) -> pd.DataFrame:
    """Return how many of each group were at risk at each of ``times``. Grain: group (index) × time (columns)."""
    counted = {
        name: count_risk_sets(members, np.asarray(times, dtype=float))["n_at_risk"].to_numpy()
        for name, members in lifetimes.groupby(group, sort=True, observed=True)
    }
    return pd.DataFrame.from_dict(counted, orient="index", columns=list(times)).rename_axis(group)
