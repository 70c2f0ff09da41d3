import copy
import dataclasses

import numpy as np
import pytest

from portfolio_lab.data.demo.life import hazards, intensity, live
from portfolio_lab.data.demo.state import draw_gaps, first_state
from portfolio_lab.data.demo.story import tell
from portfolio_lab.data.demo.world import SEASONS


@pytest.fixture(scope="module")
def story(past):
    return tell(past.world, past.customers, past.draws)


@pytest.fixture
def state(past):
    return first_state(past.customers, draw_gaps(past.customers, past.draws), past.draws)


def test_the_plain_rate_is_rate_times_season_times_skill(story, state):
    p, t = story.world.parameters, 10
    skill = np.exp(p.skill_on_rate * story.world.people.skill)[state.owner]
    season = SEASONS[story.fixed["season"], story.world.calendar.month[t]]
    assert np.allclose(intensity(story, state, t, np.ones(len(state.owner))), story.fixed["rate"] * season * skill)


@pytest.mark.parametrize(
    ("change", "parameter"),
    [({"is_dip": True}, "dip_rate_multiplier"), ({"claim_until": 11}, "claim_rate_multiplier"),
     ({"handover_until": 11}, "handover_rate_multiplier"), ({"boost_until": 11, "boost": 1.8}, "trial_multiplier")],
)  # fmt: skip
def test_each_circumstance_multiplies_the_rate_until_it_ends(story, state, change, parameter):
    one = np.ones(len(state.owner))
    plain = intensity(story, state, 10, one)
    changed = copy.deepcopy(state)
    for name, value in change.items():
        getattr(changed, name)[:] = value
    assert np.allclose(intensity(story, changed, 10, one), plain * getattr(story.world.parameters, parameter))
    if "is_dip" not in change:
        assert np.allclose(intensity(story, changed, 11, one), intensity(story, state, 11, one))


def test_hazards_rise_with_late_answers_and_bad_handovers_and_fall_with_skill(story, state):
    state.late_from[:], state.late_until[:], state.late_multiplier[:] = 5, 20, 2.5
    state.handover_until[:], state.handover_multiplier[:] = 20, 3.0
    parts = hazards(story, state, 10)
    assert (parts["late_response"] == 2.5).all()
    assert (parts["handover"] == 3.0).all()
    assert (hazards(story, state, 4)["late_response"] == 1).all()
    assert (hazards(story, state, 20)["late_response"] == 1).all()
    skill = story.world.people.skill[state.owner]
    assert np.corrcoef(skill, np.log(parts["owner"]))[0, 1] < -0.9


def test_neglect_counts_for_a_and_b_only(story, state):
    state.last_contact[:] = -500
    neglect = hazards(story, state, 10)["neglect"]
    assert set(neglect[story.fixed["abc_class"] == 2]) == {1.0}
    assert set(neglect[story.fixed["abc_class"] < 2]) == {story.world.parameters.neglect_hazard_multiplier}


def test_who_cannot_be_worn_out_stays_unless_a_rupture_is_final(past):
    world = past.world
    state, _, ruptures = live(world, past.customers.assign(endurance=1e9), past.draws)
    final = set(ruptures.loc[ruptures["end_t"] > world.calendar.n_days + 100, "row"])
    assert set(np.flatnonzero(~state.alive)) == final


def test_with_neither_skill_nor_noise_owners_do_not_differ(past, story):
    people = dataclasses.replace(story.world.people, skill=np.zeros(24), noise=0 * story.world.people.noise)
    flat = dataclasses.replace(story, world=dataclasses.replace(story.world, people=people))
    state = first_state(past.customers, story.gaps, past.draws)
    assert set(hazards(flat, state, 10)["owner"]) == {1.0}
