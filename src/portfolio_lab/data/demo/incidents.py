"""Claims, information requests and after-sales cases as they arise, and what a late first answer does."""

import numpy as np
from scipy.special import ndtri

from portfolio_lab.data.demo.parameters import CAUSES
from portfolio_lab.data.demo.ruptures import CLAIM_NOTICE_DAYS
from portfolio_lab.data.demo.state import Log, State
from portfolio_lab.data.demo.story import Story
from portfolio_lab.data.schema import EVENT_KINDS

FORCED_WAIT, FORCED_SOLVE = 8, 90  # working days: the claim behind a rupture is answered late and stays open


def open_events(story: Story, state: State, log: Log, t: int) -> None:
    """Open the cases of day t: claims that fall due, information requests and after-sales cases."""
    p, chance = story.world.parameters, story.chance["event"][t]
    there = state.alive & (story.fixed["converted_t"] < t)
    ask, repair = p.information_request_per_day, p.information_request_per_day + p.after_sales_per_day
    kind = np.where(there & (chance < repair), np.where(chance < ask, 1, 2), -1)
    kind = np.where(there & (state.claim_next == t), 0, kind)
    row = np.flatnonzero(kind >= 0)
    kind = kind[row]
    forced = (kind == 0) & np.isin(row, _ruptured_by_claim(story, t))
    wait = np.where(forced, np.maximum(_wait(story, state, row, t), FORCED_WAIT), _wait(story, state, row, t))
    solve = wait + 2 + np.floor(12 * story.chance["incoming"][t][row]).astype(int)
    solve = np.where(forced, FORCED_SOLVE, solve)
    log.note("events", row, t, kind=kind, wait=wait, solve=solve, is_forced=forced)
    _remember(story, state, row, kind=kind, wait=wait, solve=solve, t=t)


def _wait(story: Story, state: State, row: np.ndarray, t: int) -> np.ndarray:
    """Working days until the first answer: lognormal, much longer with the overloaded salesperson."""
    p = story.world.parameters
    overloaded = story.world.people.overloaded[state.owner[row]]
    median = np.where(overloaded, p.overloaded_response_median_days, p.response_median_days)
    chance = story.chance["delay"][t][row].astype(float).clip(1e-6, 1 - 1e-6)
    return np.round(median * np.exp(p.response_log_sd * ndtri(chance))).astype(int)


def _remember(
    story: Story, state: State, row: np.ndarray, *, kind: np.ndarray, wait: np.ndarray, solve: np.ndarray, t: int
) -> None:
    """A claim depresses buying for a while; an answer that is late raises the hazard from the day it is late."""
    p = story.world.parameters
    claim = row[kind == 0]
    state.claim_until[claim] = t + 1 + p.claim_rate_days
    state.claim_open_until[claim] = t + solve[kind == 0]
    multipliers = np.array([p.late_response_hazard_multiplier[name] for name in EVENT_KINDS])
    late = wait > p.late_response_after_days
    rows = row[late]
    state.late_from[rows] = t + p.late_response_after_days + 1
    state.late_until[rows] = t + p.late_response_after_days + 1 + p.late_response_days
    state.late_multiplier[rows] = multipliers[kind[late]]


def _ruptured_by_claim(story: Story, t: int) -> np.ndarray:
    """Positions of the customers whose rupture is announced by a claim on day t."""
    ruptures = story.ruptures
    chosen = (ruptures["start_t"] - CLAIM_NOTICE_DAYS == t) & (ruptures["cause"] == CAUSES.index("claim_open"))
    return ruptures["row"][chosen]
