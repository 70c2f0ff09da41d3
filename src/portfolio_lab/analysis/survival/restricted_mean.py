"""Restricted mean survival time: the average length of a stay, counted up to a limit.

The libraries at hand report the variance of the lifetimes here, which is not the variance of the estimate.
"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.survival.lifetimes import count_risk_sets
from portfolio_lab.errors import AnalysisError

MIN_FOLLOWED = 10


def compute_restricted_mean(lifetimes: pd.DataFrame, *, limit: float) -> tuple[float, float]:
    """Return the restricted mean up to ``limit`` and its standard error, in the unit of ``duration``.

    Variance: sum over event times up to the limit of [area under the curve from there to the limit]² d / (n (n - d)).
    NaN where nobody was followed that long and events were still to come (the area is not known).
    Raises AnalysisError for an empty frame or a limit that is not positive.
    Source: Irwin (1949); Klein and Moeschberger (2003), section 4.5.
    """
    if lifetimes.empty or not limit > 0:
        raise AnalysisError("a restricted mean needs customers and a positive limit", remedy="check both", value=limit)
    counts = count_risk_sets(lifetimes)
    counts = counts[counts["time"] <= limit]
    n, d = counts["n_at_risk"].to_numpy(float), counts["n_events"].to_numpy(float)
    survival = np.concatenate([[1.0], np.cumprod(1 - d / n)])
    if lifetimes["duration"].max() < limit and survival[-1] > 0:
        return np.nan, np.nan
    edges = np.concatenate([[0.0], counts["time"].to_numpy(), [limit]])
    areas = survival * np.diff(edges)
    return float(areas.sum()), float(np.sqrt(_variance(areas, n, d)))


def _variance(areas: np.ndarray, n: np.ndarray, d: np.ndarray) -> float:
    area_after = np.cumsum(areas[::-1])[::-1][1:]
    # where everybody at risk has the event the curve is 0 from there on, and so is the area
    spread = np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d)
    return float((area_after**2 * spread).sum())


def compare_restricted_means(
    first: pd.DataFrame, second: pd.DataFrame, *, limit: float, level: float = 0.95
) -> dict[str, float]:
    """Return how much longer the first group stays than the second, up to ``limit``: difference, low, high, p.

    Units of ``duration``; the groups must not share customers. Source: Royston and Parmar (2013).
    """
    (mean_1, se_1), (mean_2, se_2) = (compute_restricted_mean(each, limit=limit) for each in (first, second))
    difference, error = mean_1 - mean_2, float(np.hypot(se_1, se_2))
    reach = norm.ppf(0.5 + level / 2) * error
    p = float(2 * norm.sf(abs(difference) / error)) if error > 0 else np.nan
    return {"difference": difference, "low": difference - reach, "high": difference + reach, "p": p}


def choose_limit(lifetimes: pd.DataFrame, group: str | None = None, *, wanted: float) -> float:
    """Return ``wanted``, or the longest follow-up that every group has if that is shorter.

    Means up to different limits cannot be compared, so one limit serves all groups.
    """
    longest = (
        lifetimes["duration"].max()
        if group is None
        else lifetimes.groupby(group, observed=True)["duration"].max().min()
    )
    return float(min(wanted, longest))


def choose_reach(lifetimes: pd.DataFrame, group: str | None = None) -> float:
    """Return the longest time to which ten or more of every group were followed, in the unit of ``duration``.

    A mean to the very last stay would hang on one or two; a group of fewer than ten allows its shortest stay.
    """
    members = [lifetimes] if group is None else [rows for _, rows in lifetimes.groupby(group, observed=True)]
    return float(min(rows["duration"].nlargest(MIN_FOLLOWED).min() for rows in members))
