"""Gauss rules that the purchase models integrate with, in place of hypergeometric series that overflow."""

from functools import lru_cache

import numpy as np
from scipy.linalg import eigh_tridiagonal


@lru_cache(maxsize=8)
def legendre(n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and weights of Gauss-Legendre on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    return (nodes + 1) / 2, weights / 2


def beta_nodes(a: float, b: np.ndarray, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes in (0, 1) and weights (sum 1) that integrate against each density Beta(a, b).

    Shape: (len(b), n_nodes) both. Golub & Welsch (1969) on the Jacobi recurrence; stable for any size of b.
    """
    rules = [_beta_rule(float(a), float(shape), n_nodes) for shape in np.asarray(b, float)]
    return np.stack([nodes for nodes, _ in rules]), np.stack([weights for _, weights in rules])


@lru_cache(maxsize=8192)
def _beta_rule(a: float, b: float, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """One rule, kept: a review asks for the same ones on every valuation day.

    The tridiagonal solver is used because many small dense problems make threaded linear algebra wait for itself.
    """
    k = np.arange(n_nodes)
    p, q = b - 1, a - 1
    total = 2 * k + p + q
    with np.errstate(divide="ignore", invalid="ignore"):
        diagonal = np.where(k == 0, (q - p) / (p + q + 2), (q**2 - p**2) / (total * (total + 2)))
        off = _jacobi_off_diagonal(k[1:], p, q)
    values, vectors = eigh_tridiagonal(diagonal, off, lapack_driver="stev")
    return np.clip((1 + values) / 2, 1e-300, 1.0), vectors[0] ** 2


def _jacobi_off_diagonal(k: np.ndarray, p: float, q: float) -> np.ndarray:
    total = 2 * k + p + q
    first = 4 * (1 + p) * (1 + q) / ((p + q + 2) ** 2 * (p + q + 3))
    general = 4 * k * (k + p) * (k + q) * (k + p + q) / (total**2 * (total + 1) * (total - 1))
    return np.sqrt(np.where(k == 1, first, general))


def geometric_nodes(factor: float, n_terms: int, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return few nodes and weights for sums of ``factor**k * f(k)``, k = 1 … n_terms, with a smooth f.

    The first n_nodes terms are taken one by one, for f may bend there; the others by the Gauss rule of that discrete
    measure with as many nodes (Stieltjes procedure, Gautschi 1982). Exact when n_terms <= 2 n_nodes.
    """
    points = np.arange(1, n_terms + 1, dtype=float)
    weights = factor**points
    if n_terms <= 2 * n_nodes:
        return points, weights
    tail = weights[n_nodes:]
    diagonal, off = _stieltjes(points[n_nodes:], tail / tail.sum(), n_nodes)
    values, vectors = eigh_tridiagonal(diagonal, off, lapack_driver="stev")
    return np.append(points[:n_nodes], values), np.append(weights[:n_nodes], vectors[0] ** 2 * tail.sum())


def _stieltjes(points: np.ndarray, weights: np.ndarray, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the recurrence of the polynomials orthonormal under the weights (Lanczos, fully reorthogonalised)."""
    basis = [np.sqrt(weights)]
    diagonal, off = np.empty(n_nodes), np.empty(n_nodes - 1)
    for n in range(n_nodes):
        diagonal[n] = np.dot(basis[n] ** 2, points)
        if n == n_nodes - 1:
            break
        following = points * basis[n]
        for _ in range(2):
            following = following - np.stack(basis).T @ (np.stack(basis) @ following)
        off[n] = np.linalg.norm(following)
        basis.append(following / off[n])
    return diagonal, off
