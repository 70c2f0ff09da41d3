"""Where the classes begin, in whole cents: shares of the base are compared as integers, never as floats.

A class is a matter of value alone: whoever has at least ``a_cents`` is in A, whoever has at least ``b_cents`` in B.
Equal values therefore always share a class.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from portfolio_lab.errors import AnalysisError

CLASSES = ("A", "B", "C", "C0", "N")
Cuts = tuple[float, float] | Literal["computed"]

# With at most this many decimals the products of the exact comparison stay far within 64 bits.
MAX_CUT_DECIMALS = 6


@dataclass(frozen=True)
class Limits:
    """The smallest value in cents that is in A, and the smallest that is in B or better; equal when B is empty."""

    a_cents: int
    b_cents: int


def compute_limits(cents: np.ndarray, *, cuts: Cuts) -> Limits:
    """Return the limits between A, B and C of values in cents, by fixed percentages or computed from the curve.

    Raises AnalysisError when no value is positive or the cuts are no two rising percentages.
    """
    descending = -np.sort(-cents[cents > 0])
    if not len(descending):
        raise AnalysisError(
            "the classes need at least one customer with a positive value",
            remedy="take a longer window, another criterion or another day",
        )
    n_a, n_b = _counts_by_curve(descending) if cuts == "computed" else _counts_by_shares(descending, cuts)
    return Limits(int(descending[n_a - 1]), int(descending[n_b - 1]))


def assign_classes(cents: np.ndarray, limits: Limits) -> np.ndarray:
    """Return the position in CLASSES of each value in cents; zero is C0 and a net negative value is N."""
    positive = np.select([cents >= limits.a_cents, cents >= limits.b_cents], [0, 1], default=2)
    return np.select([cents > 0, cents == 0], [positive, 3], default=4).astype(np.int8)


def exact_shares(cuts: tuple[float, float]) -> tuple[Fraction, Fraction]:
    """Return two cuts in percent as exact shares of one; AnalysisError unless they rise between 0 and 100."""
    shares = tuple(Fraction(str(cut)) / 100 for cut in cuts)
    if len(shares) != 2 or not 0 < shares[0] < shares[1] < 1:
        raise AnalysisError(
            "the cuts must be two rising percentages between 0 and 100", remedy="give them as [80, 95]", value=cuts
        )
    if any((share * 100 * 10**MAX_CUT_DECIMALS).denominator != 1 for share in shares):
        raise AnalysisError(
            f"a cut has more than {MAX_CUT_DECIMALS} decimals", remedy="round the cuts", value=tuple(map(float, cuts))
        )
    return shares


def share_ceiling(base: np.ndarray | int, share: Fraction) -> np.ndarray | int:
    """Return the smallest whole number that is not below the share of a base: before < share means before < this."""
    whole, rest = base // share.denominator, base % share.denominator
    return whole * share.numerator - (-(rest * share.numerator) // share.denominator)


def _counts_by_shares(descending: np.ndarray, cuts: tuple[float, float]) -> tuple[int, int]:
    before = np.cumsum(descending) - descending
    base = int(descending.sum())
    n_a, n_b = (np.searchsorted(before, share_ceiling(base, share)) for share in exact_shares(cuts))
    return int(n_a), int(n_b)


def _counts_by_curve(descending: np.ndarray) -> tuple[int, int]:
    """Computed limits of Ultsch and Lötsch (2015), on the curve itself rather than on a spline through it.

    The Pareto point is the item nearest to "no effort, all of the yield"; at the break-even point an item brings
    as much as the average. The item on a limit stays in the better class, so that A is never empty.
    """
    pareto = _nearest_to_all(descending, start=0)
    # an integer is above base/n exactly when it is above the integer part of it
    break_even = int((descending > int(descending.sum()) // len(descending)).sum())
    n_a = max(min(pareto, break_even), 1)
    return n_a, max(_nearest_to_all(descending, start=max(pareto, break_even)), n_a)


def _nearest_to_all(descending: np.ndarray, *, start: int) -> int:
    """Return how many items lie up to the point of the curve that is nearest to (start / n, 1)."""
    n, base = len(descending), int(descending.sum())
    steps, missing = np.arange(1, n + 1) - start, base - np.cumsum(descending)
    rough = (steps / n) ** 2 + (missing / base) ** 2
    # floats only choose the candidates, whole numbers decide: at most a handful are ever this close
    candidates = np.flatnonzero(rough <= rough.min() + 1e-12)
    exact = [(int(steps[i]) * base) ** 2 + (int(missing[i]) * n) ** 2 for i in candidates]
    return int(candidates[exact.index(min(exact))]) + 1
