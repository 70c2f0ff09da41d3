"""Maximum likelihood for the law of the next gap: Weibull with a share that never comes back."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from portfolio_lab.analysis.stages.cycles import compute_cycle_days
from portfolio_lab.analysis.stages.histories import Histories
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import StageRule

CYCLE_BINS = 24


def fit_gap_law(histories: Histories, *, as_of_day: int, cycle: StageRule) -> dict[str, float]:
    """Return the fitted parameters of the hazard family, for the first gap and for the later ones.

    ``histories`` end at ``as_of_day`` (days since 1970), where open gaps are censored; ``cycle``: any rule that carries
    typical_gap_days and shrink_gaps. Raises AnalysisError below 20 closed gaps of either kind.
    Source: mixture cure model (Farewell, 1982).
    """
    following = np.append(histories.day[1:], 0)
    length = np.where(histories.is_last, as_of_day, following) - histories.day
    ratio = compute_cycle_days(histories.n_repeats, histories.age_days, cycle) / cycle.typical_gap_days
    known = length > 0
    is_first = histories.n_repeats == 0
    first = _fit(length, histories.is_last, ratio, known & is_first, with_cycle=False)
    later = _fit(length, histories.is_last, ratio, known & ~is_first, with_cycle=True)
    names = ("never_share", "scale_days", "shape")
    return (
        {f"first_{name}": value for name, value in zip(names, first, strict=False)}
        | {f"later_{name}": value for name, value in zip(names, later, strict=False)}
        | {"cycle_power": later[3]}
    )


def _fit(
    length: np.ndarray, is_open: np.ndarray, ratio: np.ndarray, chosen: np.ndarray, *, with_cycle: bool
) -> list[float]:
    if (chosen & ~is_open).sum() < 20:
        raise AnalysisError("too few closed gaps to fit a hazard", remedy="leave the hazard family out", value=20)
    days, opened, log_ratio, count = _compress(length[chosen], is_open[chosen], np.log(ratio[chosen]))
    start = [logit(0.3), np.log(np.median(length[chosen & ~is_open])), 0.0, *([0.5] if with_cycle else [])]
    bounds = [(-8, 8), (-1, 12), (-2, 2.5), *([(-1, 3)] if with_cycle else [])]
    best = minimize(_loss, start, args=(days, opened, log_ratio, count), method="L-BFGS-B", bounds=bounds)
    never, scale, shape = float(expit(best.x[0])), float(np.exp(best.x[1])), float(np.exp(best.x[2]))
    return [never, scale, shape, float(best.x[3]) if with_cycle else 0.0]


def _compress(length: np.ndarray, is_open: np.ndarray, log_ratio: np.ndarray) -> tuple[np.ndarray, ...]:
    """Distinct (days, open, cycle within a bin) and how often each occurs."""
    edges = np.quantile(log_ratio, np.linspace(0, 1, CYCLE_BINS + 1)[1:-1])
    cell = np.searchsorted(edges, log_ratio)
    centre = np.bincount(cell, log_ratio, CYCLE_BINS) / np.maximum(np.bincount(cell, minlength=CYCLE_BINS), 1)
    key = (length * 2 + is_open) * CYCLE_BINS + cell
    distinct, count = np.unique(key, return_counts=True)
    pair, cell = np.divmod(distinct, CYCLE_BINS)
    return (pair // 2).astype(float), pair % 2 == 1, centre[cell], count


def _loss(theta: np.ndarray, days: np.ndarray, is_open: np.ndarray, log_ratio: np.ndarray, count: np.ndarray) -> float:
    """Minus the mean log-likelihood; theta: logit of the never share, log scale, log shape, cycle power."""
    never, shape = expit(theta[0]), np.exp(theta[2])
    log_scale = theta[1] + (theta[3] if len(theta) > 3 else 0.0) * log_ratio
    log_time = shape * (np.log(days) - log_scale)
    hazard = np.exp(np.minimum(log_time, 700))
    closed = np.log1p(-never) + np.log(shape) - log_scale + (log_time - log_time / shape) - hazard
    still_open = np.log(never + (1 - never) * np.exp(-hazard))
    return -float(np.sum(count * np.where(is_open, still_open, closed)) / count.sum())
