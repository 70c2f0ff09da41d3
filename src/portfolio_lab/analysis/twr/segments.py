"""Returns by segment (such as ABC class × stage): what the attribution of a portfolio against the company needs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lab.analysis.twr.attribution import EFFECTS, compute_attribution, link_attribution
from portfolio_lab.analysis.twr.positions import prepare_positions
from portfolio_lab.errors import AnalysisError

OTHERS = "others"


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


def fill_segments(known: pd.DataFrame, positions: pd.DataFrame, *, newcomer: str) -> pd.DataFrame:
    """Return the segment of every position, as known at the last month end up to its day.

    Grain: valuation_date × customer_id of the positions. ``known``: month_end, customer_id, segment; a customer not
    known at that month end is ``newcomer``.
    """
    ends = np.sort(known["month_end"].unique())
    table = positions[["valuation_date", "customer_id"]]
    place = np.searchsorted(ends, table["valuation_date"].to_numpy(), side="right") - 1
    table = table.assign(month_end=ends[place.clip(min=0)])
    merged = table.merge(known, on=["month_end", "customer_id"], how="left").drop(columns="month_end")
    return merged.fillna({"segment": newcomer})


def attribute_portfolios(
    positions: pd.DataFrame, segments: pd.DataFrame, portfolios: Sequence[object], *, min_share: float = 0.01
) -> pd.DataFrame:
    """Return where each portfolio's difference to the company comes from, linked over all periods it held value.

    Grain: portfolio_id × segment. Columns allocation, selection, interaction. Segments with less than min_share of the
    company's value in a period are taken together as ``others``; where a portfolio itself holds less than that of a
    segment, its selection counts by its own weight and stands under interaction, for on next to nothing any return is
    huge. A portfolio with a total loss in some period cannot be linked and is left out.
    """
    sums = _sum_segments(positions, segments, min_share=min_share)
    whole = sums.groupby(["period", "segment"])[["opening", "end"]].sum()
    parts = []
    for portfolio in portfolios:
        own = sums[sums["held_by"] == portfolio].set_index(["period", "segment"])[["opening", "end"]]
        table = _compare(own, whole)
        effects = _weigh_slivers(compute_attribution(table), min_share=min_share) if len(table) else None
        if effects is not None and (effects[["portfolio_total", "benchmark_total"]] > -1).to_numpy().all():
            parts.append(link_attribution(effects).assign(portfolio_id=portfolio))
    columns = ["portfolio_id", "segment", *EFFECTS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _weigh_slivers(effects: pd.DataFrame, *, min_share: float) -> pd.DataFrame:
    """The same effects, their sum unchanged, without a selection where the portfolio holds next to nothing."""
    sliver = effects["portfolio_weight"].abs() < min_share
    moved = effects["selection"].where(sliver, 0.0)
    return effects.assign(selection=effects["selection"] - moved, interaction=effects["interaction"] + moved)


def _sum_segments(positions: pd.DataFrame, segments: pd.DataFrame, *, min_share: float) -> pd.DataFrame:
    """Opening value and value plus margin at the end, in cents, by holder, period (its last day) and segment."""
    table = prepare_positions(positions)
    dates = np.sort(table["valuation_date"].unique())
    held = table[table["opening_cents"].notna()]
    named = segments.rename(columns={"valuation_date": "start_date"})
    held = held.assign(start_date=dates[held["step"].to_numpy() - 1]).merge(named, on=["start_date", "customer_id"])
    rows = pd.DataFrame({"held_by": held["held_by"], "period": held["valuation_date"], "segment": held["segment"],
                         "opening": held["opening_cents"].astype(float),
                         "end": (held["old_cents"] + held["margin_cents"]).astype(float)})  # fmt: skip
    of_segment = rows.groupby(["period", "segment"])["opening"].transform("sum")
    small = of_segment < min_share * rows.groupby("period")["opening"].transform("sum")
    rows["segment"] = rows["segment"].mask(small, OTHERS)
    return rows.groupby(["held_by", "period", "segment"], as_index=False)[["opening", "end"]].sum()


def _compare(own: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """SegmentReturns of one portfolio against the whole in the periods in which it held value."""
    total = own["opening"].groupby(level=0).sum()
    kept = total.index[total > 0]
    sides = {"portfolio": own, "benchmark": whole}
    parts = []
    for side, rows in sides.items():
        rows = rows[rows.index.get_level_values(0).isin(kept)]
        weight = rows["opening"] / rows["opening"].groupby(level=0).transform("sum")
        earned = rows["end"] / rows["opening"].where(rows["opening"] != 0) - 1
        parts.append(pd.DataFrame({f"{side}_weight": weight, f"{side}_return": earned}))
    table = pd.concat(parts, axis=1)
    weights = ["portfolio_weight", "benchmark_weight"]
    return table.assign(**table[weights].fillna(0.0)).reset_index()


def _weights_and_returns(rows: pd.DataFrame, side: str) -> pd.DataFrame:
    """Share of the opening value and return of each segment in each period; a period without value has no weights."""
    keys = [rows["valuation_date"].rename("period"), rows["segment"]]
    sums = rows.groupby(keys)[["opening_cents", "end_cents"]].sum()
    whole = sums["opening_cents"].groupby(level=0).transform("sum")
    opening = sums["opening_cents"]
    return pd.DataFrame(
        {
            f"{side}_weight": (opening / whole.where(whole > 0)),
            f"{side}_return": (sums["end_cents"] / opening.where(opening != 0) - 1),
        }
    )
