"""Two sayings about shares: why customers stay away, and how much few of them bring."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.intervals import compute_share_interval
from portfolio_lab.analysis.textbook.findings import Finding

OURS = ("default", "not_attended")
BOOK_SHARE = 0.8
TOP_SHARE = 0.2
DRAWS_AT_ONCE = 50


def measure_ruptures(causes: pd.DataFrame) -> Finding:
    """Return the share of ruptures from default and from not being attended, against the textbook's 80 %.

    ``causes``: of ``ruptures.derive_causes``; both marks have to be there, else the finding says what it lacks.
    """
    lacking = [name for name, flag in (("receivables", "is_default"), ("contacts", "is_not_attended"))
               if flag not in causes]  # fmt: skip
    ruptures = causes[causes["is_rupture"]]
    if lacking or ruptures.empty:
        lacks = " and ".join(lacking) or "a regular customer who stayed away"
        return Finding("ruptures", "share", BOOK_SHARE, BOOK_SHARE, lacks=lacks)
    n_ours, n = int(ruptures["cause"].isin(OURS).sum()), len(ruptures)
    low, high = compute_share_interval(n_ours, n)
    return Finding("ruptures", "share", BOOK_SHARE, BOOK_SHARE, n_ours / n, low, high, n, "ruptures")


def measure_top20(amounts: pd.Series, *, n_bootstrap: int, seed: int) -> Finding:
    """Return the share of the value that the first 20 % of the customers bring, against the textbook's 80 %.

    ``amounts``: value by customer; only positive ones count, the first 20 % are rounded up. The interval draws the
    customers again (Efron, 1979).
    """
    values = np.sort(amounts[amounts > 0].to_numpy(float))[::-1]
    n = len(values)
    if n < 5:
        return Finding("top20", "share", BOOK_SHARE, BOOK_SHARE, lacks="five customers with a value")
    value = float(values[: -(-n // 5)].sum() / values.sum())
    generator, shares = np.random.default_rng(seed), []
    for start in range(0, n_bootstrap, DRAWS_AT_ONCE):
        size = min(DRAWS_AT_ONCE, n_bootstrap - start)
        weights = generator.multinomial(n, np.full(n, 1 / n), size=size)
        left = np.clip(-(-n // 5) - (np.cumsum(weights, axis=1) - weights), 0, None)
        shares.append((np.minimum(weights, left) @ values) / (weights @ values))
    low, high = np.quantile(np.concatenate(shares), [0.025, 0.975])
    return Finding("top20", "share", BOOK_SHARE, BOOK_SHARE, value, float(low), float(high), n, "customers")
