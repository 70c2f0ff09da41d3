"""Pareto/NBD: purchases at a gamma-distributed rate, until an exponential lifetime with a gamma-distributed rate ends.

Source: Schmittlein, Morrison & Colombo (1987); Fader & Hardie, note 009 (2005). Parameters: r, alpha (purchase rate),
s, beta (rate of leaving). The integral over the unknown moment of leaving is taken by a Gauss rule in a variable in
which its integrand is nearly flat, instead of two hypergeometric functions that cancel each other.
"""

import numpy as np
from scipy.special import digamma, expit, gammaln
from scipy.stats import nbinom

from portfolio_lab.analysis.purchase_models.histories import DistinctHistories
from portfolio_lab.analysis.purchase_models.quadrature import legendre

NAMES = ("r", "alpha", "s", "beta")
START = (1.0, 1.0, 0.5, 1.0)
N_NODES = 14
CHUNK = 8192


def log_likelihood(parameters: np.ndarray, groups: DistinctHistories) -> tuple[float, np.ndarray]:
    """Return the log-likelihood (without terms free of the parameters) and its gradient."""
    r, alpha, s, beta = parameters
    distinct, code = np.unique(groups.n_repeats, return_inverse=True)
    weight = np.bincount(code, weights=groups.counts)
    total = weight.sum()
    value = np.dot(weight, gammaln(r + distinct) - gammaln(r)) + total * (r * np.log(alpha) + s * np.log(beta))
    slope = total * np.array([np.log(alpha) - digamma(r), r / alpha, np.log(beta), s / beta])
    slope[0] += np.dot(weight, digamma(r + distinct))
    for part in _chunks(len(groups.counts)):
        x, last, tenure, n = (
            column[part] for column in (groups.n_repeats, groups.last_repeat, groups.tenure, groups.counts)
        )
        more, more_slope = _tail_part(parameters, x, last, tenure, n)
        value, slope = value + more, slope + more_slope
    return float(value), slope


def _chunks(n: int) -> list[slice]:
    """Rows in pieces that stay in the processor's cache."""
    return [slice(start, start + CHUNK) for start in range(0, n, CHUNK)]


def _tail_part(
    p: np.ndarray, x: np.ndarray, last: np.ndarray, tenure: np.ndarray, n: np.ndarray
) -> tuple[float, np.ndarray]:
    """log(alive + s · left): its sum over the customers, and the gradient."""
    r, alpha, s, beta = p
    log_alive = _log_alive(p, x, tenure)
    log_left, slopes = _log_left(p, x, last, tenure)
    gone = expit(log_left - log_alive)
    value = np.dot(n, np.logaddexp(log_alive, log_left))
    stays = n * (1 - gone)
    left = n * gone
    slope = np.array([
        -np.dot(stays, np.log(alpha + tenure)) + np.dot(left, slopes[0]),
        -np.dot(stays, (r + x) / (alpha + tenure)) + np.dot(left, slopes[1]),
        -np.dot(stays, np.log(beta + tenure)) + np.dot(left, slopes[2]),
        -np.dot(stays, s / (beta + tenure)) + np.dot(left, slopes[3]),
    ])  # fmt: skip
    return float(value), slope


def _log_alive(p: np.ndarray, x: np.ndarray, tenure: np.ndarray) -> np.ndarray:
    r, alpha, s, beta = p
    return -(r + x) * np.log(alpha + tenure) - s * np.log(beta + tenure)


