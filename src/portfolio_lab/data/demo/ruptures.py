"""Ruptures: regular customers who stop for a quarter or for good, each with a planted cause."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.customers import NEVER, Draws, is_regular
from portfolio_lab.data.demo.parameters import CAUSES
from portfolio_lab.data.demo.world import World

NOTICE_DAYS = 60  # working days before a rupture for want of attention in which nobody calls
CLAIM_NOTICE_DAYS = 3
FIRST_QUARTER = 2


def schedule_ruptures(world: World, customers: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Return the ruptures that will happen if the customer is still there, at most one a year each.

    One row per customer and rupture: row (position in the block), quarter, cause (position in ``CAUSES``), start_t,
    end_t (first day on which it buys again) and is_final (it never does).
    """
    n, n_quarters = len(customers), world.calendar.n_quarters
    chance = draws.stream("rupture chance").random((n, n_quarters))
    detail = draws.stream("rupture detail").random((n, n_quarters, 3))
    free_from = np.zeros(n, dtype=int)
    rows = []
    for quarter in range(FIRST_QUARTER, n_quarters):
        cause = _cause(world, customers, chance[:, quarter], quarter)
        start, end = _span(world, quarter, detail[:, quarter])
        chosen = (cause >= 0) & (free_from <= quarter) & (customers["converted_t"].to_numpy() < start - 2 * NOTICE_DAYS)
        free_from = np.where(chosen, quarter + 4, free_from)
        row = np.flatnonzero(chosen)
        final = detail[row, quarter, 2] < world.parameters.rupture_final_share
        rows.append((row, np.full(len(row), quarter), cause[row], start[row], np.where(final, NEVER, end[row]), final))
    names = ["row", "quarter", "cause", "start_t", "end_t", "is_final"]
    frame = pd.DataFrame(
        {name: np.concatenate(part) for name, part in zip(names, zip(*rows, strict=True), strict=True)}
    )
    return frame.sort_values(["start_t", "row"], ignore_index=True)


def _cause(world: World, customers: pd.DataFrame, chance: np.ndarray, quarter: int) -> np.ndarray:
    """Position of the cause in ``CAUSES``, -1 = no rupture."""
    p = world.parameters
    out = world.assortment.stock_outs
    missing = customers["staple"].isin(out.loc[out["quarter"] == quarter, "product"]).to_numpy()
    forgotten = np.where(world.people.overloaded[customers["owner"]], p.overloaded_not_attended_multiplier, 1.0)
    weights = [np.full(len(customers), p.rupture_per_quarter[cause]) for cause in CAUSES]
    weights[CAUSES.index("not_attended")] = weights[CAUSES.index("not_attended")] * forgotten
    weights[CAUSES.index("out_of_stock")] = np.where(missing, p.rupture_per_quarter["out_of_stock"], 0.0)
    edges = np.cumsum(np.column_stack(weights), axis=1)
    cause = (chance[:, None] >= edges).sum(axis=1)
    return np.where(is_regular(world, customers) & (cause < len(CAUSES)), cause, -1)


def _span(world: World, quarter: int, detail: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First day without and first day with orders again: the whole quarter and a little on both sides."""
    starts = world.calendar.quarter_starts
    after = starts[quarter + 1] if quarter + 1 < len(starts) else starts[quarter] + 63
    start = starts[quarter] - np.floor(4 * detail[:, 0]).astype(int)
    return start, after + 1 + np.floor(15 * detail[:, 1]).astype(int)
