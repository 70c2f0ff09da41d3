"""Gaps between purchase days, with the one that is still running; never only the closed ones."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.stages.histories import as_dates, as_day, build_histories


class Gaps(pa.DataFrameModel):
    """One row per customer and gap: from a purchase day to the next one (closed) or to as_of (open)."""

    customer_id: Series[str]
    start_date: Series[pd.Timestamp]
    gap_number: Series[int] = pa.Field(ge=1)
    gap_days: Series[int] = pa.Field(ge=1)
    is_closed: Series[bool]


def build_gaps(order_days: pd.DataFrame, *, as_of: object) -> pd.DataFrame:
    """Return every gap known at ``as_of``.

    Grain: customer × purchase day (``Gaps``), days. ``order_days``: customer_id, order_date, is_purchase_day. An open
    gap that began on as_of has no length yet and says nothing: it is left out.
    """
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    following = np.append(histories.day[1:], 0)
    end = np.where(histories.is_last, as_day(as_of), following)
    gaps = pd.DataFrame(
        {
            "customer_id": histories.customer_ids[histories.customer],
            "start_date": as_dates(histories.day),
            "gap_number": histories.n_repeats + 1,
            "gap_days": end - histories.day,
            "is_closed": ~histories.is_last,
        }
    )
    return Gaps.validate(gaps[gaps["gap_days"] > 0].reset_index(drop=True))
