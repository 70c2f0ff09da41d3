"""Kaplan-Meier curves and what is read off them.

The library at hand refuses late entry wherever an early risk set empties; here the thin part is hidden instead.
"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.survival.lifetimes import count_risk_sets
from portfolio_lab.errors import AnalysisError

MIN_AT_RISK = 30


def fit_curve(lifetimes: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the Kaplan-Meier curve with its log-log band, late entry included.

    Grain: time 0 and each distinct duration: time, survival, low, high, n_at_risk, n_events. ``n_at_risk`` counts those
    at risk just before ``time``. Raises AnalysisError for an empty frame.
    Source: Kaplan and Meier (1958); Kalbfleisch and Prentice (1980) for the band.
    """
    if lifetimes.empty:
        raise AnalysisError("nobody to draw a curve for", remedy="leave the empty group out")
    counts = count_risk_sets(lifetimes, np.unique(np.append(lifetimes["duration"].to_numpy(), 0.0)))
    n, d = counts["n_at_risk"].to_numpy(float), counts["n_events"].to_numpy(float)
    survival = np.cumprod(1 - np.divide(d, n, out=np.zeros_like(d), where=n > 0))
    low, high = _band(survival, n, d, level=level)
    return counts.assign(survival=survival, low=low, high=high)[
        ["time", "survival", "low", "high", "n_at_risk", "n_events"]
    ]


def _band(survival: np.ndarray, n: np.ndarray, d: np.ndarray, *, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Greenwood's variance on the scale of log(-log S), which keeps the limits between 0 and 1."""
    inside = (survival > 0) & (survival < 1)
    spread = np.cumsum(np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d))
    log_survival = np.log(np.where(inside, survival, 0.5))
    reach = norm.ppf(0.5 + level / 2) * np.sqrt(spread) / np.abs(log_survival)
    limits = [np.where(inside, survival ** np.exp(sign * reach), survival) for sign in (1, -1)]
    return limits[0], limits[1]


def mask_thin_risk_sets(curve: pd.DataFrame, *, min_at_risk: int = MIN_AT_RISK) -> pd.DataFrame:
    """Return the curve with survival, low and high emptied from the first time on with fewer than ``min_at_risk``.

    Late entry can fill the set again; but the curve would go on from a step that three or four customers made.
    """
    is_thin = (curve["n_at_risk"] < min_at_risk).cummax()
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
    curve = fit_curve(lifetimes, level=level)
    columns = {"median": "survival", "median_low": "low", "median_high": "high"}
    return {name: _first_time_at_half(curve, column) for name, column in columns.items()}


def _first_time_at_half(curve: pd.DataFrame, column: str) -> float:
    # rounding may leave 0.5000000000000001 where the curve is exactly one half
    reached = curve["time"][curve[column] <= 0.5 + 1e-12]
    return float(reached.iloc[0]) if len(reached) else np.nan


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
