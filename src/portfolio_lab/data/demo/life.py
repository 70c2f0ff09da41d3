"""One working day after another: who orders, who leaves, who changes hands, whom an incident befalls."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from portfolio_lab.data.demo.attention import attend, plan_quarter
from portfolio_lab.data.demo.customers import NEVER, Draws
from portfolio_lab.data.demo.ownership import hand_over
from portfolio_lab.data.demo.parameters import CAUSES
from portfolio_lab.data.demo.ruptures import NOTICE_DAYS, schedule_ruptures
from portfolio_lab.data.demo.state import N_GAPS, Log, State, draw_gaps, first_state
from portfolio_lab.data.demo.trials import start_plans
from portfolio_lab.data.demo.world import SEASONS, World
from portfolio_lab.data.schema import EVENT_KINDS

DAILY = ("dip", "contact", "channel", "event", "delay", "extra", "incoming", "close")


@dataclass(frozen=True)
class Story:
    """What a block's customers are drawn from and what is drawn for each day."""

    world: World
    customers: pd.DataFrame
    draws: Draws
    fixed: dict[str, np.ndarray]
    gaps: np.ndarray
    ruptures: pd.DataFrame
    chance: dict[str, np.ndarray]
    effects: np.ndarray


def live(world: World, customers: pd.DataFrame, draws: Draws) -> tuple[State, Log, pd.DataFrame]:
    """Return the last state, the log of all days, and the ruptures that happened."""
    story = tell(world, customers, draws)
    state, log = first_state(customers, story.gaps, draws), Log()
    for t in range(world.calendar.n_days):
        live_a_day(story, state, log, t)
    return state, log, _realised(story, log)


def tell(world: World, customers: pd.DataFrame, draws: Draws) -> Story:
    """Return the story of a block: everything that is drawn before its first day."""
    n, n_days = len(customers), world.calendar.n_days
    effects = world.parameters.contact_effects
    by_class = np.array([list(effects[name].values()) for name in effects])
    fixed = {name: customers[name].to_numpy() for name in customers.columns if customers[name].dtype.kind in "ifb"}
    return Story(
        world=world,
        customers=customers,
        draws=draws,
        fixed=fixed,
        gaps=draw_gaps(customers, draws),
        ruptures=schedule_ruptures(world, customers, draws),
        chance={topic: draws.stream(topic).random((n, n_days), dtype=np.float32).T.copy() for topic in DAILY},
        effects=by_class[fixed["abc_class"]],
    )


def live_a_day(story: Story, state: State, log: Log, t: int) -> None:
    """Move every customer through working day t; what is decided on a day acts from the next one."""
    hand_over(story, state, log, t)
    plan_quarter(story, state, log, t)
    start_plans(story, state, log, t)
    _begin_ruptures(story, state, log, t)
    _order(story, state, log, t)
    _open_events(story, state, log, t)
    _leave(story, state, log, t)
    attend(story, state, log, t)


def intensity(story: Story, state: State, t: int) -> np.ndarray:
    """Orders that each customer is due to place on day t, if it is still there."""
    p, world, fixed = story.world.parameters, story.world, story.fixed
    contact = np.where(state.contact_until > t, story.effects, 1.0).max(axis=1)
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
    ruptures = story.ruptures
    causes = ruptures["cause"].to_numpy()
    start = ruptures["start_t"].to_numpy()
    for cause, notice in (("not_attended", NOTICE_DAYS), ("claim_open", 3)):
        announced = np.flatnonzero((start - notice == t) & (causes == CAUSES.index(cause)))
        rows = ruptures["row"].to_numpy()[announced]
        if cause == "not_attended":
            end = np.minimum(ruptures["end_t"].to_numpy()[announced], start[announced] + 70)
            state.quiet_to[rows] = np.where(state.alive[rows], end, state.quiet_to[rows])
        else:
            state.claim_next[rows] = t
    today = np.flatnonzero(start == t)
    rows = ruptures["row"].to_numpy()[today]
    there = state.alive[rows] & (state.paused_to[rows] <= t)
    today, rows = today[there], rows[there]
    state.paused_to[rows] = ruptures["end_t"].to_numpy()[today]
    state.clock[rows] = np.maximum(state.clock[rows], 0.8 * state.gap[rows])
    log.note(
        "ruptures",
        rows,
        t,
        cause=causes[today],
        end_t=state.paused_to[rows],
        quarter=ruptures["quarter"].to_numpy()[today],
    )
    final = ruptures["is_final"].to_numpy()[today]
    _go(story, state, rows[final], t, causes[today][final])


