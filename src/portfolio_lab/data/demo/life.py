"""One working day after another: who orders, who stops, who leaves."""

from functools import reduce

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.attention import attend, plan_quarter
from portfolio_lab.data.demo.customers import NEVER, Draws
from portfolio_lab.data.demo.incidents import open_events
from portfolio_lab.data.demo.ownership import hand_over
from portfolio_lab.data.demo.parameters import CAUSES
from portfolio_lab.data.demo.ruptures import CLAIM_NOTICE_DAYS, NOTICE_DAYS
from portfolio_lab.data.demo.state import N_GAPS, Log, State, first_state
from portfolio_lab.data.demo.story import Story, tell
from portfolio_lab.data.demo.trials import TRIALS, note_potential_outcomes, start_plans
from portfolio_lab.data.demo.world import SEASONS, World

FACTORS = ("dip", "handover", "late_response", "neglect", "loyalty")


def live(world: World, customers: pd.DataFrame, draws: Draws) -> tuple[State, Log, pd.DataFrame]:
    """Return the last state, the log of all days, and the ruptures that happened."""
    story = tell(world, customers, draws)
    state, log = first_state(customers, story.gaps, draws), Log()
    trial_days = {world.plans[plan_id].start_t: plan_id for plan_id in TRIALS}
    for t in range(world.calendar.n_days):
        if t in trial_days:
            note_potential_outcomes(story, state, log, trial_days[t], live_a_day)
        live_a_day(story, state, log, t)
    return state, log, _realised(log)


def live_a_day(story: Story, state: State, log: Log, t: int) -> None:
    """Move every customer through working day t; what is decided on a day acts from the next one."""
    hand_over(story, state, log, t)
    plan_quarter(story, state, log, t)
    start_plans(story, state, log, t)
    _begin_ruptures(story, state, log, t)
    _order(story, state, log, t)
    open_events(story, state, log, t)
    _leave(story, state, log, t)
    attend(story, state, log, t)


def intensity(story: Story, state: State, t: int, contact: np.ndarray) -> np.ndarray:
    """Orders that each customer is due to place on day t, if it is still there, given the effect of contacts."""
    p, world, fixed = story.world.parameters, story.world, story.fixed
    value = fixed["rate"] * SEASONS[fixed["season"], world.calendar.month[t]] * contact
    value *= np.exp(p.skill_on_rate * world.people.skill)[state.owner]
    value *= np.where(state.is_dip, p.dip_rate_multiplier, 1.0)
    value *= np.where(state.boost_until > t, state.boost, 1.0)
    value *= np.where(state.claim_until > t, p.claim_rate_multiplier, 1.0)
    value *= np.where(state.handover_until > t, p.handover_rate_multiplier, 1.0)
    return value


def hazards(story: Story, state: State, t: int) -> dict[str, np.ndarray]:
    """The customer's own hazard of leaving on day t and the multipliers upon it, by name."""
    p, people = story.world.parameters, story.world.people
    quarter = story.world.calendar.quarter[t]
    of_owner = np.exp(people.noise[:, quarter] - p.skill_on_hazard * people.skill)
    neglected = (t - state.last_contact > p.neglect_days) & (story.fixed["abc_class"] < 2)
    late = (state.late_from <= t) & (t < state.late_until)
    return {
        "own": story.fixed["hazard"],
        "owner": of_owner[state.owner],
        "dip": np.where(state.is_dip, p.dip_hazard_multiplier, 1.0),
        "handover": np.where(state.handover_until > t, state.handover_multiplier, 1.0),
        "late_response": np.where(late, state.late_multiplier, 1.0),
        "neglect": np.where(neglected, p.neglect_hazard_multiplier, 1.0),
        "loyalty": np.where(state.is_member, p.loyalty_hazard_multiplier, 1.0),
    }


def _begin_ruptures(story: Story, state: State, log: Log, t: int) -> None:
    """Those who stop today stop; what announces a rupture happens some days before it."""
    row, cause, start, end = (story.ruptures[name] for name in ("row", "cause", "start_t", "end_t"))
    quiet = np.flatnonzero((start - NOTICE_DAYS == t) & (cause == CAUSES.index("not_attended")))
    quiet = quiet[state.alive[row[quiet]]]
    state.quiet_to[row[quiet]] = np.minimum(end[quiet], start[quiet] + 70)
    claims = (start - CLAIM_NOTICE_DAYS == t) & (cause == CAUSES.index("claim_open"))
    state.claim_next[row[claims]] = t
    today = np.flatnonzero(start == t)
    today = today[state.alive[row[today]] & (state.paused_to[row[today]] <= t)]
    rows, final = row[today], story.ruptures["is_final"][today]
    state.paused_to[rows] = end[today]
    state.clock[rows] = np.maximum(state.clock[rows], 0.8 * state.gap[rows])
    log.note("ruptures", rows, t, cause=cause[today], end_t=end[today])
    _go(story, state, rows[final], t, cause[today][final])


