"""Small tables of a review with all their dates in one unit, so that they can be joined with those of the measures."""

import pandas as pd
from pandas.api import types

from portfolio_lab.reports.review import Review


def read_table(review: Review, name: str) -> pd.DataFrame:
    """Return a table of the company with dates in nanoseconds, as the measures have them; engines differ in the unit.

    Raises AnalysisError for orders and for a table that is not there.
    """
    frame = review.table(name)
    dated = [column for column in frame if types.is_datetime64_any_dtype(frame[column])]
    return frame.astype(dict.fromkeys(dated, "datetime64[ns]"))
