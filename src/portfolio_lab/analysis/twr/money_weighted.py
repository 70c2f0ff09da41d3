"""Money-weighted return: the one rate that explains all flows. Against the time-weighted one it shows timing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import pyxirr
from scipy.optimize import brentq

from portfolio_lab.analysis.twr.day_counts import DayCount, count_years
from portfolio_lab.errors import AnalysisError

PYXIRR: dict[str, pyxirr.DayCount] = {
    "ACT/365F": pyxirr.DayCount.ACT_365F,
    "ACT/365.25": pyxirr.DayCount.ACT_365_25,
    "ACT/ACT": pyxirr.DayCount.ACT_ACT_ISDA,
    "ACT/360": pyxirr.DayCount.ACT_360,
    "ACT/364": pyxirr.DayCount.ACT_364,
    "30/360": pyxirr.DayCount.THIRTY_360_ISDA,
    "30U/360": pyxirr.DayCount.THIRTY_U_360,
    "30E/360": pyxirr.DayCount.THIRTY_E_360,
}
LOG_GROWTH = np.linspace(-14, 14, 5601)


@dataclass(frozen=True)
class MoneyWeightedReturn:
    """The money-weighted return of one portfolio.

    ``rate`` a year, ``period_rate`` over the whole span; both NaN unless exactly one rate explains the flows.
    ``headline`` is the rate a year, or under a year the period rate. ``roots``: every rate found. Flows of one day only
    have no period and so no rate (status no_period).
    """

    rate: float
    period_rate: float
    years: float
    status: Literal["ok", "no_root", "several_roots", "no_period"]
    n_sign_changes: int
    roots: tuple[float, ...]

    @property
    def headline(self) -> float:
        """The rate to show: a year, unless the span is shorter."""
        return self.rate if self.years >= 1 else self.period_rate


def compute_money_weighted_return(
    dates: Sequence[date], amounts: Sequence[float], *, day_count: DayCount = "ACT/365F"
) -> MoneyWeightedReturn:
    """Return the internal rate of return of dated flows as their owner sees them (paid in = -, received = +).

    All rates between a loss and a growth by a factor of a million a year are looked for.
    Raises AnalysisError for empty or infinite flows.
    """
    values = np.asarray(amounts, float)
    if len(values) != len(dates) or not len(values) or not np.isfinite(values).all():
        raise AnalysisError(
            "flows must be finite numbers, one per date", remedy="leave out what is empty", value=len(values)
        )
    order = np.argsort(np.array(dates, dtype="datetime64[D]"), kind="stable")
    days, values = [dates[i] for i in order], values[order]
    years = np.array([count_years(days[0], day, day_count=day_count) for day in days])
    if years[-1] == 0:
        return MoneyWeightedReturn(np.nan, np.nan, 0.0, "no_period", 0, ())
    changes = len(pyxirr.zero_crossing_points(values[values != 0])) if (values != 0).any() else 0
    roots = _find_roots(years, values) if changes else ()
    if len(roots) != 1:
        status = "several_roots" if roots else "no_root"
        return MoneyWeightedReturn(np.nan, np.nan, float(years[-1]), status, changes, roots)
    rate = _refine(days, values, day_count, roots[0])
    return MoneyWeightedReturn(rate, float((1 + rate) ** years[-1] - 1), float(years[-1]), "ok", changes, (rate,))


def _find_roots(years: np.ndarray, values: np.ndarray) -> tuple[float, ...]:
    """Every rate at which the present value is zero, by a scan over the logarithm of yearly growth."""

    def present(log_growth: np.ndarray | float) -> np.ndarray:
        exponents = -np.multiply.outer(log_growth, years)
        return np.exp(exponents - exponents.max(axis=-1, keepdims=True)) @ values

    found = present(LOG_GROWTH)
    crossings = np.flatnonzero(np.sign(found[:-1]) * np.sign(found[1:]) < 0)
    exact = [float(g) for g in LOG_GROWTH[found == 0]]
    between = [brentq(present, LOG_GROWTH[i], LOG_GROWTH[i + 1], xtol=1e-15, rtol=8.9e-16) for i in crossings]
    return tuple(float(np.expm1(g)) for g in sorted(exact + between))


def _refine(days: list[date], values: np.ndarray, day_count: str, root: float) -> float:
    """The library's answer where it knows the convention; our own for days without 29 February."""
    if day_count not in PYXIRR:
        return root
    found = pyxirr.xirr(days, values, guess=root, day_count=PYXIRR[day_count])
    return root if found is None or abs(found - root) > 1e-6 * (1 + abs(root)) else float(found)


