"""Do groups differ? Log-rank and Fleming-Harrington tests, pairwise with Holm, and by how much in days."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import chi2

from portfolio_lab.analysis.survival.lifetimes import count_risk_sets
from portfolio_lab.analysis.survival.restricted_mean import choose_limit, compare_restricted_means
from portfolio_lab.errors import AnalysisError


def compute_log_rank(
    lifetimes: pd.DataFrame, group: str, *, early_weight: float = 0.0, late_weight: float = 0.0
) -> dict[str, float]:
    """Return chi2, df and p of the hypothesis that all groups have one curve; late entry included.

    Weights S^early (1 - S)^late by the pooled curve just before each event: 0, 0 is the log-rank test; 0, 1 looks for
    late differences, which is what crossing curves leave. Raises AnalysisError for fewer than two groups or no event.
    Source: Mantel (1966); Fleming and Harrington (1981).
    """
    at_risk, events = _count_by_group(lifetimes, group)
    n, d = at_risk.sum(axis=1), events.sum(axis=1)
    weight = _weights(n, d, early=early_weight, late=late_weight)
    share = at_risk / n[:, None]
    excess = (weight[:, None] * (events - d[:, None] * share)).sum(axis=0)
    spread = weight**2 * d * np.divide(n - d, n - 1, out=np.zeros_like(d), where=n > 1)
    covariance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    df = at_risk.shape[1] - 1
    # the groups' excesses sum to nothing: what rounding leaves in that direction must not be taken for spread
    statistic = float(excess @ np.linalg.pinv(covariance, rcond=1e-9, hermitian=True) @ excess)
    return {"chi2": statistic, "df": df, "p": float(chi2.sf(statistic, df))}


def _count_by_group(lifetimes: pd.DataFrame, group: str) -> tuple[np.ndarray, np.ndarray]:
    members = [rows for _, rows in lifetimes.groupby(group, sort=True, observed=True)]
    if len(members) < 2:
        raise AnalysisError(f"{group} has fewer than two groups", remedy="compare by another column")
    if not lifetimes["event_observed"].any():
        raise AnalysisError("no event in any group", remedy="wait until somebody has gone inactive")
    times = np.unique(lifetimes.loc[lifetimes["event_observed"], "duration"].to_numpy())
    counts = [count_risk_sets(rows, times) for rows in members]
    stack = [np.column_stack([each[column] for each in counts]).astype(float) for column in ("n_at_risk", "n_events")]
    return stack[0], stack[1]


def _weights(n: np.ndarray, d: np.ndarray, *, early: float, late: float) -> np.ndarray:
    before = np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]])
    return before**early * (1 - before) ** late


def compare_pairs(lifetimes: pd.DataFrame, group: str, *, limit: float) -> pd.DataFrame:
    """Return every pair of groups with its log-rank test, adjusted by Holm, and the difference in mean stay.

    Grain: pair: group_1, group_2, chi2, p, p_holm, crosses, p_late, limit, difference, low, high. The difference is of
    restricted means up to ``limit`` (cut to the shortest follow-up), group_1 minus group_2, in units of ``duration``.
    Where curves cross, ``p_late`` (Fleming-Harrington 0, 1) sees what the log-rank test averages away.
    """
    limit = choose_limit(lifetimes, group, wanted=limit)
    rows = []
    for name_1, name_2 in combinations(sorted(lifetimes[group].dropna().unique()), 2):
        pair = lifetimes[lifetimes[group].isin([name_1, name_2])]
        if pair["event_observed"].any():
            rows.append({"group_1": name_1, "group_2": name_2, **_compare(pair, group, name_1, limit=limit)})
    table = pd.DataFrame(rows)
    if not table.empty:
        table.insert(4, "p_holm", adjust_by_holm(table["p"].to_numpy()))
    return table


def _compare(pair: pd.DataFrame, group: str, name_1: object, *, limit: float) -> dict[str, object]:
    is_first = pair[group] == name_1
    tested = compute_log_rank(pair, group)
    means = compare_restricted_means(pair[is_first], pair[~is_first], limit=limit)
    return {
        "chi2": tested["chi2"],
        "p": tested["p"],
        "crosses": do_curves_cross(pair, group),
        "p_late": compute_log_rank(pair, group, late_weight=1.0)["p"],
        "limit": limit,
        **{name: means[name] for name in ("difference", "low", "high")},
    }


def do_curves_cross(pair: pd.DataFrame, group: str, *, min_gap: float = 0.02) -> bool:
    """Return whether the curves of two groups cross and are ``min_gap`` or more apart on both sides of the crossing."""
    at_risk, events = _count_by_group(pair, group)
    hazard = np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)
    seen = (at_risk > 0).all(axis=1)
    gap = (np.cumprod(1 - hazard, axis=0) @ np.array([1.0, -1.0]))[seen]
    return bool(gap.size and gap.max() >= min_gap and gap.min() <= -min_gap)


def adjust_by_holm(p_values: np.ndarray) -> np.ndarray:
    """Return the p values adjusted for their number. Source: Holm (1979)."""
    order = np.argsort(p_values)
    factors = len(p_values) - np.arange(len(p_values))
    adjusted = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1.0)
    return adjusted[np.argsort(order)]
