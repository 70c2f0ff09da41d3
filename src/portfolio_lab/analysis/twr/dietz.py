"""Modified Dietz: an approximate return where a flow came without a valuation.

It is money-weighted within its period and becomes time-weighted only by linking short ones (Spaulding 2010).
"""

from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError


def compute_modified_dietz(
    nav_start: float,
    nav_end: float,
    flows: pd.DataFrame,
    *,
    start: date,
    end: date,
    income: float = 0.0,
    weighting: Literal["end_of_day", "start_of_day"] = "end_of_day",
) -> float:
    """Return the Modified Dietz return of one period; NaN where the average capital is not above zero.

    ``flows``: flow_date, cash_flow (in = +) within [start, end]. Weight of a flow: the share of the days after it,
    counting its own day under start_of_day. Raises AnalysisError for an empty period or a flow outside it.
    """
    days = (end - start).days
    dates = pd.DatetimeIndex(flows["flow_date"])
    if days <= 0 or ((dates < pd.Timestamp(start)) | (dates > pd.Timestamp(end))).any():
        raise AnalysisError(
            "a flow lies outside the period", remedy="give flows from start to end", value=f"{start} … {end}"
        )
    left = (pd.Timestamp(end) - dates).days.to_numpy(float) + (weighting == "start_of_day")
    amounts = flows["cash_flow"].to_numpy(float)
    capital = nav_start + float(np.dot(left / days, amounts))
    if capital <= 0:
        return float("nan")
    return (nav_end - nav_start - float(amounts.sum()) + income) / capital


def add_unvalued_flows(table: pd.DataFrame, flows: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the valuations with the flows of their own days added, and what flowed between them, row by row.

    The second frame has total, weighted (end of day), largest (absolute) and n_flows. Flows of one day are added up.
    Raises AnalysisError for a flow that is empty, of an unknown portfolio, or outside its valuations.
    """
    nothing = pd.DataFrame({"total": 0.0, "weighted": 0.0, "largest": 0.0, "n_flows": 0}, index=table.index)
    if flows is None or flows.empty:
        return table, nothing
    located = _locate(table, flows.groupby(["portfolio_id", "flow_date"], as_index=False)["cash_flow"].sum(min_count=1))
    same_day = located[located["is_valued"]].set_index("row")["cash_flow"]
    added = same_day.reindex(table.index, fill_value=0.0)
    table = table.assign(cash_flow=table["cash_flow"] + added, nav_after=table["nav_after"] + added)
    between = located[~located["is_valued"]]
    parts = between.assign(weighted=between["cash_flow"] * between["weight"], largest=between["cash_flow"].abs())
    sums = parts.groupby("row").agg(
        total=("cash_flow", "sum"), weighted=("weighted", "sum"), largest=("largest", "max"), n_flows=("row", "size")
    )
    return table, sums.reindex(table.index, fill_value=0)


def _locate(table: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """The row of the valuation on or after each flow, and the share of that row's period after the flow."""
    start = table.groupby("portfolio_id", sort=False)["valuation_date"].shift()
    rows = table.assign(row=table.index, start_date=start)[["portfolio_id", "valuation_date", "start_date", "row"]]
    located = pd.merge_asof(
        flows.sort_values("flow_date"),
        rows.sort_values("valuation_date"),
        left_on="flow_date",
        right_on="valuation_date",
        by="portfolio_id",
        direction="forward",
    )
    located["is_valued"] = located["flow_date"] == located["valuation_date"]
    lost = located["row"].isna() | (~located["is_valued"] & located["start_date"].isna()) | located["cash_flow"].isna()
    if lost.any():
        first = located[lost].iloc[0]
        raise AnalysisError(
            f"a flow of portfolio {first['portfolio_id']} on {first['flow_date']:%Y-%m-%d} has no valuation around it",
            remedy="value the portfolio before and after each flow, and give every flow an amount",
            value=float(first["cash_flow"]),
        )
    span = (located["valuation_date"] - located["start_date"]).dt.days
    return located.assign(weight=(located["valuation_date"] - located["flow_date"]).dt.days / span)
