"""How regular each customer's demand is: variation on the complete calendar, and how often there is any."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError

XYZ_CUTS = (0.5, 1.0)
# Syntetos, Boylan and Croston (2005): the limits between smooth, erratic, intermittent and lumpy demand.
ADI_CUT, CV2_CUT = 1.32, 0.49
DEMAND_CLASSES = ("smooth", "erratic", "intermittent", "lumpy", "none")


class Demand(pa.DataFrameModel):
    """One row per customer. Months without a purchase count as zero.

    ``cv`` = standard deviation (ddof 0) / mean of all months; ``adi`` = months per month with a purchase;
    ``cv2`` = squared variation among the months with a purchase. Empty where there is nothing to divide by.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    n_months: Series[np.int64] = pa.Field(ge=1)
    n_active_months: Series[np.int64] = pa.Field(ge=0)
    cv: Series[float] = pa.Field(ge=0, nullable=True)
    adi: Series[float] = pa.Field(ge=1, nullable=True)
    cv2: Series[float] = pa.Field(ge=0, nullable=True)
    xyz_class: Series[str] = pa.Field(isin=("X", "Y", "Z", "none"))
    demand_class: Series[str] = pa.Field(isin=DEMAND_CLASSES)


def build_demand(customer_months: pd.DataFrame, *, xyz_cuts: tuple[float, float] = XYZ_CUTS) -> pd.DataFrame:
    """Return how regular each customer buys (contract Demand), by customer_id.

    ``customer_months`` has customer_id, month, amount on a complete calendar. A month with a positive amount is one
    with a purchase. Raises AnalysisError when a customer's calendar has a hole.
    """
    _assert_complete(customer_months)
    months = customer_months.assign(bought=customer_months["amount"].where(customer_months["amount"] > 0))
    all_months = months.groupby("customer_id")["amount"]
    bought = months.groupby("customer_id")["bought"]
    table = pd.DataFrame(
        {
            "n_months": all_months.size(),
            "n_active_months": bought.count(),
            "cv": _variation(all_months),
            "cv2": _variation(bought) ** 2,
        }
    )
    table["adi"] = (table["n_months"] / table["n_active_months"]).where(table["n_active_months"] > 0)
    table["xyz_class"] = _xyz_class(table["cv"], xyz_cuts)
    table["demand_class"] = _demand_class(table)
    return Demand.validate(table.astype({"n_months": np.int64, "n_active_months": np.int64}).reset_index())


def _variation(grouped: pd.core.groupby.SeriesGroupBy) -> pd.Series:
    mean = grouped.mean()
    return (grouped.std(ddof=0) / mean.where(mean > 0)).clip(lower=0)


def _xyz_class(cv: pd.Series, cuts: tuple[float, float]) -> np.ndarray:
    return np.select([cv.isna(), cv <= cuts[0], cv <= cuts[1]], ["none", "X", "Y"], default="Z")


def _demand_class(table: pd.DataFrame) -> np.ndarray:
    is_often, is_even = table["adi"] < ADI_CUT, table["cv2"] < CV2_CUT
    choices = [table["adi"].isna(), is_often & is_even, is_often, is_even]
    return np.select(choices, ["none", "smooth", "erratic", "intermittent"], default="lumpy")


def _assert_complete(customer_months: pd.DataFrame) -> None:
    month = customer_months["month"].dt.year * 12 + customer_months["month"].dt.month
    calendar = month.groupby(customer_months["customer_id"]).agg(["min", "max", "size", "nunique"])
    span = calendar["max"] - calendar["min"] + 1
    broken = calendar[(span != calendar["size"]) | (span != calendar["nunique"])]
    if len(broken):
        raise AnalysisError(
            "the calendar of a customer has a missing or a repeated month",
            remedy="give every month once, those without a purchase as zero",
            value=broken.index[0],
        )
