"""A valuation table that somebody brings: flows without a value, the company of its portfolios, what moved them."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.twr.day_counts import DayCount, count_years
from portfolio_lab.analysis.twr.dietz import add_unvalued_flows
from portfolio_lab.errors import AnalysisError

FLOW_COLUMNS = ["portfolio_id", "flow_date", "cash_flow"]
BROUGHT_LINES = ["opening", "unwind", "experience", "income", "cash_flow", "closing"]


def split_unvalued_flows(table: pd.DataFrame, *, sort: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the valuations with their ``row`` from 1, and apart the flows that came without a value (PortfolioFlows).

    ``table``: portfolio_id, valuation_date, nav_before, cash_flow, income; an empty flow or income is none. A row
    without nav_before is a flow without a valuation; as a portfolio's first row it opens at zero.
    Raises AnalysisError naming the row: neither value nor flow, income without a value, dates that do not rise unless
    ``sort``.
    """
    rows = table.reset_index(drop=True).assign(row=np.arange(len(table)) + 1)
    rows = rows.assign(**{name: rows[name].fillna(0.0) if name in rows else 0.0 for name in ("cash_flow", "income")})
    if not sort:
        _refuse(rows, rows.groupby("portfolio_id")["valuation_date"].diff() < pd.Timedelta(0), "the dates do not rise",
                "sort the rows of each portfolio by date, or set sort_rows: true for this report")  # fmt: skip
    first = rows["valuation_date"] == rows.groupby("portfolio_id")["valuation_date"].transform("min")
    empty = rows["nav_before"].isna()
    _refuse(rows, empty & (rows["cash_flow"] == 0), "there is neither a value nor a flow", "give nav_before")
    _refuse(rows, empty & (rows["income"] != 0), "there is income but no value", "give nav_before on that day")
    opened = rows.assign(nav_before=rows["nav_before"].mask(empty & first, 0.0))
    unvalued = empty & ~first
    _refuse(rows, unvalued & ~_is_valued_later(opened), "a flow has no valuation after it", "value it at the end")
    flows = opened[unvalued].rename(columns={"valuation_date": "flow_date"})[FLOW_COLUMNS].reset_index(drop=True)
    return opened[~unvalued].reset_index(drop=True), flows


def _is_valued_later(rows: pd.DataFrame) -> pd.Series:
    valued = rows["valuation_date"].where(rows["nav_before"].notna())
    return rows["valuation_date"] < valued.groupby(rows["portfolio_id"]).transform("max")


def _refuse(rows: pd.DataFrame, bad: pd.Series, problem: str, remedy: str) -> None:
    if bad.any():
        row = int(np.argmax(bad.to_numpy()))
        line = rows.iloc[row]
        raise AnalysisError(
            f"{problem} in row {line['row']} of valuations, header not counted (portfolio {line['portfolio_id']}, "
            f"{line['valuation_date']:%Y-%m-%d})",
            remedy=remedy,
        )


def build_value_statement(
    returns: pd.DataFrame, flows: pd.DataFrame | None = None, *, discount_rate: float, day_count: DayCount
) -> pd.DataFrame:
    """Return what moved the value of each portfolio between its valuations; grain: portfolio_id × valuation_date.

    ``returns``: PortfolioReturns. Columns portfolio_id, start_date, valuation_date, opening, unwind (the required
    return), experience (the rest of what was earned), income (paid out), cash_flow (net, in = +), closing; currency
    units. ``flows`` between valuations are in cash_flow. opening + unwind + experience - income + cash_flow = closing.
    """
    later = returns[returns["start_date"].notna()]
    spans = zip(later["start_date"], later["valuation_date"], strict=True)
    years = np.array([count_years(a.date(), b.date(), day_count=day_count) for a, b in spans])
    opening, closing = later["nav_initial"], later["nav_after"]
    unwind = opening * ((1 + discount_rate) ** years - 1)
    flow = later["cash_flow"] + add_unvalued_flows(returns, flows)[1]["total"].reindex(later.index)
    experience = closing - opening - unwind + later["income"] - flow
    return pd.DataFrame(
        {
            "portfolio_id": later["portfolio_id"],
            "start_date": later["start_date"],
            "valuation_date": later["valuation_date"],
            "opening": opening,
            "unwind": unwind,
            "experience": experience,
            "income": later["income"],
            "cash_flow": flow,
            "closing": closing,
        }
    ).reset_index(drop=True)


def summarise_value_statement(statement: pd.DataFrame) -> pd.DataFrame:
    """Return the statement of each portfolio over all its valuations; grain: portfolio_id."""
    grouped = statement.groupby("portfolio_id", sort=True)
    total = grouped[["unwind", "experience", "income", "cash_flow"]].sum()
    ends = {"opening": grouped["opening"].first(), "closing": grouped["closing"].last()}
    return total.assign(**ends)[BROUGHT_LINES].reset_index()
