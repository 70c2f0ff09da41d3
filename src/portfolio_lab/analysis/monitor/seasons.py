"""Does the forecast of the stages need a season: do customers buy by season, and did it help in the past?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.monitor.forecast import (
    ARRIVAL_MONTHS,
    WINDOW_MONTHS,
    Days,
    average_moves,
    backtest_forecast,
    count_moves,
    follow_steps,
    forecast_states,
)
from portfolio_lab.analysis.monitor.states import N_FREQUENCY, N_SILENCE, N_STATES, StatePanel, stage_of
from portfolio_lab.analysis.stages import STAGES

# Every quarter twice before a season is believed; once before a forecast by season can be made.
MONTHS_TO_SEE, MONTHS_TO_PREDICT = 24, 12
FEWEST_PURCHASES, CLEAR_RATIO = 30, 1.1
BUYING = tuple(STAGES.index(stage) for stage in ("active", "pre_inactive"))


@dataclass(frozen=True)
class SeasonCheck:
    """What is known of seasons. ``rates``: share of the buying customers who bought within a month, by quarter.

    ``is_seasonal``: whether the largest is clearly above the smallest; None with too short a history. Errors: mean
    absolute errors (shares, 0..1) of both forecasts from the same month ends; None where none could be tried.
    """

    rates: Mapping[int, float]
    is_seasonal: bool | None
    season_error: float | None = None
    recent_error: float | None = None

    @property
    def is_used(self) -> bool:
        """Whether the forecast goes by season: there is one, and going by it was not worse in the past."""
        return bool(self.is_seasonal) and self.season_error is not None and self.season_error <= self.recent_error


def forecast_by_season(start: np.ndarray, moves: np.ndarray, days: Days, *, months: int) -> np.ndarray:
    """Return what ``forecast_states`` returns, each month ahead moving as the same quarter of the years before did.

    ``days``: the end of each month of ``moves``. A quarter that is not among them moves as the last months did.
    """
    quarters = np.array([day.quarter for day in days])
    ahead = [(days[-1] + pd.DateOffset(months=step)).quarter for step in range(1, months + 1)]
    recent = average_moves(moves[-WINDOW_MONTHS:], moves[-ARRIVAL_MONTHS:])
    same = {quarter: moves[quarters == quarter] for quarter in set(ahead)}
    steps = {quarter: average_moves(rows, rows) if len(rows) else recent for quarter, rows in same.items()}
    return follow_steps(start, [steps[quarter] for quarter in ahead])


def check_seasons(panel: StatePanel) -> SeasonCheck:
    """Return whether customers buy by season and whether a forecast that knows it would have been better.

    A season is clear when the best quarter has more than 1.1 times the share of buyers of the weakest one, and at
    least 30 purchases were made in each. Nothing is said with fewer than 24 months of moves.
    """
    moves = count_moves(panel)
    if len(moves) < MONTHS_TO_SEE:
        return SeasonCheck({}, None)
    n_buying, n_bought = _count_buyers(moves, panel.days[1:])
    rates = {quarter: n_bought[quarter] / max(n, 1) for quarter, n in n_buying.items()}
    is_clear = max(rates.values()) > CLEAR_RATIO * min(rates.values())
    is_seasonal = is_clear and min(n_bought.values()) >= FEWEST_PURCHASES
    if not is_seasonal:
        return SeasonCheck(rates, False)
    ways = (forecast_by_season, forecast_states)
    tried = [backtest_forecast(panel, predict=way, fewest=MONTHS_TO_PREDICT)["mean_error"].mean() for way in ways]
    return SeasonCheck(rates, True, *(float(error) for error in tried))


def _count_buyers(moves: np.ndarray, days: Days) -> tuple[dict[int, int], dict[int, int]]:
    """Buying customers at the beginning of the months of each quarter, and those of them who bought within it."""
    codes = np.arange(N_STATES)
    was_buying = np.isin(stage_of(codes), BUYING)
    has_bought = (codes // N_FREQUENCY) % N_SILENCE == 0
    before = moves[:, :N_STATES][:, was_buying]
    quarters = np.array([day.quarter for day in days])
    n_buying = {q: int(before[quarters == q].sum()) for q in range(1, 5)}
    n_bought = {q: int(before[quarters == q][:, :, :N_STATES][:, :, has_bought].sum()) for q in range(1, 5)}
    return n_buying, n_bought
