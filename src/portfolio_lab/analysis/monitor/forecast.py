"""The shares of the stages in the months to come, month by month, and how far such forecasts were off in the past."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.monitor.states import N_STATES, UNKNOWN, StatePanel, stage_of
from portfolio_lab.analysis.stages import STAGES

HORIZONS = (3, 6, 12)
# Recent months say more about the next ones than older ones: half a year of moves, a quarter of newcomers.
WINDOW_MONTHS, ARRIVAL_MONTHS = 6, 3
FEWEST_MONTHS = 6
# The end of each month of moves; a way to forecast: customers by state at the start, moves, days and months ahead.
Days = Sequence[pd.Timestamp]
Predict = Callable[..., np.ndarray]


class Forecast(pa.DataFrameModel):
    """One row per month ahead (0 = now) and stage: its share of all customers known then, new ones included."""

    months_ahead: Series[np.int64] = pa.Field(ge=0)
    stage: Series[str] = pa.Field(isin=STAGES)
    share: Series[float] = pa.Field(ge=0, le=1)


class ForecastErrors(pa.DataFrameModel):
    """One row per horizon (months) and stage: how far forecasts made at earlier month ends were off, in shares (0..1).

    ``mean_error``: mean absolute error; ``largest_error``: the largest; ``no_change_error``: mean absolute error of
    saying that nothing will change; ``n_origins``: month ends from which it was tried.
    """

    months_ahead: Series[np.int64] = pa.Field(ge=1)
    stage: Series[str] = pa.Field(isin=STAGES)
    mean_error: Series[float] = pa.Field(ge=0)
    largest_error: Series[float] = pa.Field(ge=0)
    no_change_error: Series[float] = pa.Field(ge=0)
    n_origins: Series[np.int64] = pa.Field(ge=1)


def count_moves(panel: StatePanel) -> np.ndarray:
    """Return how many customers went from state to state in each month: months - 1 × states + 1 × states + 1.

    The last row and column are customers not known yet.
    """
    size = N_STATES + 1
    pairs = panel.states[:-1].astype(np.int64) * size + panel.states[1:]
    return np.array([np.bincount(row, minlength=size * size).reshape(size, size) for row in pairs], dtype=np.int32)


def forecast_states(start: np.ndarray, moves: np.ndarray, days: Days, *, months: int) -> np.ndarray:
    """Return the expected number of customers in each state after 0, 1, … ``months`` months: months + 1 × states.

    ``start``: customers by state; ``moves``: of the months to learn from (``count_moves``), of which the last
    ``WINDOW_MONTHS`` are averaged; ``days``: their ends, which do not matter here. As many new customers come each
    month as came in the last ``ARRIVAL_MONTHS``. Source: Markov chain on recency and frequency (Pfeifer and Carraway,
    2000): silence grows by one month or ends with a purchase.
    """
    step = average_moves(moves[-WINDOW_MONTHS:], moves[-ARRIVAL_MONTHS:])
    return follow_steps(start, [step] * months)


def average_moves(moves: np.ndarray, arriving: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the chances to go from state to state within one of the months, and how many new customers come to each.

    ``arriving``: the months from which new customers are counted.
    """
    counts = moves.sum(axis=0)
    return _to_shares(counts[:N_STATES, :N_STATES].astype(float)), arriving[:, UNKNOWN, :N_STATES].mean(axis=0)


