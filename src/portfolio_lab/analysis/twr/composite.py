"""Several portfolios as one: the composite return, its dispersion, and the aggregate of their tables."""

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError

MIN_MEMBERS = 6


def compute_composite(members: pd.DataFrame) -> pd.DataFrame:
    """Return the asset-weighted return of the members in each period, and linked; grain: period.

    ``members``: period, portfolio_id, nav_initial, r (one row per member and period; undefined r is left out).
    Columns period, r, equal_weighted, twr, n_members. Right where flows fall on period ends; else build_aggregate.
    """
    known = members[members["r"].notna() & (members["nav_initial"] > 0)]
    earned = (known["nav_initial"] * known["r"]).groupby(known["period"]).sum()
    grouped = known.groupby("period")
    r = earned / grouped["nav_initial"].sum()
    return pd.DataFrame(
        {
            "period": r.index,
            "r": r.to_numpy(),
            "equal_weighted": grouped["r"].mean().to_numpy(),
            "twr": (1 + r).cumprod().to_numpy() - 1,
            "n_members": grouped.size().to_numpy(),
        }
    )


def compute_dispersion(members: pd.DataFrame) -> dict[str, float]:
    """Return how far members lie apart: asset-weighted standard deviation around their own asset-weighted mean.

    ``members``: nav_initial and r of those present the whole time, one row each. Also the equal-weighted population
    and sample deviations. NaN under six members; n is always given. Source: ACA on GIPS dispersion.
    """
    nav, r = members["nav_initial"].to_numpy(float), members["r"].to_numpy(float)
    if not np.isfinite(nav + r).all() or (nav <= 0).any():
        raise AnalysisError(
            "dispersion needs members present the whole time", remedy="leave out members without a return"
        )
    if len(r) < MIN_MEMBERS:
        return {"asset_weighted": np.nan, "population": np.nan, "sample": np.nan, "n_members": len(r)}
    weight = nav / nav.sum()
    mean = np.dot(weight, r)
    return {
        "asset_weighted": float(np.sqrt(np.dot(weight, (r - mean) ** 2))),
        "population": float(r.std()),
        "sample": float(r.std(ddof=1)),
        "n_members": len(r),
    }


def select_members(returns: pd.DataFrame) -> pd.DataFrame:
    """Return the portfolios held from the first to the last day without a break; grain: portfolio_id.

    ``returns``: PortfolioReturns. Columns portfolio_id, nav_initial (on the first day), r (over the whole time): what
    compute_dispersion needs.
    """
    known = returns[returns["r"].notna() & (returns["nav_initial"] > 0)]
    spans = known.groupby("portfolio_id").agg(
        start=("start_date", "min"),
        end=("valuation_date", "max"),
        n_segments=("segment", "nunique"),
        nav_initial=("nav_initial", "first"),
        r=("twr", "last"),
    )
    whole = (spans["start"] == spans["start"].min()) & (spans["end"] == spans["end"].max())
    return spans.loc[whole & (spans["n_segments"] == 1), ["nav_initial", "r"]].reset_index()


def build_aggregate(valuations: pd.DataFrame, *, portfolio_id: str) -> pd.DataFrame:
    """Return the valuations of all members added up under one name; transfers between members cancel.

    Grain: valuation_date. A member that joins after the first day comes in as a flow of its opening value, one that
    ends before the last day goes out as a flow of its closing value: neither is a return of the others.
    Raises AnalysisError when a member is not valued on a day between its first and last one.
    """
    table = valuations.assign(**{name: valuations.get(name, 0.0) for name in ("cash_flow", "income")})
    table = table.sort_values(["portfolio_id", "valuation_date"], kind="stable")
    _assert_valued_together(table)
    days, members = table["valuation_date"], table.groupby("portfolio_id")["valuation_date"]
    joins = (days == members.transform("min")) & (days > days.min())
    leaves = (days == members.transform("max")) & (days < days.max())
    value, flow = table["nav_before"], table["cash_flow"]
    parts = table.assign(
        nav_before=value.mask(joins, 0.0),
        cash_flow=(flow + value.where(joins, 0.0)).mask(leaves, -value.where(~joins, 0.0)),
        income=table["income"].mask(joins, 0.0),
    )
    sums = parts.groupby("valuation_date")[["nav_before", "cash_flow", "income"]].sum().reset_index()
    return sums.assign(portfolio_id=portfolio_id)[["portfolio_id", *sums.columns]]


def _assert_valued_together(table: pd.DataFrame) -> None:
    days = np.sort(table["valuation_date"].unique())
    spans = table.groupby("portfolio_id")["valuation_date"].agg(["min", "max", "size"])
    expected = np.searchsorted(days, spans["max"].to_numpy()) - np.searchsorted(days, spans["min"].to_numpy()) + 1
    short = spans.index[spans["size"].to_numpy() != expected]
    if len(short):
        own = table.loc[table["portfolio_id"] == short[0], "valuation_date"]
        between = days[(days >= spans.loc[short[0], "min"]) & (days <= spans.loc[short[0], "max"])]
        missing = pd.Timestamp(np.setdiff1d(between, own.to_numpy())[0])
        raise AnalysisError(
            f"portfolio {short[0]} is not valued on every day on which the others are, such as {missing:%Y-%m-%d}",
            remedy="value all portfolios on the same days",
            value=short[0],
        )
