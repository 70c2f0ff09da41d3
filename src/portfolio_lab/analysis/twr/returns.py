"""Time-weighted return: each period's return on what was there at its start, linked into an index.

Formulas F1 and F2 of the reference example: R = (nav_before + income) / nav_after of the row before - 1, and
TWR = Π (1 + R) - 1. Sources: CFA Institute, GIPS; Spaulding (2010).
"""

from typing import Literal, get_args

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.twr.day_counts import DayCount, count_days, count_years
from portfolio_lab.analysis.twr.dietz import add_unvalued_flows
from portfolio_lab.analysis.twr.valuations import prepare_valuations
from portfolio_lab.errors import AnalysisError

FlowTiming = Literal["at_valuation", "in_start_out_end", "end", "start"]
TOTAL_LOSS = -0.99
STATUSES = (
    "opening", "ok", "no_base", "income_without_base", "closed", "leveraged", "approx", "approx_large_flow",
)  # fmt: skip


class PortfolioReturns(pa.DataFrameModel):
    """One row per portfolio and valuation day: return since the row before, and since the segment began.

    ``r`` is empty where it is undefined (status says why), never 0 or -1 for it. ``growth`` is 1 + TWR of the segment;
    ``segment`` counts the stretches between which the portfolio held nothing.
    """

    portfolio_id: Series[object]
    start_date: Series[pd.Timestamp] = pa.Field(nullable=True)
    valuation_date: Series[pd.Timestamp]
    nav_initial: Series[float] = pa.Field(nullable=True)
    nav_before: Series[float]
    cash_flow: Series[float]
    income: Series[float]
    nav_after: Series[float]
    r: Series[float] = pa.Field(nullable=True)
    segment: Series[int]
    growth: Series[float] = pa.Field(nullable=True)
    twr: Series[float] = pa.Field(nullable=True)
    days: Series[int]
    years: Series[float]
    ear: Series[float] = pa.Field(nullable=True)
    is_short: Series[bool]
    income_without_base: Series[float]
    status: Series[str] = pa.Field(isin=STATUSES)
    timing: Series[str]
    day_count: Series[str]


def compute_returns(
    valuations: pd.DataFrame,
    flows: pd.DataFrame | None = None,
    *,
    timing: FlowTiming = "at_valuation",
    day_count: DayCount = "ACT/365F",
    annualise_short: bool = False,
    allow_negative: bool = False,
    sort: bool = False,
    large_flow_share: float = 0.10,
) -> pd.DataFrame:
    """Return the returns of every portfolio between its valuations (PortfolioReturns).

    Grain: portfolio_id × valuation_date. ``flows``: further flows (PortfolioFlows); those on a valuation day join its
    cash_flow, the others make their period Modified Dietz (status approx, or approx_large_flow beyond the share).
    ``timing`` other than at_valuation: nav_before + cash_flow is a day-end value, and flows are assumed at that time.
    A rate over less than a year is annualised only with ``annualise_short`` and marked ``is_short``.
    Raises AnalysisError (NegativeNAV, Reconciliation) naming the row, or for an unknown timing or day count.
    """
    if timing not in get_args(FlowTiming):
        raise AnalysisError("unknown flow timing", remedy=f"use one of {', '.join(get_args(FlowTiming))}", value=timing)
    table = prepare_valuations(valuations, allow_negative=allow_negative, sort=sort)
    table, between = add_unvalued_flows(table, flows)
    table = _derive_returns(table, between, timing=timing, large_flow_share=large_flow_share)
    table = _link(table)
    table = _derive_rates(table, day_count=day_count, annualise_short=annualise_short)
    return table.assign(timing=timing, day_count=day_count)[list(PortfolioReturns.to_schema().columns)]


def _derive_returns(
    table: pd.DataFrame, between: pd.DataFrame, *, timing: str, large_flow_share: float
) -> pd.DataFrame:
    """Each row's own return and status; flows between valuations weigh into the base by the time they were there."""
    grouped = table.groupby("portfolio_id", sort=False)
    table = table.assign(nav_initial=grouped["nav_after"].shift(), start_date=grouped["valuation_date"].shift())
    at_start = _flow_at_start(table["cash_flow"], timing) + between["weighted"]
    base = table["nav_initial"] + at_start
    held = (table["nav_initial"] > 0) & (base > 0)
    earned = table["nav_before"] + table["income"] - between["total"]
    table["r"] = ((earned - table["nav_initial"]) / base).where(held)
    table["factor"] = ((earned + at_start) / base).where(held, 1.0)
    table["income_without_base"] = table["income"].where(~held, 0.0)
    table["status"] = _statuses(table, between, held, large_flow_share)
    return table.assign(held=held)


def _flow_at_start(cash_flow: pd.Series, timing: str) -> pd.Series:
    """The part of a day's flow that was at work during the period before it."""
    if timing == "start":
        return cash_flow
    return cash_flow.clip(lower=0) if timing == "in_start_out_end" else cash_flow * 0.0


def _statuses(table: pd.DataFrame, between: pd.DataFrame, held: pd.Series, large_flow_share: float) -> np.ndarray:
    """First match wins; every row gets one."""
    large = between["largest"] > large_flow_share * table["nav_initial"].fillna(0)
    return np.select(
        [
            table["start_date"].isna(),
            ~held & (table["income"] != 0),
            ~held,
            table["nav_before"] < 0,
            table["nav_before"] == 0,
            (between["n_flows"] > 0) & large,
            between["n_flows"] > 0,
        ],
        ["opening", "income_without_base", "no_base", "leveraged", "closed", "approx_large_flow", "approx"],
        default="ok",
    )


