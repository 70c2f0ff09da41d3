"""Shares of a count, row by row, with their interval."""

import pandas as pd

from portfolio_lab.analysis.intervals import compute_share_interval


def derive_share(frame: pd.DataFrame, *, n_yes: str, n: str, name: str) -> pd.DataFrame:
    """Return the frame with the share of column ``n_yes`` in column ``n`` as ``name``, and its limits low and high.

    Same grain; empty where ``n`` is 0. Raises AnalysisError where there are more yes than there are.
    """
    limits = [compute_share_interval(int(yes), int(total)) for yes, total in zip(frame[n_yes], frame[n], strict=True)]
    both = pd.DataFrame(limits, columns=["low", "high"], index=frame.index, dtype=float)
    share = frame[n_yes].astype(float) / frame[n].where(frame[n] > 0).astype(float)
    return frame.assign(**{name: share, "low": both["low"], "high": both["high"]})
