"""Plans that start at different times: every start against units that have not started yet, then put together.

Source: Callaway and Sant'Anna (2021), without covariates; errors by unit from the influence of each unit.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.panels import PreTest, judge_drift
from portfolio_lab.errors import AnalysisError

LOOK_BACK = 3


@dataclass(frozen=True)
class Staggered:
    """Effects ``by_start`` (start, period, effect, error), ``by_since`` (since, effect, error) and ``overall``.

    Units of the outcome. ``overall`` weighs each start and period after it by its number of units. ``covariance``:
    of ``by_since``.
    """

    by_start: pd.DataFrame
    by_since: pd.DataFrame
    covariance: np.ndarray
    overall: float
    overall_error: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Limits of the overall effect."""
        reach = norm.ppf(0.5 + level / 2) * self.overall_error
        return self.overall - reach, self.overall + reach


def fit_staggered(
    panel: pd.DataFrame, *, unit: str, period: str, start: str, outcome: str, never_only: bool = False
) -> Staggered:
    """Return effects by start and period; compared are units that have not started by then (or never do).

    ``panel``: one row per unit and period, none missing; ``start`` empty = never. Raises AnalysisError for a panel with
    gaps, or without any unit that starts later or never.
    """
    indexed = panel.set_index([unit, period])[outcome]
    wide = indexed.unstack()  # noqa: PD010 - unlike a pivot table it refuses doubles
    if wide.isna().any().any():
        remedy = "keep units that are seen in every period"
        raise AnalysisError("the panel has gaps", remedy=remedy, value=int(wide.isna().to_numpy().sum()))
    begins = panel.groupby(unit)[start].first().reindex(wide.index).fillna(np.inf).to_numpy()
    periods, Y = wide.columns.to_numpy(), wide.to_numpy(dtype=float)
    found = [
        (g, t, *_one(Y, begins, periods, g=g, t=t, never_only=never_only))
        for g in np.unique(begins[np.isfinite(begins)])
        if g > periods[0]
        for t in periods[1:]
        if (_controls(begins, g, t, periods, never_only=never_only)).any()
    ]
    if not found:
        raise AnalysisError("no unit is left to compare with", remedy="keep units that start later or never")
    return _put_together(found, begins)


def _controls(begins: np.ndarray, g: float, t: float, periods: np.ndarray, *, never_only: bool) -> np.ndarray:
    if never_only:
        return np.isinf(begins)
    return (begins > max(t, _base(g, t, periods))) & (begins != g)


def _base(g: float, t: float, periods: np.ndarray) -> float:
    """The period before the start; for periods before it, the period before the one looked at."""
    earlier = periods[periods < (g if t >= g else t)]
    return earlier[-1]


def _one(
    Y: np.ndarray, begins: np.ndarray, periods: np.ndarray, *, g: float, t: float, never_only: bool
) -> tuple[float, np.ndarray]:
    """Effect of one start in one period and the influence of every unit on it."""
    base = _base(g, t, periods)
    change = Y[:, periods == t][:, 0] - Y[:, periods == base][:, 0]
    own, others = begins == g, _controls(begins, g, t, periods, never_only=never_only)
    n = len(Y)
    influence = np.zeros(n)
    influence[own] = (change[own] - change[own].mean()) * n / own.sum()
    influence[others] -= (change[others] - change[others].mean()) * n / others.sum()
    return float(change[own].mean() - change[others].mean()), influence


def _put_together(found: list[tuple], begins: np.ndarray) -> Staggered:
    n = len(begins)
    rows = pd.DataFrame([(g, t, effect) for g, t, effect, _ in found], columns=["start", "period", "effect"])
    influence = np.column_stack([each for *_, each in found])
    rows["error"] = _errors(influence)
    rows["since"] = rows["period"] - rows["start"]
    share = rows["start"].map({g: (begins == g).mean() for g in rows["start"].unique()}).to_numpy()
    member = np.column_stack([(begins == g).astype(float) for g in rows["start"]])
    after = (rows["since"] >= 0).to_numpy()
    overall, pull = _average(rows["effect"].to_numpy(), influence, share, member, after)
    lines, pulls = [], []
    for since in np.sort(rows["since"].unique()):
        chosen = (rows["since"] == since).to_numpy()
        effect, each = _average(rows["effect"].to_numpy(), influence, share, member, chosen)
        lines.append((since, effect, float(np.sqrt((each**2).sum()) / n)))
        pulls.append(each)
    by_since, pulls = pd.DataFrame(lines, columns=["since", "effect", "error"]), np.column_stack(pulls)
    error = float(np.sqrt((pull**2).sum()) / n)
    by_start = rows[["start", "period", "effect", "error"]]
    return Staggered(by_start, by_since, pulls.T @ pulls / n**2, overall, error)


def look_before_starts(found: Staggered) -> PreTest:
    """Return what the last periods before the starts show, and what they could have shown.

    Each of them is the change since the period before it, so a steady drift shows as the same number in all.
    Raises AnalysisError with fewer than two periods before the start.
    """
    since, effect = found.by_since["since"].to_numpy(), found.by_since["effect"].to_numpy()
    before, after = (since < 0) & (since >= -LOOK_BACK), since >= 0
    if before.sum() < 2 or not after.any():
        remedy = "bring more periods from before the start"
        raise AnalysisError("too few periods before the start to look at", remedy=remedy, value=int(before.sum()))
    covariance = found.covariance[np.ix_(before, before)]
    first = found.by_since[since == 0].iloc[0] if (since == 0).any() else found.by_since[after].iloc[0]
    clear = max(abs(first["effect"]) - norm.ppf(0.975) * first["error"], 0.0)
    return judge_drift(
        effect[before],
        covariance,
        line=np.ones(before.sum()),
        mean_after=float((since[after] + 1).mean()),
        breakdown=float(clear / np.abs(effect[before]).max()),
    )


def _errors(influence: np.ndarray) -> np.ndarray:
    return np.sqrt((influence**2).sum(axis=0)) / len(influence)


def _average(
    effect: np.ndarray, influence: np.ndarray, share: np.ndarray, member: np.ndarray, chosen: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean of the chosen effects by size of their start, and each unit's influence on it (sizes are estimates too)."""
    total = share[chosen].sum()
    weight = share[chosen] / total
    mean = float(weight @ effect[chosen])
    of_sizes = (member[:, chosen] - share[chosen]) @ ((effect[chosen] - mean) / total)
    return mean, influence[:, chosen] @ weight + of_sizes