def _log_left(
    p: np.ndarray, x: np.ndarray, last: np.ndarray, tenure: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Log of s ∫ (alpha+u)^-(r+x) (beta+u)^-(s+1) du over [last, tenure], and its derivatives by the parameters."""
    r, alpha, s, beta = p
    log_m, to_m, log_weight = _nodes(p, x, last, tenure)
    to_alpha, to_beta = to_m + max(alpha - beta, 0.0), to_m + max(beta - alpha, 0.0)
    log_a = log_m if alpha <= beta else np.log(to_alpha)
    log_b = log_m if beta <= alpha else np.log(to_beta)
    terms = log_weight - (r + x)[:, None] * log_a - (s + 1) * log_b
    top = terms.max(axis=1)
    share = np.exp(terms - np.where(np.isfinite(top), top, 0.0)[:, None])
    total = share.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_left = np.log(s) + np.where(np.isfinite(top), top + np.log(total), -np.inf)
        share = np.where(total[:, None] > 0, share / total[:, None], 0.0)
    mean = [np.einsum("ij,ij->i", share, part) for part in (log_a, 1 / to_alpha, log_b, 1 / to_beta)]
    return log_left, (-mean[0], -(r + x) * mean[1], 1 / s - mean[2], -(s + 1) * mean[3])


def _nodes(
    p: np.ndarray, x: np.ndarray, last: np.ndarray, tenure: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes of the integral over the moment u of leaving: log(m + u), m + u, log weights; shape (rows, nodes).

    With v = log((m+u)/(m+last)), m = min(alpha, beta), the integrand starts to fall like exp(-fall·v); in the variable
    w = exp(-k·v) it is close to a power, smooth where k is a sixth of that. A rule of 14 nodes is then right to 1e-8
    for rare and frequent buyers, and for alpha and beta a thousandfold apart.
    """
    r, alpha, s, beta = p
    m = min(alpha, beta)
    start = m + last
    fall = start * ((r + x) / (alpha + last) + (s + 1) / (beta + last)) - 1
    k = np.maximum(fall / 6, 0.02)
    end = np.exp(-k * np.log((m + tenure) / start))
    unit, weight = legendre(N_NODES)
    log_w = np.log(end[:, None] + (1 - end)[:, None] * unit)
    log_m = np.log(start)[:, None] - log_w / k[:, None]
    with np.errstate(divide="ignore"):
        log_weight = np.log((1 - end) / k)[:, None] + np.log(weight) + log_m - log_w
    return log_m, np.exp(log_m), log_weight


def alive_probability(parameters: np.ndarray, groups: DistinctHistories) -> np.ndarray:
    """Return P(still a customer at as_of | history), per distinct history."""
    x, last, tenure = groups.n_repeats, groups.last_repeat, groups.tenure
    parts = [
        _log_left(parameters, x[part], last[part], tenure[part])[0] - _log_alive(parameters, x[part], tenure[part])
        for part in _chunks(len(x))
    ]
    return expit(-np.concatenate(parts))


def buys_if_alive(parameters: np.ndarray, groups: DistinctHistories, *, horizon: float) -> np.ndarray:
    """Return P(at least one purchase within the horizon | alive at as_of): both rates are gamma, given alive.

    No purchase means: alive and silent to the end, or left before while silent. Fader & Hardie, note 028.
    """
    tenure, distinct = groups.tenure, np.full(len(groups.tenure), float(horizon))
    pairs, code = np.unique(np.column_stack([groups.n_repeats, tenure]), axis=0, return_inverse=True)
    x, tenure, distinct = pairs[:, 0], pairs[:, 1], distinct[: len(pairs)]
    silent = np.empty(len(x))
    for part in _chunks(len(x)):
        now = _log_alive(parameters, x[part], tenure[part])
        later = _log_alive(parameters, x[part], tenure[part] + distinct[part])
        left = _log_left(parameters, x[part], tenure[part], tenure[part] + distinct[part])[0]
        silent[part] = np.exp(later - now) + np.exp(left - now)
    return (1 - silent)[code.ravel()]


def purchases_if_alive(
    parameters: np.ndarray, x: np.ndarray, tenure: np.ndarray, *, horizons: np.ndarray
) -> np.ndarray:
    """Return the expected purchases within each horizon for a customer alive at as_of; shape (len(x), len(horizons)).

    Fader & Hardie, note 009; the removable singularity at s = 1 is taken out by expm1.
    """
    r, alpha, s, beta = parameters
    logs = -np.log1p(np.asarray(horizons, float)[None, :] / (beta + tenure)[:, None])
    stays = -logs if s == 1 else -np.expm1((s - 1) * logs) / (s - 1)
    return ((r + x) / (alpha + tenure) * (beta + tenure))[:, None] * stays


def count_probabilities(parameters: np.ndarray, t: np.ndarray, *, n_max: int) -> np.ndarray:
    """Return P(x repeats within t of the first purchase), x = 0 … n_max; shape (len(t), n_max + 1)."""
    r, alpha, s, beta = parameters
    x = np.arange(n_max + 1)
    t = np.asarray(t, float)
    unit, weight = legendre(64)
    result = (beta / (beta + t))[:, None] ** s * nbinom.pmf(x, r, (alpha / (alpha + t))[:, None])
    reach = np.log1p(t / beta)
    for node, share in zip(unit, weight, strict=True):
        u = beta * np.expm1(node * reach)
        density = s * np.exp(-s * node * reach) * reach * share
        result += density[:, None] * nbinom.pmf(x, r, (alpha / (alpha + u))[:, None])
    return result
