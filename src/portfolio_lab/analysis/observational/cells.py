"""Where it works: the effect by class, stage and channel, small cells joined, luck taken out, many looks paid for.

Cells are parts of one adjusted effect, so they average back to it. The best of sixty cells owes most of its lead to
luck; partial pooling gives that back. Sources: Paule and Mandel (1982); Efron and Morris (1975); Gelman, Hill and
Yajima (2012); Benjamini and Hochberg (1995).
"""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.experiments.multiplicity import compute_p_values, reject_by_benjamini_hochberg
from portfolio_lab.analysis.experiments.shrinkage import shrink_cells as shrink
from portfolio_lab.analysis.observational.effect import Adjusted, compute_error
from portfolio_lab.analysis.observational.sample import Sample
from portfolio_lab.errors import AnalysisError

MIN_PER_ARM = 30
MIN_EVENTS = 5


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


def shrink_cells(cells: pd.DataFrame, *, within: str | None = None, confidence: float = 0.95) -> pd.DataFrame:
    """Return the cells with shrunk_effect, low, high (units of the outcome) and is_clear.

    Cells are drawn towards the mean of all, or of those that share the value of ``within`` (as the channel).
    ``is_clear``: different from no effect after paying for the number of cells (one in twenty false at most) and by
    the shrunk interval too.
    """
    effect, error = cells["effect"].to_numpy(dtype=float), cells["error"].to_numpy(dtype=float)
    result = cells.assign(shrunk_effect=effect, low=np.nan, high=np.nan)
    group = np.zeros(len(cells)) if within is None else pd.factorize(cells[within])[0]
    for k in np.unique(group):
        own = group == k
        shrunk = shrink(effect[own], error[own])
        low, high = shrunk.interval(confidence)
        result.loc[own, ["shrunk_effect", "low", "high"]] = np.column_stack([shrunk.effects, low, high])
    stands = reject_by_benjamini_hochberg(compute_p_values(effect, error))
    return result.assign(is_clear=stands & ((result["low"] > 0) | (result["high"] < 0)).to_numpy())
