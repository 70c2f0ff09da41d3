"""Where it works: the effect by class, stage and channel, small cells joined, luck taken out, many looks paid for.

Cells are parts of one adjusted effect, so they average back to it. The best of sixty cells owes most of its lead to
luck; partial pooling gives that back. Sources: Paule and Mandel (1982); Efron and Morris (1975); Gelman, Hill and
Yajima (2012); Benjamini and Hochberg (1995).
"""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.experiments.multiplicity import compute_p_values, reject_by_benjamini_hochberg
from portfolio_lab.analysis.experiments.shrinkage import shrink_cells as shrink
from portfolio_lab.analysis.observational.effect import FEW_TREATED, Adjusted, compute_error, widen_few
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
    first = keys.iloc[np.unique(cell, return_index=True)[1]].reset_index(drop=True)
    weight, score = np.bincount(cell, weights=found.weight), np.bincount(cell, weights=found.score)
    effect = np.divide(score, weight, out=np.full(len(weight), np.nan), where=weight > 0)
    rows = np.split(np.argsort(cell, kind="stable"), np.cumsum(np.bincount(cell))[:-1])
    error = [_error_in(sample, found, chosen, effect=effect[k]) for k, chosen in enumerate(rows)]
    counted = _count_once(sample, cell)
    return first.assign(
        n_treated=np.bincount(cell, weights=sample.treated & counted).astype(int),
        n_control=np.bincount(cell, weights=~sample.treated & counted).astype(int),
        n_events=np.bincount(cell, weights=(sample.outcome != 0) & counted).astype(int),
        share=weight / weight.sum(),
        effect=effect,
        error=error,
    )


def _count_once(sample: Sample, cell: np.ndarray) -> np.ndarray:
    """Which rows count: one that several comparisons share stands in a cell for one customer."""
    if sample.place is None:
        return np.ones(sample.n, dtype=bool)
    return ~pd.DataFrame({"cell": cell, "place": sample.place}).duplicated().to_numpy()


def _error_in(sample: Sample, found: Adjusted, chosen: np.ndarray, *, effect: float) -> float:
    """The error of a cell from the influence of its rows; few contacted are widened as they are in the total."""
    weight, treated = found.weight[chosen], sample.treated[chosen]
    if weight.sum() <= 0:
        return np.nan
    pull = (found.score[chosen] - effect * weight) / weight.mean()
    if found.estimand == "att" and treated.sum() < FEW_TREATED:
        e = np.clip(found.predictions.chance[chosen], 0.0, 1 - found.recipe.clip)
        pull = np.where(treated, pull * widen_few(found.score[chosen], treated, e=e, effect=effect), pull)
    return compute_error(pull, np.unique(sample.cluster[chosen], return_inverse=True)[1])


def pool_upward(sample: Sample, found: Adjusted, keys: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every cell of ``build_cells``, and the lines to be shown: large cells, and small ones put together.

    ``keys`` from the widest to the narrowest (class, stage, channel). Cells below 30 customers per group or 5 events
    are joined with the other small ones of their class and stage, then of their class, then of all; what is still too
    small joins the smallest such line, or stands alone where there is none (``is_small``). Every cell is in one line
    (``line``), so lines average back to the total as cells do: sum(share × effect). Lines have the columns of cells,
    the keys of what they hold separated by commas, and n_cells, is_joined, is_small.
    """
    names = list(keys.columns)
    cells = build_cells(sample, found, keys).assign(line=lambda frame: np.arange(len(frame)))
    cell = keys.groupby(names, observed=True, sort=True).ngroup().to_numpy()
    line, lines = cells["line"].to_numpy(), cells
    for depth in range(len(names) - 1, -1, -1):
        small = np.isin(line, lines.loc[_is_small(lines), "line"])
        if not small.any():
            break
        line = _join_by(line, cells, names[:depth], small)
        lines = build_cells(sample, found, pd.DataFrame({"line": line[cell]}))
    line = _join_last(line, lines)
    lines = build_cells(sample, found, pd.DataFrame({"line": line[cell]}))
    return cells.assign(line=line), _name_lines(lines, cells.assign(line=line), names)


def _join_by(line: np.ndarray, cells: pd.DataFrame, wider: list[str], small: np.ndarray) -> np.ndarray:
    """The line of each cell when the small ones of one group of ``wider`` make one line."""
    group = cells.assign(_all=0).groupby(wider or ["_all"], observed=True, sort=True).ngroup().to_numpy()
    return np.where(small, line.max() + 1 + group, line)


def _join_last(line: np.ndarray, lines: pd.DataFrame) -> np.ndarray:
    """What is too small even together goes with the smallest line that was joined."""
    numbers, small = lines["line"].to_numpy(), _is_small(lines)
    joined = numbers[~small & (numbers >= len(line))]
    if not small.any() or not len(joined):
        return line
    nearest = lines.set_index("line").loc[joined, "n_treated"].idxmin()
    return np.where(np.isin(line, numbers[small]), nearest, line)


def _name_lines(lines: pd.DataFrame, cells: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The lines with the keys of what they hold and how many cells that are."""
    kept = cells[cells["n_treated"] > 0] if (cells["n_treated"] > 0).any() else cells
    held = kept.groupby("line", sort=True)[names].agg(lambda values: ", ".join(dict.fromkeys(map(str, values))))
    n_cells = cells.groupby("line").size()
    named = held.reindex(lines["line"]).reset_index(drop=True)
    is_joined = lines["line"].to_numpy() >= len(cells)
    rest = lines.drop(columns="line").reset_index(drop=True)
    return pd.concat([lines[["line"]], named, rest], axis=1).assign(
        n_cells=lines["line"].map(n_cells).to_numpy(), is_joined=is_joined, is_small=_is_small(lines)
    )


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
