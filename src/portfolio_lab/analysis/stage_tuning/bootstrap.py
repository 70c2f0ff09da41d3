"""Resampling customers, each with all its origins: intervals from counts, never by running rules again."""

from collections.abc import Mapping

import numpy as np

BLOCK = 4096
# P(X <= k) of a Poisson(1) count, for drawing weights by looking up random 16-bit numbers.
POISSON_CUMULATIVE = np.cumsum([np.exp(-1) / np.prod(np.arange(1, k + 1)) for k in range(12)])
WEIGHTS = np.searchsorted(POISSON_CUMULATIVE, (np.arange(1 << 16) + 0.5) / (1 << 16)).astype(np.float32)


def resample_sums(by_customer: Mapping[str, np.ndarray], *, n_bootstrap: int, seed: int) -> dict[str, np.ndarray]:
    """Return resampled sums of each array: n_bootstrap × candidates (the array's first axis).

    ``by_customer``: arrays of candidates × customers, or of customers (then one column). In each repetition a customer
    counts Poisson(1) times, the same number in every array, so differences stay paired; sums are scaled back to the
    number of customers. Customers are taken in blocks: memory does not grow with their number.
    Source: Hanley and MacGibbon (2006), Chamandy et al. (2012).
    """
    arrays = {name: np.atleast_2d(array) for name, array in by_customer.items()}
    n = next(iter(arrays.values())).shape[1]
    rng = np.random.default_rng(seed)
    sums = {name: np.zeros((n_bootstrap, len(array))) for name, array in arrays.items()}
    total = np.zeros((n_bootstrap, 1))
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        weights = WEIGHTS[rng.integers(0, 1 << 16, (n_bootstrap, stop - start), dtype=np.uint16)]
        total[:, 0] += weights.sum(axis=1)
        for name, array in arrays.items():
            sums[name] += weights @ array[:, start:stop].T.astype(np.float32)
    scale = n / np.maximum(total, 1)
    return {name: values * scale for name, values in sums.items()}


def percentile_interval(values: np.ndarray, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the central interval of resampled values; NaN without a finite one."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return float("nan"), float("nan")
    low, high = np.quantile(finite, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
