"""How far each customer is from a better class: exactly, to the cent."""

from fractions import Fraction

import numpy as np

from portfolio_lab.analysis.abc_classes.cuts import Cuts, Limits, exact_shares, share_ceiling


def compute_distances(cents: np.ndarray, codes: np.ndarray, *, cuts: Cuts, limits: Limits) -> np.ndarray:
    """Return for each customer the additional value (currency) that would lift it a class; NaN in A.

    Everybody else's value stays the same. With fixed cuts the base grows with the customer and the shares of the others
    shrink; computed limits are held where they stand. One row per value in ``cents``, in its order.
    """
    lifted = np.where(codes == 4, 0, 1)
    if cuts == "computed":
        lifted = np.where(codes == 2, limits.b_cents, lifted)
        lifted = np.where(codes == 1, limits.a_cents, lifted)
    else:
        a_share, b_share = exact_shares(cuts)
        lifted[codes == 2] = _smallest_lifted(cents, cents[codes == 2], b_share)
        lifted[codes == 1] = _smallest_lifted(cents, cents[codes == 1], a_share)
    return np.where(codes == 0, np.nan, (lifted - cents) / 100)


def _smallest_lifted(cents: np.ndarray, own: np.ndarray, share: Fraction) -> np.ndarray:
    """Return for each own value the smallest larger one at which those above bring less than the share of the base.

    The larger the value, the fewer are above and the larger is the base: the answer can be found by halving.
    """
    ascending = np.sort(cents[cents > 0])
    base = int(ascending.sum())
    sums = np.concatenate([[0], np.cumsum(ascending)])
    low, high = own.copy(), np.full_like(own, ascending[-1])
    while (high - low > 1).any():
        middle = low + (high - low) // 2
        above = base - sums[np.searchsorted(ascending, middle, side="right")]
        is_lifted = above < share_ceiling(base - own + middle, share)
        low, high = np.where(is_lifted, low, middle), np.where(is_lifted, middle, high)
    return high
