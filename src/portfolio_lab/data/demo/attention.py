"""Contacts of a day: what the plan asks for, promises, reactions to customers who stay away, and calls that come in."""

import numpy as np

from portfolio_lab.data.demo.customers import NEVER
from portfolio_lab.data.demo.parameters import CLASSES, STAGES
from portfolio_lab.data.demo.people import People
from portfolio_lab.data.demo.state import TASK_SLOTS, Log, State
from portfolio_lab.data.demo.story import Story
from portfolio_lab.data.schema import CHANNELS, ROLES

SOURCES = ("plan", "task", "promise", "reactive", "baseline", "incoming")
REACTIVE_MIX = (0.15, 0.45, 0.20, 0.12, 0.08)
BASELINE_MIX = (0.15, 0.25, 0.20, 0.25, 0.15)
QUARTER_DAYS = 60
AS_PLANNED_SHARE = 0.93
STAND_IN_SHARE = 0.25  # of the contacts of somebody who is away, those that inside sales makes
STAGE_LIMITS = (60, 120, 150)  # calendar days since the last order; the company's own words


def plan_quarter(story: Story, state: State, log: Log, t: int) -> None:
    """On the first day of a quarter, plan its contacts by class and stage and settle when they are made."""
    quarter = np.flatnonzero(story.world.calendar.quarter_starts == t)
    if not len(quarter):
        return
    rule = _plan_table(story)
    stage = company_stage(story, state, t)
    channel, number, role = (rule[name][story.fixed["abc_class"], stage] for name in ("channel", "number", "role"))
    planned = (story.fixed["created_t"] < t) & (state.closed_t > t)
    chance = story.draws.stream(f"tasks {quarter[0]}").random((len(planned), TASK_SLOTS, 3))
    slot = np.arange(TASK_SLOTS)
    due = t + np.floor((slot + chance[..., 0]) * QUARTER_DAYS / np.maximum(number, 1)[:, None]).astype(int)
    due = np.where(planned[:, None] & (slot < number[:, None]), due, NEVER)
    delay = np.where(chance[..., 1] < 0.7, 0, 1 + np.floor((chance[..., 1] - 0.7) / 0.3 * 12)).astype(int)
    made = chance[..., 2] < story.world.people.adherence[state.owner][:, None]
    state.task_run = np.where(made & (due < NEVER), due + delay, -1).T.copy()
    state.task_channel, state.task_role, state.task_stage = channel, role, stage
    for j in slot:
        row = np.flatnonzero(due[:, j] < NEVER)
        log.note("tasks", row, t, due=due[row, j], channel=channel[row], role=role[row], stage=stage[row])


def company_stage(story: Story, state: State, t: int) -> np.ndarray:
    """Stage as the company sees it on day t: position in ``STAGES``."""
    ordinal = story.world.calendar.days.astype(int)
    last = np.clip(state.last_order, 0, None).astype(int)
    before = np.minimum(state.last_order, 0) * 365 / 250
    since = ordinal[t] - ordinal[np.minimum(last, len(ordinal) - 1)] - before
    bought = state.last_order > -NEVER
    return np.where(bought, 1 + np.searchsorted(STAGE_LIMITS, since, side="right"), STAGES.index("prospect"))


def attend(story: Story, state: State, log: Log, t: int) -> None:
    """Make the contacts of day t: at most one outgoing contact per customer, by the first reason that holds."""
    people = story.world.people
    source = _reasons(story, state, t)
    row = np.flatnonzero(source >= 0)
    source = source[row]
    channel, role = _how(story, state, row, source, t)
    person = _who(people, state.owner[row], role)
    away = ~people.present[person, t]
    stand_in = away & (story.chance["delay"][t][row] < STAND_IN_SHARE) & (source != SOURCES.index("plan"))
    role = np.where(stand_in, ROLES.index("inside_sales"), role)
    person = np.where(stand_in, people.inside[state.owner[row]], person)
    channel = np.where(stand_in & (channel == 0), 1, channel)
    made = ~away | stand_in
    row, source, channel = row[made], source[made], channel[made]
    plan = np.where(source == 0, state.plan_code[row], -1)
    step = _promise(story, state, row, t)
    log.note("contacts", row, t, source=source, channel=channel, role=role[made], person=person[made],
             plan=plan, step_t=step, stage=state.task_stage[row])  # fmt: skip
    _remember(story, state, log, row, source=source, channel=channel, t=t)
    _incoming(story, state, log, t)


def _reasons(story: Story, state: State, t: int) -> np.ndarray:
    """Why each customer is contacted today: position in ``SOURCES``, -1 = not at all. An earlier source wins."""
    p, fixed, chance = story.world.parameters, story.fixed, story.chance["contact"][t]
    reachable = (fixed["created_t"] < t) & (state.closed_t > t) & (state.quiet_to <= t)
    reactive = _reactive_chance(story, state, t)
    baseline = np.array(list(p.baseline_per_day.values()))[fixed["abc_class"]]
    source = np.where(chance < reactive, 3, np.where(chance < reactive + baseline, 4, -1))
    source[(state.promise_t == t) & state.promise_kept] = 2
    source[(state.task_run == t).any(axis=0)] = 1
    source[state.plan_run == t] = 0
    source[~reachable] = -1
    return source


