"""Where it works: the effect by class, stage and channel, small cells joined, luck taken out, many looks paid for.

Cells are parts of one adjusted effect, so they average back to it. The best of sixty cells owes most of its lead to
luck; partial pooling gives that back. Sources: Paule and Mandel (1982); Efron and Morris (1975); Gelman, Hill and
Yajima (2012); Benjamini and Hochberg (1995).
"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.effect import Adjusted, compute_error
from portfolio_lab.analysis.observational.sample import Sample
from portfolio_lab.errors import AnalysisError

MIN_PER_ARM = 30
MIN_EVENTS = 5
FALSE_SHARE = 0.05


def build_cells(sample: Sample, found: Adjusted, keys: pd.DataFrame) -> pd.DataFrame:
    """Return the effect per cell of ``keys`` (a row per row of the sample), each from the parts of the one total.

    Grain: one row per cell; the keys, n_treated, n_control, n_events (orders, or non-zero amounts), share (of the
    customers the total speaks of), effect, error in units of the outcome. sum(share × effect) is the total effect.
    Raises AnalysisError where the keys are not one row per row of the sample.
    """
    if len(keys) != sample.n:
        raise AnalysisError("cells need the keys of every row", remedy="give one row of keys per row", value=len(keys))
    names = list(keys.columns)
    cell = keys.groupby(names, observed=True, sort=True).ngroup().to_numpy()
    first = keys.assign(cell=cell).drop_duplicates("cell").sort_values("cell", ignore_index=True)
    weight, score = np.bincount(cell, weights=found.weight), np.bincount(cell, weights=found.score)
    effect = np.divide(score, weight, out=np.full(len(weight), np.nan), where=weight > 0)
    pull = found.score - np.nan_to_num(effect)[cell] * found.weight
    error = [_error_in(pull, sample.cluster, cell == k, weight[k]) for k in range(len(weight))]
    treated = sample.treated.astype(float)
    return first.drop(columns="cell").assign(
        n_treated=np.bincount(cell, weights=treated).astype(int),
        n_control=np.bincount(cell, weights=1 - treated).astype(int),
        n_events=np.bincount(cell, weights=sample.outcome != 0).astype(int),
        share=weight / weight.sum(),
        effect=effect,
        error=error,
    )


def _error_in(pull: np.ndarray, cluster: np.ndarray, chosen: np.ndarray, weight: float) -> float:
    if weight <= 0:
        return np.nan
    codes = np.unique(cluster[chosen], return_inverse=True)[1]
    return compute_error(pull[chosen], codes) * chosen.sum() / weight


def join_small_cells(cells: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Return the cells, each with the estimate of the smallest group around it that is large enough.

    ``keys`` from the widest to the narrowest (class, stage, channel): a cell below 30 customers per group or 5 events
    takes the figures of its class and stage, then of its class, then of all. More columns: is_joined, joined_to.
    """
    result = cells.assign(is_joined=False, joined_to="")
    for depth in range(len(keys) - 1, -1, -1):
        small = _is_small(result)
        if not small.any():
            break
        wider = list(keys[:depth])
        group = cells.assign(_all=0).groupby(wider or ["_all"], observed=True).ngroup().to_numpy()
        joined = _join(cells, group)
        for name in ("n_treated", "n_control", "n_events", "effect", "error"):
            result.loc[small, name] = joined[name].to_numpy()[group][small]
        result.loc[small, "is_joined"] = True
        result.loc[small, "joined_to"] = " · ".join(wider) or "all"
    return result


def _is_small(cells: pd.DataFrame) -> np.ndarray:
    arms = np.minimum(cells["n_treated"], cells["n_control"]) < MIN_PER_ARM
    return (arms | (cells["n_events"] < MIN_EVENTS) | ~(cells["error"] > 0)).to_numpy()


def _join(cells: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
    share = cells["share"].to_numpy() if "share" in cells else cells["n_treated"].to_numpy(dtype=float)
    effect, error = cells["effect"].fillna(0.0).to_numpy(), cells["error"].fillna(0.0).to_numpy()
    total = np.maximum(np.bincount(group, weights=share), 1e-300)
    return pd.DataFrame(
        {name: np.bincount(group, weights=cells[name]).astype(int) for name in ("n_treated", "n_control", "n_events")}
        | {
            "effect": np.bincount(group, weights=share * effect) / total,
            "error": np.sqrt(np.bincount(group, weights=(share * error) ** 2)) / total,
        }
    )


def estimate_spread(effect: np.ndarray, error: np.ndarray) -> tuple[float, float]:
    """Return the variance of the true effects between cells and their mean (Paule and Mandel, 1982)."""

    def excess(spread: float) -> float:
        weight = 1 / (error**2 + spread)
        mean = (weight * effect).sum() / weight.sum()
        return float((weight * (effect - mean) ** 2).sum() - (len(effect) - 1))

    low, high = 0.0, float(np.var(effect) + (error**2).max()) * 10 + 1e-12
    if excess(0.0) > 0:
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    spread = low
    weight = 1 / (error**2 + spread)
    return float(spread), float((weight * effect).sum() / weight.sum())


def shrink_cells(cells: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the cells with shrunk, low, high (units of the outcome) and is_clear.

    ``is_clear``: different from no effect after paying for the number of cells (one in twenty false at most) and by
    the shrunk interval too. With a single cell nothing is shrunk.
    """
    effect, error = cells["effect"].to_numpy(dtype=float), cells["error"].to_numpy(dtype=float)
    spread, mean = estimate_spread(effect, error) if len(cells) > 1 else (np.inf, 0.0)
    pull = 1.0 if np.isinf(spread) else spread / (spread + error**2)
    of_mean = 0.0 if np.isinf(spread) else 1 / (1 / (error**2 + spread)).sum()
    shrunk = mean + pull * (effect - mean)
    width = norm.ppf(0.5 + level / 2) * np.sqrt(pull * error**2 + (1 - pull) ** 2 * of_mean)
    low, high = shrunk - width, shrunk + width
    clear = find_discoveries(2 * norm.sf(np.abs(effect / error)))
    return cells.assign(shrunk=shrunk, low=low, high=high, is_clear=clear & ((low > 0) | (high < 0)))


def find_discoveries(p: np.ndarray, *, false_share: float = FALSE_SHARE) -> np.ndarray:
    """Return which of many p-values stand when at most ``false_share`` of those standing may be false.

    Source: Benjamini and Hochberg (1995).
    """
    order = np.argsort(p, kind="stable")
    passed = np.asarray(p)[order] <= false_share * np.arange(1, len(p) + 1) / len(p)
    n_standing = int(np.flatnonzero(passed).max()) + 1 if passed.any() else 0
    standing = np.zeros(len(p), dtype=bool)
    standing[order[:n_standing]] = True
    return standing
