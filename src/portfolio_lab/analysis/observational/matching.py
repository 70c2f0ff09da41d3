"""The second estimator: each contacted customer beside the one most likely to have been contacted instead.

One neighbour by the chance of being contacted, with replacement, within a caliper, the rest of the difference taken
off by regression. Sources: Abadie and Imbens (2006, 2011); Austin (2011) for the caliper of 0.2 standard deviations.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from portfolio_lab.analysis.observational.effect import Adjusted
from portfolio_lab.analysis.observational.sample import Sample
from portfolio_lab.analysis.verdicts import Check
from portfolio_lab.errors import AnalysisError

CALIPER = 0.2
MIN_PAIRS = 30


@dataclass(frozen=True)
class Matched:
    """The effect from matched pairs and its standard error; ``n_unmatched`` had no neighbour within the caliper."""

    effect: float
    error: float
    n_pairs: int
    n_unmatched: int


def match_pairs(sample: Sample, found: Adjusted) -> Matched:
    """Return the effect from matched pairs, for the same customers as ``found`` speaks of.

    Raises AnalysisError with fewer than 30 pairs.
    """
    height = logit(np.clip(found.predictions.chance, 1e-4, 1 - 1e-4))
    caliper = CALIPER * height.std()
    of_treated = _pairs(height, np.flatnonzero(sample.treated), np.flatnonzero(~sample.treated), caliper=caliper)
    parts = [(of_treated, found.predictions.without, 1.0)]
    if found.estimand == "ate":
        back = _pairs(height, np.flatnonzero(~sample.treated), np.flatnonzero(sample.treated), caliper=caliper)
        parts.append((back, found.predictions.with_it, -1.0))
    n_pairs = sum(len(own) for (own, _), *_ in parts)
    if n_pairs < MIN_PAIRS:
        raise AnalysisError("hardly anybody has a neighbour", remedy="do not compare these groups", value=n_pairs)
    wanted = int(sample.treated.sum()) if found.estimand == "att" else sample.n
    gains = np.concatenate([_gains(sample, pairs, fitted, sign=sign) for pairs, fitted, sign in parts])
    variance = ((gains - gains.mean()) ** 2).sum() + sum(_reuse(sample, pairs, fitted) for pairs, fitted, _ in parts)
    return Matched(float(gains.mean()), float(np.sqrt(variance) / n_pairs), n_pairs, wanted - n_pairs)


def _pairs(height: np.ndarray, own: np.ndarray, others: np.ndarray, *, caliper: float) -> tuple[np.ndarray, np.ndarray]:
    """Each of ``own`` with its nearest among ``others``; the earlier of two as near."""
    order = others[np.argsort(height[others], kind="stable")]
    at = np.searchsorted(height[order], height[own])
    left, right = order[np.clip(at - 1, 0, len(order) - 1)], order[np.clip(at, 0, len(order) - 1)]
    nearest = np.where(np.abs(height[left] - height[own]) <= np.abs(height[right] - height[own]), left, right)
    near = np.abs(height[nearest] - height[own]) <= caliper
    return own[near], nearest[near]


def _gains(sample: Sample, pairs: tuple[np.ndarray, np.ndarray], fitted: np.ndarray, *, sign: float) -> np.ndarray:
    own, other = pairs
    rest = sample.outcome - fitted
    return sign * (rest[own] - rest[other])


def _reuse(sample: Sample, pairs: tuple[np.ndarray, np.ndarray], fitted: np.ndarray) -> float:
    """What it costs that some neighbours serve many times."""
    _, other = pairs
    times = np.bincount(other, minlength=sample.n)
    noise = float(np.var((sample.outcome - fitted)[np.unique(other)])) if len(other) else 0.0
    return float(((times**2 - times) * noise).sum())


def compare_estimators(found: Adjusted, second: Matched) -> Check:
    """Return whether the second estimator agrees with the first to one pooled standard error."""
    gap, error = abs(found.effect - second.effect), float(np.hypot(found.error, second.error))
    who = "customer" if second.n_unmatched == 1 else "customers"
    left_out = f" {second.n_unmatched:,} {who} had no neighbour near enough." if second.n_unmatched else ""
    agrees = bool(gap <= error)
    told = "tells the same" if agrees else "tells something else: look at both"
    sentence = f"A second way of comparing ({second.n_pairs:,} pairs of neighbours) {told}.{left_out}"
    return Check("second way of comparing", agrees, sentence)
