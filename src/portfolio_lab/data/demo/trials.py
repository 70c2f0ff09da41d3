"""Plans that pick customers: two randomised trials with a hold-out, a campaign at the overdue, a club."""

import copy
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from portfolio_lab.data.demo.attention import company_stage
from portfolio_lab.data.demo.parameters import STAGES
from portfolio_lab.data.demo.state import Log, State
from portfolio_lab.data.demo.story import Story

TRIALS = ("RT-1", "RT-2")
EXECUTION_DAYS = 12
EXECUTED_SHARE = 0.88
CONTAMINATED_SHARE = 0.02


def start_plans(story: Story, state: State, log: Log, t: int) -> None:
    """On the first day of a plan, choose its customers and the day on which each is to be contacted."""
    plans = story.world.plans
    for plan_id in TRIALS:
        if plans[plan_id].start_t == t:
            _start_trial(story, state, log, plan_id, t)
    if plans["CA-1"].start_t == t:
        _start_campaign(story, state, t)
    first, last = plans["LP-1"].start_t, plans["LP-1"].start_t + 250
    if first <= t < last and (t - first) % 21 == 0:
        _invite(story, state, t)


def note_potential_outcomes(
    story: Story, state: State, log: Log, plan_id: str, live_a_day: Callable[[Story, State, Log, int], None]
) -> None:
    """Live the weeks after the start of a trial twice, all treated and all held out, and note who would have bought."""
    start = story.world.plans[plan_id].start_t
    days = range(start, min(start + story.world.parameters.trial_days, story.world.calendar.n_days))
    row = np.flatnonzero(eligible(story, state, start))
    orders = {}
    for treated in (True, False):
        other, twin = replace(story, forced_arms={plan_id: treated}), copy.deepcopy(state)
        for t in days:
            live_a_day(other, twin, Log(), t)
        orders[treated] = (twin.n_orders - state.n_orders)[row]
    log.note("potential", row, start, plan=_code(story, plan_id), treated=orders[True], held_out=orders[False])


def eligible(story: Story, state: State, t: int) -> np.ndarray:
    """Who can enter a trial: class B or C, bought at some time, not yet inactive, not closed and not resting."""
    stage = company_stage(story, state, t)
    live = (stage >= STAGES.index("active")) & (stage <= STAGES.index("inactivated"))
    return live & (story.fixed["abc_class"] > 0) & (state.closed_t > t) & (state.quiet_to <= t)


def _start_trial(story: Story, state: State, log: Log, plan_id: str, t: int) -> None:
    p = story.world.parameters
    chance = story.draws.stream(f"trial {plan_id}").random((len(state.owner), 3))
    row = np.flatnonzero(eligible(story, state, t))
    treated = chance[row, 0] < p.trial_probability
    treated = np.full(len(row), story.forced_arms[plan_id]) if plan_id in story.forced_arms else treated
    contacted = np.where(treated, chance[row, 1] < EXECUTED_SHARE, chance[row, 1] < CONTAMINATED_SHARE)
    log.note("arms", row, t, plan=_code(story, plan_id), is_treated=treated)
    _appoint(
        story, state, row[contacted], plan_id, t + 1 + np.floor(EXECUTION_DAYS * chance[row[contacted], 2]).astype(int)
    )


def _start_campaign(story: Story, state: State, t: int) -> None:
    """The salespeople choose: mostly customers who have gone quiet, which is why the simple comparison misleads."""
    p = story.world.parameters
    chance = story.draws.stream("campaign").random((len(state.owner), 2))
    stage = company_stage(story, state, t)
    bought = (stage >= STAGES.index("active")) & (stage < STAGES.index("inactive")) & (state.closed_t > t)
    share = np.where(stage > STAGES.index("active"), p.campaign_share_of_quiet, p.campaign_share_of_active)
    row = np.flatnonzero(bought & (chance[:, 0] < share))
    _appoint(story, state, row, "CA-1", t + 1 + np.floor(20 * chance[row, 1]).astype(int))


def _invite(story: Story, state: State, t: int) -> None:
    """Each month some of the good and active customers are asked to join the club."""
    chance = story.draws.stream(f"club {t - story.world.plans['LP-1'].start_t}").random((len(state.owner), 2))
    active = company_stage(story, state, t) == STAGES.index("active")
    good = active & (story.fixed["abc_class"] < 2) & ~state.is_member & (state.plan_run <= t)
    row = np.flatnonzero(good & (chance[:, 0] < 0.04))
    _appoint(story, state, row, "LP-1", t + 1 + np.floor(15 * chance[row, 1]).astype(int))


def _appoint(story: Story, state: State, row: np.ndarray, plan_id: str, day: np.ndarray) -> None:
    state.plan_run[row], state.plan_code[row] = day, _code(story, plan_id)


def _code(story: Story, plan_id: str) -> int:
    return list(story.world.plans).index(plan_id)
