"""The same question asked in further ways: adjusted for what was known before, extremes capped, per contact made."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.experiments.adjustment import adjust_by_lin
from portfolio_lab.analysis.experiments.cells import compare
from portfolio_lab.analysis.experiments.means import examine_tails
from portfolio_lab.analysis.experiments.planning import compute_mde_of_means
from portfolio_lab.analysis.verdicts import Estimate, Kind

PLAIN, ADJUSTED, CAPPED = "plain difference", "adjusted for what was known before", "extremes capped"


class Views(pa.DataFrameModel):
    """One row per plan, outcome and view; effects in units of the outcome.

    ``detectable_effect``: the smallest effect found with 80 % power. ``variance_reduction_share``: what the adjustment
    took off the variance; ``top_share``: the part of the plain difference owed to the top 1 % of customers.
    """

    plan_id: Series[str]
    outcome: Series[str]
    view: Series[str]
    effect: Series[float]
    low: Series[float]
    high: Series[float]
    detectable_effect: Series[float] = pa.Field(nullable=True)
    variance_reduction_share: Series[float] = pa.Field(nullable=True)
    top_share: Series[float] = pa.Field(nullable=True)

    class Config:
        strict = True
        ordered = True


def list_views(
    outcome: np.ndarray, is_treated: np.ndarray, covariates: np.ndarray, *, kind: Kind, names: tuple[str, str]
) -> list[dict[str, object]]:
    """Return the rows of a plan and outcome (``names``): plain, adjusted where something was known, amounts capped."""
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=bool)
    rows = [as_view(names, PLAIN, compare(y, d, kind=kind))]
    if covariates.size and min(d.sum(), (~d).sum()) > covariates.shape[1] + 2:
        adjusted = adjust_by_lin(y, d, covariates)
        rows.append(as_view(names, ADJUSTED, adjusted.estimate, variance_reduction_share=adjusted.variance_reduction))
    if kind == "amount":
        tails = examine_tails(y[d], y[~d])
        rows.append(as_view(names, CAPPED, tails.winsorised, top_share=tails.top_share))
    return rows


def as_view(names: tuple[str, str], view: str, estimate: Estimate, **more: float) -> dict[str, object]:
    """Return one row of ``Views``."""
    limits = {name: getattr(estimate, name) for name in ("effect", "low", "high")}
    detectable = compute_mde_of_means(estimate.se)
    return {"plan_id": names[0], "outcome": names[1], "view": view, **limits, "detectable_effect": detectable, **more}


def as_views(rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    """Return rows as one table; contract ``Views``."""
    frame = pd.DataFrame(list(rows), columns=list(Views.to_schema().columns))
    numbers = list(frame.columns[3:])
    frame[numbers] = frame[numbers].astype(float)
    return Views.validate(frame)