def compute_portfolio_mwr(
    returns: pd.DataFrame,
    flows: pd.DataFrame | None = None,
    *,
    day_count: DayCount = "ACT/365F",
    annualise_short: bool = False,
) -> pd.DataFrame:
    """Return the money-weighted return per portfolio; grain: portfolio_id. ``returns``: PortfolioReturns.

    Columns portfolio_id, mwr (a year; under a year only with ``annualise_short``), period_rate, years, mwr_status,
    n_roots, timing_effect (mwr - ear; NaN unless both cover the same time: one stretch without a break).
    The owner pays the opening value and every later inflow, and receives income, outflows and the last value.
    ``flows``: the PortfolioFlows that compute_returns was given; those between valuations count on their own day.
    """
    rows = []
    for portfolio, table in returns.groupby("portfolio_id", sort=True):
        last = table.iloc[-1]
        dates, amounts = _list_owner_flows(table, flows)
        found = compute_money_weighted_return(dates, amounts, day_count=day_count)
        rate = found.rate if annualise_short or found.years >= 1 else np.nan
        is_one_stretch = len(set(table.loc[table["r"].notna(), "segment"])) == 1
        rows.append(
            {
                "portfolio_id": portfolio,
                "mwr": rate,
                "period_rate": found.period_rate,
                "years": found.years,
                "mwr_status": found.status,
                "n_roots": len(found.roots),
                "timing_effect": rate - last["ear"] if is_one_stretch else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _list_owner_flows(table: pd.DataFrame, flows: pd.DataFrame | None) -> tuple[list[date], list[float]]:
    """Days and amounts of one portfolio as its owner sees them; flows of valuation days are in the table already."""
    first, inner, last = table.iloc[0], table.iloc[1:-1], table.iloc[-1]
    dates = [first["valuation_date"].date(), *inner["valuation_date"].dt.date, last["valuation_date"].date()]
    amounts = [-first["nav_after"], *(inner["income"] - inner["cash_flow"]), last["nav_before"] + last["income"]]
    if flows is None or flows.empty:
        return dates, amounts
    own = flows[flows["portfolio_id"].eq(first["portfolio_id"]) & ~flows["flow_date"].isin(table["valuation_date"])]
    return [*dates, *own["flow_date"].dt.date], [*amounts, *-own["cash_flow"]]


def mark_disagreement(league: pd.DataFrame, mwr: pd.DataFrame, *, discount_rate: float) -> pd.DataFrame:
    """Return the league with ``money_weighted_gap`` and ``is_mixed``, same rows.

    ``money_weighted_gap``: money-weighted return over the whole time less the required one, a share; NaN without a
    rate. ``is_mixed``: above by time-weighted return and below by money-weighted, or the other way round: the money was
    there at another time than the success. ``mwr``: compute_portfolio_mwr.
    """
    money = mwr.set_index("portfolio_id")
    gap = money["period_rate"] - ((1 + discount_rate) ** money["years"] - 1)
    own = league["portfolio_id"].map(gap).astype(float)
    is_mixed = (league["verdict"].eq("above") & (own < 0)) | (league["verdict"].eq("below") & (own > 0))
    return league.assign(money_weighted_gap=own, is_mixed=is_mixed)
