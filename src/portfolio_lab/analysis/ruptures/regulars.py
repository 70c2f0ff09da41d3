"""Regular customers: those who bought in each of the recent periods; a rupture is one who did not in this one."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.periods import MONTHS, Period, period_containing, shift_months
from portfolio_lab.analysis.positivation import find_buyers


class Regulars(pa.DataFrameModel):
    """One row per regular customer; ``is_rupture``: it did not buy in the period.

    What is known of it is that of the day before the period; ``amount`` in currency over the window of the classes.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    name: Series[str] = pa.Field(nullable=True)
    salesperson_id: Series[str] = pa.Field(nullable=True)
    owner: Series[str] = pa.Field(nullable=True)
    abc_class: Series[str]
    stage: Series[str]
    amount: Series[float]
    is_rupture: Series[bool]


def list_earlier_periods(period: Period, *, n: int) -> list[Period]:
    """Return the ``n`` whole calendar periods before this one, the latest first."""
    starts = [shift_months(period.start, -MONTHS[period.kind] * back) for back in range(1, n + 1)]
    return [period_containing(start, period.kind) for start in starts]


def build_regulars(
    order_days: pd.DataFrame, known: pd.DataFrame, *, period: Period, rupture_periods: int
) -> pd.DataFrame:
    """Return who bought in each of the last ``rupture_periods`` whole periods before this one (contract Regulars).

    ``known``: customer_id, name, salesperson_id, owner, abc_class, stage, amount on the day before the period.
    """
    regular = None
    for earlier in list_earlier_periods(period, n=rupture_periods):
        buyers = find_buyers(order_days, period=earlier)
        regular = buyers if regular is None else regular.intersection(buyers)
    rows = known[known["customer_id"].isin(regular)]
    rows = rows.assign(is_rupture=~rows["customer_id"].isin(find_buyers(order_days, period=period)))
    return Regulars.validate(rows[list(Regulars.to_schema().columns)].reset_index(drop=True))
