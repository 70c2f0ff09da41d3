"""Days earlier: how much sooner contacted customers order again, counted up to a limit, others like them compared.

Each customer gets its share of the mean waiting time of all (a pseudo-value), whether it ordered or the data ended
first; these enter the adjusted comparison as any amount. Right where the end of the data does not depend on who the
customer is. Source: Andersen and Pohar Perme (2010).
"""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.lifetimes import count_risk_sets
from portfolio_lab.errors import AnalysisError


def derive_restricted_days(rows: pd.DataFrame, *, limit: float) -> pd.Series:
    """Return each row's pseudo-value of the days to the next order, up to ``limit`` days.

    ``rows``: duration (days), event_observed. Their mean is the restricted mean of all rows; of a customer who ordered
    it is near its own days. Raises AnalysisError when nobody was followed up to the limit.
    """
    lifetimes = rows[["duration", "event_observed"]].astype({"duration": float}).assign(entry=0.0)
    if lifetimes["duration"].max() < limit:
        remedy = "choose a limit that some of the customers reach"
        raise AnalysisError("days to the next order cannot be counted", remedy=remedy, value=limit)
    counts = count_risk_sets(lifetimes)
    counts = counts[counts["time"] <= limit]
    times = counts["time"].to_numpy(float)
    n, d = counts["n_at_risk"].to_numpy(float), counts["n_events"].to_numpy(float)
    survival = np.cumprod(1 - d / n)
    edges = np.concatenate([[0.0], times, [limit]])
    areas = np.concatenate([[1.0], survival]) * np.diff(edges)
    after = np.cumsum(areas[::-1])[::-1][1:]
    duration = lifetimes["duration"].to_numpy()
    hit = lifetimes["event_observed"].to_numpy(dtype=bool) & (duration <= limit)
    pulls = _pulls(duration, hit, times=times, n=n, d=d, after=after)
    return pd.Series(areas.sum() + pulls, index=rows.index, name="restricted_days")


def _pulls(
    duration: np.ndarray, hit: np.ndarray, *, times: np.ndarray, n: np.ndarray, d: np.ndarray, after: np.ndarray
) -> np.ndarray:
    """Influence of each row on the restricted mean, times the number of rows.

    A row's own event pulls by −area after it × rows / (at risk − events); being at risk at earlier events pulls back.
    """
    safe = np.maximum(n - d, 1.0)
    own = after / safe
    drift = np.cumsum(after * d / (n * safe))
    at = np.searchsorted(times, duration, side="right") - 1
    back = np.where(at >= 0, drift[np.maximum(at, 0)], 0.0)
    exact = np.minimum(np.searchsorted(times, duration), max(len(times) - 1, 0))
    return len(duration) * (back - np.where(hit, own[exact], 0.0))