def _order(story: Story, state: State, log: Log, t: int) -> None:
    """Everybody's clock runs by the intensity of the day; who has gathered a whole gap orders."""
    fixed, p = story.fixed, story.world.parameters
    active = state.alive & (fixed["converted_t"] <= t) & (state.paused_to <= t)
    state.clock += np.where(active, intensity(story, state, t), 0.0)
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
    leave_dip = state.is_dip & (story.chance["dip"][t] < 1 / p.dip_mean_days)
    enter_dip = ~state.is_dip & (story.chance["dip"][t] < p.dip_start_per_day)
    state.is_dip ^= leave_dip | enter_dip


def _open_events(story: Story, state: State, log: Log, t: int) -> None:
    """Claims that fall due, information requests and after-sales cases; a late first answer is remembered."""
    p, chance = story.world.parameters, story.chance["event"][t]
    there = state.alive & (story.fixed["converted_t"] < t)
    ask, repair = p.information_request_per_day, p.after_sales_per_day
    kind = np.select(
        [there & (state.claim_next == t), there & (chance < ask), there & (chance < ask + repair)], [0, 1, 2], -1
    )
    row = np.flatnonzero(kind >= 0)
    kind = kind[row]
    overloaded = story.world.people.overloaded[state.owner[row]]
    median = np.where(overloaded, p.overloaded_response_median_days, p.response_median_days)
    wait = np.round(
        median * np.exp(0.8 * ndtri(story.chance["delay"][t][row].astype(float).clip(1e-6, 1 - 1e-6)))
    ).astype(int)
    forced = (kind == 0) & np.isin(row, _ruptured_by_claim(story, t))
    wait = np.where(forced, np.maximum(wait, 8), wait)
    solve = wait + 2 + np.floor(12 * story.chance["incoming"][t][row]).astype(int)
    solve = np.where(forced, 90, solve)
    log.note("events", row, t, kind=kind, wait=wait, solve=solve, is_forced=forced)
    _remember_events(story, state, row, kind, wait, solve, t)


def _remember_events(
    story: Story, state: State, row: np.ndarray, kind: np.ndarray, wait: np.ndarray, solve: np.ndarray, t: int
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
    ruptures = story.ruptures
    chosen = (ruptures["start_t"] - 3 == t) & (ruptures["cause"] == CAUSES.index("claim_open"))
    return ruptures.loc[chosen, "row"].to_numpy()


def _leave(story: Story, state: State, log: Log, t: int) -> None:
    """Hazards wear a customer out; who is worn out does not buy from tomorrow on. The cause follows the multipliers."""
    parts = hazards(story, state, t)
    there = state.alive & (story.fixed["converted_t"] <= t)
    state.wear += np.where(there, np.prod(list(parts.values()), axis=0), 0.0)
    row = np.flatnonzero(there & (state.wear >= story.fixed["endurance"]))
    if not len(row) or t + 1 >= story.world.calendar.n_days:
        return
    shares = np.column_stack([1 - 1 / parts[name][row] for name in ("late_response", "handover", "neglect")])
    excess = np.cumsum(shares / np.maximum(shares.sum(axis=1, keepdims=True), 1.0), axis=1)
    which = (story.chance["close"][t][row][:, None] >= excess).sum(axis=1)
    cause = np.where(which < 3, len(CAUSES) + which, CAUSES.index("unknown"))
    _go(story, state, row, t + 1, cause)


def _go(story: Story, state: State, row: np.ndarray, t: int, cause: np.ndarray) -> None:
    """Mark customers as gone from day t on; some of them are closed formally some weeks later."""
    p, n_days = story.world.parameters, story.world.calendar.n_days
    state.alive[row] = False
    state.gone_t[row], state.gone_cause[row] = t, cause
    chance = story.chance["incoming"][t][row]
    close = t + 20 + np.floor(120 * chance / p.closure_share).astype(int)
    state.closed_t[row] = np.where((chance < p.closure_share) & (close < n_days), close, NEVER)


def _realised(story: Story, log: Log) -> pd.DataFrame:
    """The ruptures that happened, with their cause by name."""
    frame = log.frame("ruptures")
    return frame if frame.empty else frame.assign(cause=np.array(CAUSES)[frame["cause"]])
