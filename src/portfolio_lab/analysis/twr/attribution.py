"""Where a difference comes from: Brinson-Fachler by segment, linked over time after Carino.

Allocation belongs to whoever assigns the customers, selection to the salesperson who holds them. Sources: Brinson &
Fachler (1985); Carino (1999).
"""

from typing import Optional

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError

EFFECTS = ["allocation", "selection", "interaction"]
TOLERANCE = 1e-9


class SegmentReturns(pa.DataFrameModel):
    """One row per period and segment: weights at the period's start (each sums to 1) and returns.

    Of the portfolio and of its benchmark. A return may be empty where its weight is zero.
    """

    period: Optional[Series[object]]
    segment: Series[object]
    portfolio_weight: Series[float]
    benchmark_weight: Series[float]
    portfolio_return: Series[float] = pa.Field(nullable=True)
    benchmark_return: Series[float] = pa.Field(nullable=True)


def compute_attribution(segments: pd.DataFrame) -> pd.DataFrame:
    """Return allocation, selection and interaction per period and segment, with the totals of the period.

    Grain: period × segment. They sum to portfolio_total - benchmark_total to 1e-12. Raises AnalysisError when
    weights do not sum to 1, or a return is missing where its weight is not zero.
    """
    table = segments if "period" in segments else segments.assign(period=0)
    table = _fill_unheld(table)
    by_period = table.groupby("period")
    for side in ("portfolio", "benchmark"):
        weighted = table[f"{side}_weight"] * table[f"{side}_return"]
        table = table.assign(**{f"{side}_total": weighted.groupby(table["period"]).transform("sum")})
    off = (by_period[["portfolio_weight", "benchmark_weight"]].sum() - 1).abs()
    if (off > TOLERANCE).to_numpy().any():
        raise AnalysisError("weights do not sum to 1", remedy="cover every segment", value=float(off.to_numpy().max()))
    tilt = table["portfolio_weight"] - table["benchmark_weight"]
    gap = table["portfolio_return"] - table["benchmark_return"]
    return table.assign(
        allocation=tilt * (table["benchmark_return"] - table["benchmark_total"]),
        selection=table["benchmark_weight"] * gap,
        interaction=tilt * gap,
    )


def _fill_unheld(table: pd.DataFrame) -> pd.DataFrame:
    """A return that nobody earned (weight zero) takes the other side's, so that it makes no difference."""
    pairs = {"portfolio": "benchmark", "benchmark": "portfolio"}
    filled = {}
    for side, other in pairs.items():
        empty = table[f"{side}_return"].isna()
        if (empty & (table[f"{side}_weight"] != 0)).any():
            raise AnalysisError(
                f"the {side} holds a segment without a return", remedy="give the return of every held segment"
            )
        filled[f"{side}_return"] = table[f"{side}_return"].fillna(table[f"{other}_return"]).fillna(0.0)
    return table.assign(**filled)


def link_attribution(effects: pd.DataFrame) -> pd.DataFrame:
    """Return the effects of all periods linked into one, per segment, by Carino's factors; grain: segment.

    ``effects``: what compute_attribution returned. The sum over segments and effects is the difference of the linked
    returns, residual below 1e-12. Raises AnalysisError for a total of -100 % or less, which has no logarithm.
    """
    totals = effects.groupby("period")[["portfolio_total", "benchmark_total"]].first()
    portfolio, benchmark = totals["portfolio_total"], totals["benchmark_total"]
    linked = [np.prod(1 + side) - 1 for side in (portfolio, benchmark)]
    scale = _carino(*map(np.atleast_1d, linked))[0]
    factor = pd.Series(_carino(portfolio.to_numpy(), benchmark.to_numpy()) / scale, index=totals.index)
    weighted = effects[EFFECTS].multiply(effects["period"].map(factor), axis=0)
    return weighted.groupby(effects["segment"]).sum().reset_index()


def compute_contributions(parts: pd.DataFrame) -> pd.DataFrame:
    """Return what each segment contributed to the linked return, after Carino without a benchmark; grain: segment.

    ``parts``: period, segment, contribution (weight × return). Columns segment, contribution; they sum to the linked
    return, residual below 1e-12.
    """
    totals = parts.groupby("period")["contribution"].sum()
    linked = np.prod(1 + totals.to_numpy()) - 1
    scale = _carino(np.array([linked]), np.zeros(1))[0]
    factor = pd.Series(_carino(totals.to_numpy(), np.zeros(len(totals))) / scale, index=totals.index)
    weighted = parts["contribution"] * parts["period"].map(factor)
    return weighted.groupby(parts["segment"]).sum().rename("contribution").reset_index()


def _carino(portfolio: np.ndarray, benchmark: np.ndarray) -> np.ndarray:
    """(ln(1+R) - ln(1+B)) / (R - B), and its limit 1 / (1+R) where R = B; accurate for close returns too."""
    if (portfolio <= -1).any() or (benchmark <= -1).any():
        raise AnalysisError("a total loss cannot be linked", remedy="end the attribution before the period of the loss")
    ratio = (portfolio - benchmark) / (1 + benchmark)
    near = np.where(ratio == 0, 1.0, ratio)
    return np.where(ratio == 0, 1.0, np.log1p(near) / near) / (1 + benchmark)
