"""How regular purchase timing is: the shape k of the gaps, 1 = random, 4 and more = clockwork."""

from dataclasses import dataclass

import numpy as np

from portfolio_lab.analysis.stages.histories import Histories


@dataclass(frozen=True)
class Regularity:
    """Shape of the gaps with its standard error; ``n`` customers with two gaps were looked at."""

    shape: float
    standard_error: float
    n: int


def compute_regularity(histories: Histories) -> Regularity:
    """Return the common shape of gamma gaps from the last two gaps of each customer.

    M = gap / (gap + other gap) follows Beta(k, k) whatever the customer's own rate, so k = (1 - 4 V) / (8 V) with V
    the variance of M around 1/2, the same for both orders of the gaps. NaN below two such customers.
    Source: Wheat and Morrison (1990).
    """
    rows = np.flatnonzero(histories.is_last & (histories.n_repeats >= 2))
    if len(rows) < 2:
        return Regularity(float("nan"), float("nan"), len(rows))
    last, before = histories.gap_days[rows], histories.gap_days[rows - 1]
    squares = (last / (last + before) - 0.5) ** 2
    variance = float(squares.mean())
    if variance == 0:
        return Regularity(float("inf"), float("nan"), len(rows))
    # Delta method: dk/dV = -1 / (8 V^2)
    error = float(squares.std(ddof=1)) / len(rows) ** 0.5 / (8 * variance**2)
    return Regularity((1 - 4 * variance) / (8 * variance), error, len(rows))
