"""Differences in differences by period since the start, with what the periods before the start could have shown.

Only where the start was set by something other than the customers' own orders (a region, a date). Two-way fixed effects
by alternating demeaning; errors clustered by unit, with the usual G/(G − 1) × (N − 1)/(N − k) where k counts the
effects and the periods but not the units, which are nested in the clusters. Sources: Gaure (2013) on demeaning;
Roth (2022) on the power of the look before; Rambachan and Roth (2023) on how bad later departures may be.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2, ncx2, norm

from portfolio_lab.errors import AnalysisError

POWER = 0.8
ERROR_SHARE = 0.05


@dataclass(frozen=True)
class EventStudy:
    """Effects by period since the start (−1 is the reference): effect, error, low, high; and their covariance."""

    effects: pd.DataFrame
    covariance: np.ndarray

    def mean_after(self) -> tuple[float, float]:
        """Mean effect of the periods from the start on, and its error."""
        after = (self.effects["since"] >= 0).to_numpy(dtype=float)
        weight = after / after.sum()
        return float(weight @ self.effects["effect"]), float(np.sqrt(weight @ self.covariance @ weight))


@dataclass(frozen=True)
class PreTest:
    """The look at the periods before the start: did they move apart, and what could have been seen?

    ``passed``: no difference found. ``slope_seen`` is the trend per period that 80 % of such looks would notice, and
    ``bias_unseen`` what that trend would add to the mean effect. ``breakdown`` says how many times the largest step
    before the start the steps after it may be before the effect of the first period could be 0.
    """

    passed: bool
    slope_seen: float
    bias_unseen: float
    breakdown: float


def fit_event_study(panel: pd.DataFrame, *, unit: str, period: str, start: str, outcome: str) -> EventStudy:
    """Return effects by period since the start; ``start`` is the unit's first treated period (empty = never).

    ``period`` and ``start`` are whole numbers. One common start only: with staggered starts this would compare treated
    with treated. Raises AnalysisError for staggered starts, or when nobody or everybody is treated.
    """
    starts = panel.groupby(unit)[start].first()
    if len(set(starts.dropna())) != 1 or starts.notna().all():
        remedy = "use staggered.fit_staggered for different starts; keep units that never start"
        n_starts = len(set(starts.dropna()))
        raise AnalysisError("an event study needs one start and units without", remedy=remedy, value=n_starts)
    since = (panel[period] - panel[start]).to_numpy(dtype=float)
    steps = np.array(sorted({int(value) for value in since[~np.isnan(since)]} - {-1}))
    X = (since[:, None] == steps[None, :]).astype(float)
    beta, covariance = fit_two_way(panel, X, unit=unit, period=period, outcome=outcome)
    error = np.sqrt(np.diag(covariance))
    reach = norm.ppf(0.975) * error
    effects = pd.DataFrame({"since": steps, "effect": beta, "error": error, "low": beta - reach, "high": beta + reach})
    return EventStudy(effects, covariance)


def fit_two_way(
    panel: pd.DataFrame, X: np.ndarray, *, unit: str, period: str, outcome: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients of X beside unit and period effects, and their covariance clustered by unit."""
    codes = [pd.factorize(panel[name])[0] for name in (unit, period)]
    both = _demean(np.column_stack([panel[outcome].to_numpy(dtype=float), X]), codes)
    y, X = both[:, 0], both[:, 1:]
    bread = np.linalg.pinv(X.T @ X)
    beta = bread @ (X.T @ y)
    pulls = X * (y - X @ beta)[:, None]
    sums = np.column_stack([np.bincount(codes[0], weights=column) for column in pulls.T])
    n, n_units = len(y), int(codes[0].max()) + 1
    k = X.shape[1] + int(codes[1].max()) + 1
    factor = n_units / (n_units - 1) * (n - 1) / (n - k)
    return beta, factor * bread @ (sums.T @ sums) @ bread


def _demean(values: np.ndarray, codes: list[np.ndarray]) -> np.ndarray:
    """Take unit and period means out until nothing is left of them."""
    counts = [np.bincount(code).astype(float) for code in codes]
    values = values.copy()
    for _ in range(1000):
        moved = 0.0
        for code, count in zip(codes, counts, strict=True):
            means = np.column_stack([np.bincount(code, weights=column) for column in values.T]) / count[:, None]
            values -= means[code]
            moved = max(moved, float(np.abs(means).max()))
        if moved < 1e-11:
            return values
    raise AnalysisError(
        "unit and period effects cannot be told apart", remedy="leave out units seen in one period only"
    )


def look_before(study: EventStudy) -> PreTest:
    """Return what the periods before the start show, and what they could have shown.

    Raises AnalysisError with fewer than two periods before the reference period.
    """
    since, effect = study.effects["since"].to_numpy(), study.effects["effect"].to_numpy()
    before, after = since < -1, since >= 0
    if before.sum() < 2 or not after.any():
        remedy = "bring more periods from before the start"
        raise AnalysisError("too few periods before the start to look at", remedy=remedy, value=int(before.sum()))
    covariance = study.covariance[np.ix_(before, before)]
    mean_after = float((since[after] + 1).mean())
    return judge_drift(
        effect[before], covariance, line=since[before] + 1.0, mean_after=mean_after, breakdown=_breakdown(study)
    )


def judge_drift(
    effect: np.ndarray, covariance: np.ndarray, *, line: np.ndarray, mean_after: float, breakdown: float
) -> PreTest:
    """Return the look at effects before the start, against a steady drift that would show in them as ``line``.

    ``mean_after`` turns a drift per period into what it would add to the mean effect.
    """
    precision = np.linalg.pinv(covariance)
    distance = float(effect @ precision @ effect)
    limit = chi2.ppf(1 - ERROR_SHARE, len(effect))
    slope = np.sqrt(_needed_noncentrality(limit, len(effect)) / (line @ precision @ line))
    return PreTest(bool(distance <= limit), float(slope), float(slope * mean_after), breakdown)


def _needed_noncentrality(limit: float, n: int) -> float:
    low, high = 0.0, 200.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if ncx2.sf(limit, n, middle) < POWER else (low, middle)
    return high


def _breakdown(study: EventStudy) -> float:
    """Interval of the first period against the largest step between neighbouring periods before the start."""
    path = pd.concat(
        [study.effects[["since", "effect", "error"]], pd.DataFrame({"since": [-1], "effect": [0.0], "error": [0.0]})]
    ).sort_values("since")
    steps = np.abs(np.diff(path.loc[path["since"] <= -1, "effect"]))
    first = path[path["since"] == 0].iloc[0]
    clear = max(abs(first["effect"]) - norm.ppf(0.975) * first["error"], 0.0)
    return float(clear / steps.max()) if steps.max() > 0 else float(np.inf)
