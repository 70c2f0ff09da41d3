"""Returns by segment (such as ABC class × stage): what the attribution of a portfolio against the company needs."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.twr.positions import prepare_positions
from portfolio_lab.errors import AnalysisError


def build_segment_returns(positions: pd.DataFrame, segments: pd.DataFrame, *, portfolio_id: object) -> pd.DataFrame:
    """Return weights and returns of one portfolio and of the whole company by segment, ready for compute_attribution.

    Grain: period (the valuation that ends it) × segment. ``segments``: valuation_date, customer_id, segment as known at
    the start of the period. The benchmark is everything held by anybody, on the same basis. Periods in which the
    portfolio held no value are left out. Raises AnalysisError when a held customer has no segment.
    """
    table = prepare_positions(positions)
    dates = np.sort(table["valuation_date"].unique())
    held = table[table["opening_cents"].notna()]
    held = held.assign(start_date=dates[held["step"].to_numpy() - 1])
    named = segments.rename(columns={"valuation_date": "start_date"})[["start_date", "customer_id", "segment"]]
    held = held.merge(named, on=["start_date", "customer_id"], how="left")
    if held["segment"].isna().any():
        customer = held.loc[held["segment"].isna(), "customer_id"].iloc[0]
        raise AnalysisError(
            "a held customer has no segment", remedy="give one at the start of each period", value=customer
        )
    held = held.assign(end_cents=held["old_cents"] + held["margin_cents"])
    sides = {"portfolio": held[held["held_by"] == portfolio_id], "benchmark": held}
    result = pd.concat([_weights_and_returns(rows, side) for side, rows in sides.items()], axis=1)
    kept = result["portfolio_weight"].groupby(level=0).transform("sum") > 0
    weights = result.loc[kept, ["portfolio_weight", "benchmark_weight"]].fillna(0.0)
    return result.loc[kept].assign(**weights).reset_index()


def _weights_and_returns(rows: pd.DataFrame, side: str) -> pd.DataFrame:
    """Share of the opening value and return of each segment in each period; a period without value has no weights."""
    keys = [rows["valuation_date"].rename("period"), rows["segment"]]
    sums = rows.groupby(keys)[["opening_cents", "end_cents"]].sum()
    whole = sums["opening_cents"].groupby(level=0).transform("sum")
    opening = sums["opening_cents"]
    return pd.DataFrame(
        {
            f"{side}_weight": (opening / whole.where(whole > 0)),
            f"{side}_return": (sums["end_cents"] / opening.where(opening > 0) - 1),
        }
    )