def _link(table: pd.DataFrame) -> pd.DataFrame:
    """Chain the returns inside each stretch in which the portfolio held something, at full precision."""
    before = table.groupby("portfolio_id", sort=False)[["held", "status"]].shift()
    opens = table["held"] & (~before["held"].eq(True) | before["status"].eq("closed"))
    n_opened = opens.groupby(table["portfolio_id"], sort=False).cumsum()
    waits = ~table["held"] & (table["nav_after"] > 0)
    table = table.assign(segment=(n_opened + waits).clip(lower=1).astype(int))
    table["growth"] = table["factor"].groupby([table["portfolio_id"], table["segment"]], sort=False).cumprod()
    table["growth"] = table["growth"].where(table["held"] | waits)
    table["twr"] = (table["growth"] - 1).where(table["held"] | (waits & table["status"].eq("opening")))
    return table


def _derive_rates(table: pd.DataFrame, *, day_count: DayCount, annualise_short: bool) -> pd.DataFrame:
    """Days and years since the segment began, and the effective annual rate where one may be given."""
    keys = [table["portfolio_id"], table["segment"]]
    begin = table["start_date"].where(table["held"]).groupby(keys, sort=False).transform("min")
    begin = begin.where(table["held"], table["valuation_date"])
    pairs = [(s.date(), e.date()) for s, e in zip(begin, table["valuation_date"], strict=True)]
    table = table.assign(
        days=[count_days(*pair, day_count=day_count) for pair in pairs],
        years=[count_years(*pair, day_count=day_count) for pair in pairs],
    )
    table["is_short"] = table["years"] < 1
    leveraged = table["status"].eq("leveraged").groupby(keys, sort=False).cummax()
    known = table["held"] & ~leveraged & (table["years"] > 0) & (annualise_short | ~table["is_short"])
    power = 1 / table["years"].where(known)
    table["ear"] = table["growth"].where(known).clip(lower=0) ** power - 1
    return table


def recount_years(returns: pd.DataFrame, *, day_count: DayCount, annualise_short: bool = False) -> pd.DataFrame:
    """Return the same returns (PortfolioReturns) with days, years and yearly rates under another day count.

    Growth does not depend on how days are counted, so nothing else changes. Raises AnalysisError for an unknown one.
    """
    table = returns.assign(held=returns["r"].notna())
    counted = _derive_rates(table, day_count=day_count, annualise_short=annualise_short)
    return counted.assign(day_count=day_count)[list(returns.columns)]


def summarise_returns(returns: pd.DataFrame) -> pd.DataFrame:
    """Return one line per portfolio and segment that has a return; grain: portfolio_id × segment.

    Columns portfolio_id, segment, start, end, n_periods, twr, ear, years, is_short, status: the gravest of its rows, in
    the order leveraged, approx_large_flow, approx, closed, ok. Portfolios without any return have status no_return.
    """
    defined = returns[returns["r"].notna()]
    grouped = defined.groupby(["portfolio_id", "segment"], sort=True)
    last = grouped.last()
    summary = pd.DataFrame(
        {
            "start": grouped["start_date"].min(),
            "end": last["valuation_date"],
            "n_periods": grouped.size(),
            "twr": last["twr"],
            "ear": last["ear"].where(last["ear"].notna()),
            "years": last["years"],
            "is_short": last["is_short"],
            "status": grouped["status"].agg(_gravest),
        }
    ).reset_index()
    absent = sorted(set(returns["portfolio_id"]) - set(summary["portfolio_id"]))
    if not absent:
        return summary
    return pd.concat([summary, pd.DataFrame({"portfolio_id": absent, "status": "no_return"})], ignore_index=True)


def mark_total_losses(returns: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """Return the summary with ``is_begun_anew``; a portfolio that lost everything and went on has that as its return.

    Grain: as summarise_returns. The last stretch of such a portfolio gets the whole time since its first period and a
    return of -1, for no later gain makes up for a total loss; its stretches stay in ``returns``. A value that fell to
    nothing because all of it was paid out as income is no loss.
    """
    first = returns[returns["r"].notna()].groupby("portfolio_id")["start_date"].min()
    lost = returns[returns["status"].eq("closed") & (returns["r"] <= TOTAL_LOSS)].groupby("portfolio_id")["segment"]
    is_last = ~summary.duplicated("portfolio_id", keep="last")
    anew = is_last & (summary["segment"] > summary["portfolio_id"].map(lost.min()))
    start = summary["portfolio_id"].map(first)
    spans = zip(start, summary["end"], strict=True)
    count = returns["day_count"].iloc[0]
    years = [count_years(a.date(), b.date(), day_count=count) if pd.notna(a) else np.nan for a, b in spans]
    years = pd.Series(years, index=summary.index, dtype=float)
    whole = {"start": start, "years": years, "twr": -1.0, "ear": np.nan, "is_short": years < 1, "status": "closed"}
    changed = {name: summary[name].mask(anew, values) for name, values in whole.items()}
    return summary.assign(**changed, is_begun_anew=anew)


def _gravest(statuses: pd.Series) -> str:
    order = ("leveraged", "approx_large_flow", "approx", "closed")
    return next((status for status in order if (statuses == status).any()), "ok")