def _how(story: Story, state: State, row: np.ndarray, source: np.ndarray, t: int) -> tuple[np.ndarray, np.ndarray]:
    """Channel and role of the contacts of day t: as planned, or now and then not; promises are kept by telephone."""
    which = story.chance["channel"][t][row]
    by_plan = np.array([CHANNELS.index(plan.channel) for plan in story.world.plans.values()])[state.plan_code[row]]
    other = np.floor((which - AS_PLANNED_SHARE) / (1 - AS_PLANNED_SHARE) * 4.999).astype(int)
    as_told = np.where(which < AS_PLANNED_SHARE, state.task_channel[row], other)
    reactive = np.searchsorted(np.cumsum(REACTIVE_MIX[:-1]), which)
    baseline = np.searchsorted(np.cumsum(BASELINE_MIX[:-1]), which)
    channel = np.choose(source, [by_plan, as_told, np.ones_like(row), reactive, baseline])
    as_planned = (source == SOURCES.index("task")) & (story.chance["close"][t][row] < AS_PLANNED_SHARE)
    return channel, np.where(as_planned, state.task_role[row], 0)


def _reactive_chance(story: Story, state: State, t: int) -> np.ndarray:
    """Salespeople call who is overdue, the longer the more, until they give up after half a year."""
    p, fixed = story.world.parameters, story.fixed
    since = t - state.last_order
    overdue = since * fixed["rate"]
    weight = np.array(list(p.reactive_per_day.values()))[fixed["abc_class"]]
    return np.where((overdue > 1.3) & (since < 125), weight * np.minimum(overdue - 1.0, 2.0), 0.0)


def _who(people: People, owner: np.ndarray, role: np.ndarray) -> np.ndarray:
    return np.choose(role, [owner, people.manager[owner], people.director[owner], people.inside[owner]])


def _promise(story: Story, state: State, row: np.ndarray, t: int) -> np.ndarray:
    """Some contacts end in a promise with a date; not all of them are kept. -1 = no promise."""
    p = story.world.parameters
    chance, more = story.chance["extra"][t][row], story.chance["event"][t][row]
    promised = (chance < p.promise_share) & (state.promise_t[row] <= t)
    step = np.where(promised, t + 3 + np.floor(more * 15).astype(int), -1)
    rows = row[promised]
    overloaded = story.world.people.overloaded[state.owner[rows]]
    kept = np.where(overloaded, p.overloaded_promise_kept, p.promise_kept)
    state.promise_t[rows] = step[promised]
    state.promise_kept[rows] = chance[promised] / p.promise_share < kept
    return step


def _remember(
    story: Story, state: State, log: Log, row: np.ndarray, *, source: np.ndarray, channel: np.ndarray, t: int
) -> None:
    """An outgoing contact acts from tomorrow on for some weeks; those of trials and programmes as their plan says."""
    p, plans = story.world.parameters, list(story.world.plans)
    state.last_contact[row] = t
    own = source > 0
    state.contact_until[channel[own], row[own]] = t + 1 + p.contact_effect_days
    acts = {
        "RT-1": (p.trial_multiplier, p.trial_days),
        "RT-2": (p.null_trial_multiplier, p.trial_days),
        "CA-1": (p.campaign_multiplier, p.campaign_days),
    }
    for plan_id, (multiplier, days) in acts.items():
        rows = row[(source == 0) & (state.plan_code[row] == plans.index(plan_id))]
        state.boost[rows], state.boost_until[rows] = multiplier, t + 1 + days
    enrolled = row[(source == 0) & (state.plan_code[row] == plans.index("LP-1"))]
    state.is_member[enrolled] = True
    log.note("members", enrolled, t)


def _incoming(story: Story, state: State, log: Log, t: int) -> None:
    """Customers call, too; the inside sales desk answers when the owner is away."""
    people = story.world.people
    there = state.alive & (story.fixed["converted_t"] < t) & (state.quiet_to <= t)
    row = np.flatnonzero(there & (story.chance["incoming"][t] < 0.004))
    owner = state.owner[row]
    here = people.present[owner, t]
    channel = np.array([1, 2, 3])[np.floor(story.chance["channel"][t][row] * 2.999).astype(int)]
    log.note("contacts", row, t, source=SOURCES.index("incoming"), channel=channel, role=np.where(here, 0, 3),
             person=np.where(here, owner, people.inside[owner]), plan=-1, step_t=-1, stage=-1)  # fmt: skip


def _plan_table(story: Story) -> dict[str, np.ndarray]:
    """The contact plan as arrays class x stage."""
    plan = story.world.parameters.contact_plan
    cells = [[plan[name][stage] for stage in STAGES] for name in CLASSES]
    return {
        "channel": np.array([[CHANNELS.index(cell[0]) for cell in line] for line in cells]),
        "number": np.array([[cell[1] for cell in line] for line in cells]),
        "role": np.array([[ROLES.index(cell[2]) for cell in line] for line in cells]),
    }
