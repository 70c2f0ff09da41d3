"""Sums of money that add up to the cent: exact in millionths, rounded once, so that parts and whole agree."""

import numpy as np
import pandas as pd

# Amounts come with at most six decimals.
MILLIONTHS, CENT = 1_000_000, 10_000


def to_millionths(values: pd.Series) -> pd.Series:
    """Return amounts as whole millionths of the currency unit; same shape, none may be empty."""
    return pd.Series(np.rint(values.to_numpy(float) * MILLIONTHS).astype(np.int64), index=values.index)


def round_to_cents(millionths: int) -> int:
    """Return whole millionths as whole cents, half a cent away from zero."""
    cents = (abs(int(millionths)) + CENT // 2) // CENT
    return cents if millionths >= 0 else -cents


def round_parts(parts: pd.Series, *, total_cents: int) -> pd.Series:
    """Return parts (whole millionths) in whole cents that add up to ``total_cents``; each within a cent of its value.

    Shape of ``parts``; the total is that of the parts, give or take its own rounding. Source: largest remainders
    (Hamilton, 1792).
    """
    floors, remainders = parts // CENT, parts % CENT
    n_missing = int(total_cents - floors.sum())
    raised = remainders.sort_values(ascending=False, kind="stable").index[: max(n_missing, 0)]
    return floors + floors.index.isin(raised).astype(np.int64)
