"""How regular each customer's demand is: variation on the complete calendar, and how often there is any."""

from datetime import date

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError

XYZ_CUTS = (0.5, 1.0)
# With fewer months nobody can be called regular: a single purchase in a single month has no variation at all.
MIN_MONTHS = 6
XYZ_CLASSES = ("X", "Y", "Z", "none")
# Syntetos, Boylan and Croston (2005): the limits between smooth, erratic, intermittent and lumpy demand.
ADI_CUT, CV2_CUT = 1.32, 0.49
DEMAND_CLASSES = ("smooth", "erratic", "intermittent", "lumpy", "none")


class Demand(pa.DataFrameModel):
    """One row per customer. Months without a purchase count as zero.

    ``cv`` = standard deviation (ddof 0) / mean of all months; ``adi`` = months per month with a purchase;
    ``cv2`` = squared variation among the months with a purchase. Empty where there is nothing to divide by.
    The classes are "none" without a purchase, and with fewer months than were asked for.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    n_months: Series[np.int64] = pa.Field(ge=1)
    n_active_months: Series[np.int64] = pa.Field(ge=0)
    cv: Series[float] = pa.Field(ge=0, nullable=True)
    adi: Series[float] = pa.Field(ge=1, nullable=True)
    cv2: Series[float] = pa.Field(ge=0, nullable=True)
    xyz_class: Series[str] = pa.Field(isin=XYZ_CLASSES)
    demand_class: Series[str] = pa.Field(isin=DEMAND_CLASSES)


def build_demand(
    customer_months: pd.DataFrame, *, xyz_cuts: tuple[float, float] = XYZ_CUTS, min_months: int = MIN_MONTHS
) -> pd.DataFrame:
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
    is_known = table["n_months"] >= min_months
    table["xyz_class"] = np.where(is_known, _xyz_class(table["cv"], xyz_cuts), "none")
    table["demand_class"] = np.where(is_known, _demand_class(table), "none")
    return Demand.validate(table.astype({"n_months": np.int64, "n_active_months": np.int64}).reset_index())


def select_whole_months(customer_months: pd.DataFrame, *, start: date, as_of: date) -> pd.DataFrame:
    """Return the calendar months that lie wholly between two days, both included: a month cut short is no month."""
    month = customer_months["month"]
    is_whole = (month >= pd.Timestamp(start)) & (month + pd.offsets.MonthEnd(0) <= pd.Timestamp(as_of))
    return customer_months[is_whole]


def summarise_demand(classes: pd.DataFrame, demand: pd.DataFrame) -> pd.DataFrame:
    """Return one row per class A, B, C: how many of its customers are X, Y, Z or none (too new, or nothing bought)."""
    known = classes[["customer_id", "abc_class"]].merge(demand[["customer_id", "xyz_class"]], how="left")
    counts = pd.crosstab(known["abc_class"], known["xyz_class"].fillna("none"))
    table = counts.reindex(index=["A", "B", "C"], columns=list(XYZ_CLASSES), fill_value=0)
    return table.rename_axis(columns=None).reset_index()


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
