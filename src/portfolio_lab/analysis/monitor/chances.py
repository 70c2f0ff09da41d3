"""The chances to move from stage to stage within a month, with their intervals."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series
from scipy import stats

from portfolio_lab.analysis.monitor.forecast import WINDOW_MONTHS
from portfolio_lab.analysis.monitor.states import StatePanel, stage_of
from portfolio_lab.analysis.stages import STAGES

PRIOR = 0.5  # of each target stage (Jeffreys)


class MonthlyChances(pa.DataFrameModel):
    """One row per stage before and after a month that somebody was in before; shares 0..1, intervals of 95 %.

    ``n_before``: customers in the stage at the month ends looked at, each month counted; ``n_moved``: of them, those
    in the stage after. The shares of a stage before add up to 1.
    """

    stage_before: Series[str] = pa.Field(isin=STAGES)
    stage: Series[str] = pa.Field(isin=STAGES)
    n_before: Series[np.int64] = pa.Field(ge=1)
    n_moved: Series[np.int64] = pa.Field(ge=0)
    share: Series[float] = pa.Field(ge=0, le=1)
    low_share: Series[float] = pa.Field(ge=0, le=1)
    high_share: Series[float] = pa.Field(ge=0, le=1)

    class Config:
        unique = ["stage_before", "stage"]


def estimate_monthly_chances(panel: StatePanel, *, window: int = WINDOW_MONTHS) -> pd.DataFrame:
    """Return the chances to move between stages within a month, from the last months; contract ``MonthlyChances``.

    Intervals: Dirichlet posterior with a prior of 1/2 a stage. A customer counts once a month, so that they are a
    little too narrow where the same customers move again and again.
    """
    size = len(STAGES)
    stages = stage_of(panel.states[-(window + 1) :])
    before, after = stages[:-1].ravel(), stages[1:].ravel()
    known = before < size
    pairs = np.bincount(before[known] * size + after[known], minlength=size * size).reshape(size, size)
    total = pairs.sum(axis=1, keepdims=True)
    upper = total - pairs + PRIOR * (size - 1)
    low, high = (stats.beta.ppf(level, pairs + PRIOR, upper) for level in (0.025, 0.975))
    table = pd.DataFrame(
        {
            "stage_before": np.repeat(STAGES, size).astype(object),
            "stage": np.tile(STAGES, size).astype(object),
            "n_before": np.repeat(total.ravel(), size).astype(np.int64),
            "n_moved": pairs.ravel().astype(np.int64),
            "share": (pairs / np.maximum(total, 1)).ravel(),
            "low_share": low.ravel(),
            "high_share": high.ravel(),
        }
    )
    return MonthlyChances.validate(table[table["n_before"] > 0].reset_index(drop=True))
