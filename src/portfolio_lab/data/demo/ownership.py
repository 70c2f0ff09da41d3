"""Customers change hands: somebody leaves or is hired, routes are redrawn, now and then for no stated reason."""

import numpy as np

from portfolio_lab.data.demo.customers import NEVER
from portfolio_lab.data.demo.people import BLOCK, HIRE, LEAVER, OVERLOADED, TEAM_SIZE, People, handover_positions
from portfolio_lab.data.demo.state import Log, State
from portfolio_lab.data.demo.story import Story

KINDS = ("leaver", "hire", "rotation", "other")
ROTATED_TEAM = 1  # East, in each district


def hand_over(story: Story, state: State, log: Log, t: int) -> None:
    """Carry out the changes of owner of day t, and remember who came at a bad moment."""
    fixed, people = story.fixed, story.world.people
    kind, chosen = _due(story, state, t)
    chosen &= (fixed["created_t"] < t) & (state.closed_t > t) & (state.last_handover < t)
    row = np.flatnonzero(chosen)
    if not len(row):
        return
    chance = story.chance["close"][t][row]
    new = _successor(people, state.owner[row], fixed["team"][row], chance, kind, t)
    moved = new != state.owner[row]
    row, new = row[moved], new[moved]
    is_customer = state.alive[row] & (fixed["converted_t"][row] <= t)
    bad = (state.claim_open_until[row] > t) | state.is_dip[row]
    log.note(
        "handovers", row, t, old=state.owner[row], new=new, kind=KINDS.index(kind), is_bad=bad, is_alive=is_customer
    )
    _remember(story, state, row, new, bad, t)


def _remember(story: Story, state: State, row: np.ndarray, new: np.ndarray, bad: np.ndarray, t: int) -> None:
    p = story.world.parameters
    state.owner[row] = new
    state.last_handover[row] = t
    state.handover_until[row] = t + p.handover_days
    state.handover_multiplier[row] = np.where(bad, p.bad_handover_hazard_multiplier, p.handover_hazard_multiplier)


def _due(story: Story, state: State, t: int) -> tuple[str, np.ndarray]:
    """The kind of change that is due on day t and whom it concerns; planned days come before random ones."""
    p, fixed = story.world.parameters, story.fixed
    hired, left, rotated = handover_positions(story.world.calendar)
    place, team = state.owner % BLOCK, fixed["team"]
    chance = fixed["change_chance"]
    if t == left:
        return "leaver", place == LEAVER
    if t == hired:
        return "hire", (team % 4 == HIRE // TEAM_SIZE) & (chance < p.hire_share)
    if t == rotated:
        return "rotation", (team % 4 == ROTATED_TEAM) & (place != OVERLOADED) & (chance < p.rotation_share)
    return "other", (fixed["change_t"] == t) & (fixed["change_t"] < NEVER)


def _successor(
    people: People, owner: np.ndarray, team: np.ndarray, chance: np.ndarray, kind: str, t: int
) -> np.ndarray:
    """Another member of the team who works there on that day; the person hired, when that is the occasion."""
    member = team[:, None] * TEAM_SIZE + np.arange(TEAM_SIZE)
    if kind == "hire":
        return member[:, HIRE % TEAM_SIZE]
    works = (people.employed_from[member] <= t) & (people.employed_to[member] > t) & (member != owner[:, None])
    edges = np.cumsum(works, axis=1)
    place = (chance[:, None] * edges[:, -1:] >= edges).sum(axis=1)
    return member[np.arange(len(owner)), place]