def _order(story: Story, state: State, log: Log, t: int) -> None:
    """Everybody's clock runs by the intensity of the day; who has gathered a whole gap orders."""
    fixed, p = story.fixed, story.world.parameters
    active = state.alive & (fixed["converted_t"] <= t) & (state.paused_to <= t)
    running = state.contact_until > t
    contact = np.where(running, story.effects, 1.0).max(axis=0)
    due = np.where(active, intensity(story, state, t, contact), 0.0)
    state.clock += due
    row = np.flatnonzero(active & (state.clock >= state.gap))
    state.clock[row] = np.minimum(state.clock[row] - state.gap[row], 0.9)
    state.n_orders[row] += 1
    state.gap[row] = story.gaps[row, state.n_orders[row] % N_GAPS]
    state.last_order[row] = t
    chance = story.chance["extra"][t][row]
    late = chance < p.late_delivery_share
    log.note("orders", row, t, is_late=late, owner=state.owner[row])
    claim = np.where(late, chance < p.late_delivery_share * p.claim_after_late_delivery, chance > 1 - p.claim_per_order)
    state.claim_next[row[claim]] = t + 8
    _tally_contacts(story, log, running, due / contact, row)
    chance = story.chance["dip"][t]
    state.is_dip ^= np.where(state.is_dip, chance < 1 / p.dip_mean_days, chance < p.dip_start_per_day)


def _tally_contacts(story: Story, log: Log, running: np.ndarray, without: np.ndarray, ordered: np.ndarray) -> None:
    """Orders due without the contact and orders placed, where the effect of just one channel runs.

    Counted among customers who buy without memory only: of the others, those contacted are nearer to their next order.
    """
    chosen = (running.sum(axis=0) == 1) & (story.fixed["regularity"] == 1)
    cell = story.fixed["abc_class"] * len(running) + running.argmax(axis=0)
    n_cells = 3 * len(running)
    placed = ordered[chosen[ordered]]
    expected = np.bincount(cell[chosen], weights=without[chosen], minlength=n_cells)
    log.add("contacts", np.column_stack([expected, np.bincount(cell[placed], minlength=n_cells)]))


def _leave(story: Story, state: State, log: Log, t: int) -> None:
    """Hazards wear a customer out; who is worn out does not buy from tomorrow on. The cause follows the multipliers."""
    if t + 1 >= story.world.calendar.n_days:
        return
    parts = hazards(story, state, t)
    hazard = reduce(np.multiply, parts.values())
    there = state.alive & (story.fixed["converted_t"] <= t)
    state.wear += np.where(there, hazard, 0.0)
    row = np.flatnonzero(there & (state.wear >= story.fixed["endurance"]))
    _tally_leaving(story, state, log, parts, np.where(there, hazard, 0.0), row)
    shares = np.column_stack([1 - 1 / parts[name][row] for name in ("late_response", "handover", "neglect")])
    excess = np.cumsum(shares / np.maximum(shares.sum(axis=1, keepdims=True), 1.0), axis=1)
    which = (story.chance["close"][t][row][:, None] >= excess).sum(axis=1)
    _go(story, state, row, t + 1, np.where(which < 3, len(CAUSES) + which, CAUSES.index("unknown")))


def _tally_leaving(
    story: Story, state: State, log: Log, parts: dict[str, np.ndarray], hazard: np.ndarray, gone: np.ndarray
) -> None:
    """Customers due to leave without a factor, and customers who left, while the factor acts; the same per owner."""
    n_owners = story.world.people.n_owners
    sums = []
    for factor in FACTORS:
        acts = np.flatnonzero(parts[factor] != 1)
        sums.append(((hazard[acts] / parts[factor][acts]).sum(), (parts[factor][gone] != 1).sum()))
    log.add("leaving", np.array(sums))
    expected = np.bincount(state.owner, weights=hazard / parts["owner"], minlength=n_owners)
    log.add("owners", np.column_stack([expected, np.bincount(state.owner[gone], minlength=n_owners)]))


def _go(story: Story, state: State, row: np.ndarray, t: int, cause: np.ndarray) -> None:
    """Mark customers as gone from day t on; some of them are closed formally some weeks later."""
    p, n_days = story.world.parameters, story.world.calendar.n_days
    state.alive[row] = False
    state.gone_t[row], state.gone_cause[row] = t, cause
    chance = story.chance["incoming"][t][row]
    close = t + 20 + np.floor(120 * chance / p.closure_share).astype(int)
    state.closed_t[row] = np.where((chance < p.closure_share) & (close < n_days), close, NEVER)


def _realised(log: Log) -> pd.DataFrame:
    """The ruptures that happened, with their cause by name."""
    frame = log.frame("ruptures")
    empty = {"cause": np.zeros(0, dtype=int), "end_t": np.zeros(0, dtype=int)}
    frame = frame.assign(**empty) if frame.empty else frame
    return frame.assign(cause=np.array(CAUSES)[frame["cause"]])
