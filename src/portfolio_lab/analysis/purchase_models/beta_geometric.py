"""BG/NBD and MBG/NBD: purchases at a gamma-distributed rate, and after each of them a chance to leave for good.

In MBG/NBD the customer may leave right after the first purchase too (``offset`` 1), in BG/NBD only after a repeat
(``offset`` 0). Sources: Fader, Hardie & Lee (2005); Batislam, Denizel & Filiztekin (2007); Hoppe & Wagner (2007).
Parameters: r, alpha (rate ~ Gamma), a, b (chance to leave ~ Beta).
"""

import numpy as np
from scipy.special import betaln, digamma, expit, gammaln
from scipy.stats import nbinom

from portfolio_lab.analysis.purchase_models.histories import DistinctHistories
from portfolio_lab.analysis.purchase_models.quadrature import beta_nodes

NAMES = ("r", "alpha", "a", "b")
START = (1.0, 1.0, 1.0, 2.0)
N_NODES = 40


def log_likelihood(parameters: np.ndarray, groups: DistinctHistories, *, offset: int) -> tuple[float, np.ndarray]:
    """Return the log-likelihood (without terms free of the parameters) and its gradient."""
    r, alpha, _, _ = parameters
    x, last, tenure, n = groups.n_repeats, groups.last_repeat, groups.tenure, groups.counts
    by_count, slope = _count_part(parameters, x, n, offset=offset)
    log_ratio = np.log((alpha + tenure) / (alpha + last))
    odds = _log_odds_gone(parameters, x, log_ratio, offset=offset)
    gone = n * expit(odds)
    exponent = n * (r + x)
    log_full = np.log(alpha + tenure)
    value = by_count + _total(n, np.logaddexp(0, odds)) - _total(exponent, log_full)
    slope[0] += _total(gone, log_ratio) - _total(n, log_full)
    slope[1] += _total(gone * (r + x), 1 / (alpha + tenure) - 1 / (alpha + last)) - np.sum(exponent / (alpha + tenure))
    slope[2] += gone.sum() / parameters[2]
    slope[3] -= _total(gone, 1 / np.maximum(parameters[3] + x - 1 + offset, 1e-300))
    return float(value), slope


def _total(weights: np.ndarray, values: np.ndarray) -> float:
    """Sum of the products; not np.dot, which wakes threads that cost more than they save on vectors of this length."""
    return float(np.einsum("i,i->", weights, values))


def _count_part(p: np.ndarray, x: np.ndarray, n: np.ndarray, *, offset: int) -> tuple[float, np.ndarray]:
    """The part that depends on the number of repeats alone: special functions once per distinct number."""
    r, alpha, a, b = p
    weight = np.bincount(x.astype(np.int64), weights=n)
    distinct = np.flatnonzero(weight)
    weight = weight[distinct]
    total, stays = weight.sum(), b + distinct + offset
    terms = betaln(a, stays) - betaln(a, b) + gammaln(r + distinct) - gammaln(r)
    value = np.dot(weight, terms) + total * r * np.log(alpha)
    together = digamma(a + b) - digamma(a + stays)
    slope = np.array([
        np.dot(weight, digamma(r + distinct) - digamma(r)) + total * np.log(alpha),
        total * r / alpha,
        np.dot(weight, together),
        np.dot(weight, digamma(stays) - digamma(b) + together),
    ])  # fmt: skip
    return float(value), slope


def _log_odds_gone(p: np.ndarray, x: np.ndarray, log_ratio: np.ndarray, *, offset: int) -> np.ndarray:
    """Log odds of having left: minus infinity where leaving was not possible yet (BG/NBD without a repeat)."""
    r, _, a, b = p
    possible = (x > 0) | bool(offset)
    stays = np.where(possible, b + x - 1 + offset, 1.0)
    return np.where(possible, np.log(a) - np.log(stays) + (r + x) * log_ratio, -np.inf)


def alive_probability(parameters: np.ndarray, groups: DistinctHistories, *, offset: int) -> np.ndarray:
    """Return P(still a customer at as_of | history), per distinct history."""
    alpha = parameters[1]
    log_ratio = np.log((alpha + groups.tenure) / (alpha + groups.last_repeat))
    return expit(-_log_odds_gone(parameters, groups.n_repeats, log_ratio, offset=offset))


def buys_if_alive(parameters: np.ndarray, groups: DistinctHistories, *, horizon: float, offset: int) -> np.ndarray:
    """Return P(at least one purchase within the horizon | alive at as_of)."""
    r, alpha, _, _ = parameters
    return -np.expm1(-(r + groups.n_repeats) * np.log1p(horizon / (alpha + groups.tenure)))


def purchases_if_alive(
    parameters: np.ndarray, x: np.ndarray, tenure: np.ndarray, *, horizons: np.ndarray, offset: int
) -> np.ndarray:
    """Return the expected purchases within each horizon for a customer alive at as_of; shape (len(x), len(horizons)).

    Mean of (1 - exp(-rate·p·t)) / p over the rate (closed form) and the chance p to leave (Gauss rule of its Beta):
    the hypergeometric form of the papers overflows for frequent buyers, this does not.
    """
    r, alpha, a, b = parameters
    distinct, code = np.unique(x, return_inverse=True)
    nodes, weights = beta_nodes(a, b + distinct + offset, N_NODES)
    p, weight = nodes[code], weights[code]
    result = np.empty((len(x), len(horizons)))
    scale = p / (alpha + tenure)[:, None]
    for column, horizon in enumerate(horizons):
        stays = -np.expm1(-(r + x)[:, None] * np.log1p(scale * horizon))
        result[:, column] = np.einsum("ij,ij->i", weight, stays / p)
    return result


def count_probabilities(parameters: np.ndarray, t: np.ndarray, *, n_max: int, offset: int) -> np.ndarray:
    """Return P(x repeats within t of the first purchase), x = 0 … n_max; shape (len(t), n_max + 1)."""
    r, alpha, a, b = parameters
    x = np.arange(n_max + 1)[None, :]
    stays = alpha / (alpha + np.asarray(t, float))[:, None]
    none = np.exp(betaln(a, b + x + offset) - betaln(a, b)) * nbinom.pmf(x, r, stays)
    left = np.exp(betaln(a + 1, np.maximum(b + x - 1 + offset, 1e-300)) - betaln(a, b)) * nbinom.sf(x - 1, r, stays)
    return none + np.where((x > 0) | bool(offset), left, 0.0)