def follow_steps(start: np.ndarray, steps: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return the customers by state at the start and after each step (``average_moves``): steps + 1 × states."""
    path = [start[:N_STATES].astype(float)]
    for matrix, arrivals in steps:
        path.append(path[-1] @ matrix + arrivals)
    return np.array(path)


def forecast_shares(
    panel: StatePanel, *, months: int = max(HORIZONS), predict: Predict = forecast_states
) -> pd.DataFrame:
    """Return the shares of the stages now and in each of the months to come; contract ``Forecast``.

    No rows where fewer than ``FEWEST_MONTHS`` months can be learnt from.
    """
    moves = count_moves(panel)
    if len(moves) < FEWEST_MONTHS:
        return _as_table(np.empty((0, len(STAGES))))
    start = np.bincount(panel.states[-1], minlength=N_STATES + 1)
    return _as_table(_stage_shares(predict(start, moves, panel.days[1:], months=months)))


def backtest_forecast(
    panel: StatePanel,
    *,
    horizons: tuple[int, ...] = HORIZONS,
    predict: Predict = forecast_states,
    fewest: int = FEWEST_MONTHS,
) -> pd.DataFrame:
    """Return how far forecasts made at every earlier month end were off; contract ``ForecastErrors``.

    Each one learns from the months before it only, at least ``fewest``. No rows for a horizon that no month end is
    early enough for.
    """
    moves = count_moves(panel)
    starts = np.array([np.bincount(row, minlength=N_STATES + 1) for row in panel.states])
    actual = _stage_shares(starts[:, :N_STATES])
    last, rows = len(starts) - 1, []
    for origin in range(fewest, last + 1 - min(horizons)):
        known, days = moves[:origin], panel.days[1 : origin + 1]
        shares = _stage_shares(predict(starts[origin], known, days, months=max(horizons)))
        for ahead in (h for h in horizons if origin + h <= last):
            found = actual[origin + ahead]
            errors = zip(STAGES, np.abs(shares[ahead] - found), np.abs(actual[origin] - found), strict=True)
            rows += [(ahead, stage, error, still) for stage, error, still in errors]
    tried = pd.DataFrame(rows, columns=["months_ahead", "stage", "error", "no_change"])
    table = tried.groupby(["months_ahead", "stage"], as_index=False).agg(
        mean_error=("error", "mean"), largest_error=("error", "max"), no_change_error=("no_change", "mean"),
        n_origins=("error", "size"),
    )  # fmt: skip
    types = {"months_ahead": np.int64, "n_origins": np.int64} | dict.fromkeys(
        ("mean_error", "largest_error", "no_change_error"), float
    )
    return ForecastErrors.validate(table.astype(types))


def past_shares(panel: StatePanel, *, months: int) -> pd.DataFrame:
    """Return the shares at the last ``months`` + 1 month ends: months_ahead (0 and below), stage, share."""
    states = panel.states[-(months + 1) :]
    counts = np.array([np.bincount(row, minlength=N_STATES + 1)[:N_STATES] for row in states])
    table = _as_table(_stage_shares(counts))
    return table.assign(months_ahead=table["months_ahead"] - (len(states) - 1))


def _to_shares(counts: np.ndarray) -> np.ndarray:
    """Counts of moves as chances, row by row; a state never left before moves like its stage, else it stays."""
    totals = counts.sum(axis=1)
    stages = stage_of(np.arange(N_STATES))
    by_stage = np.array([counts[stages == stage].sum(axis=0) for stage in range(len(STAGES))])
    filled = np.where(totals[:, None] > 0, counts, by_stage[stages])
    empty = filled.sum(axis=1) == 0
    filled[empty, np.flatnonzero(empty)] = 1.0
    return filled / filled.sum(axis=1, keepdims=True)


def _stage_shares(path: np.ndarray) -> np.ndarray:
    """Customers by state as shares of the stages: rows × stages."""
    stages = stage_of(np.arange(N_STATES))
    counts = np.stack([path[:, stages == stage].sum(axis=1) for stage in range(len(STAGES))], axis=1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)


def _as_table(shares: np.ndarray) -> pd.DataFrame:
    ahead = np.repeat(np.arange(len(shares), dtype=np.int64), len(STAGES))
    table = pd.DataFrame({"months_ahead": ahead, "stage": list(STAGES) * len(shares), "share": shares.ravel()})
    return Forecast.validate(table.astype({"stage": object}))
