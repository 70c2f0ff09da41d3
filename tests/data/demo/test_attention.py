import numpy as np
import pytest

from portfolio_lab.data.demo.attention import SOURCES, STAGE_LIMITS, company_stage
from portfolio_lab.data.demo.state import draw_gaps, first_state
from portfolio_lab.data.demo.story import tell


@pytest.fixture(scope="module")
def contacts(past):
    return past.log.frame("contacts").assign(name=lambda frame: np.array(SOURCES)[frame["source"]])


def test_every_reason_leads_to_contacts(contacts):
    assert set(contacts["name"]) == set(SOURCES)


@pytest.mark.parametrize("limit", range(3))
def test_the_stage_changes_on_the_day_of_the_limit(past, limit):
    story = tell(past.world, past.customers, past.draws)
    state = first_state(past.customers, draw_gaps(past.customers, past.draws), past.draws)
    days = past.world.calendar.days.astype(int)
    t = 300
    for since, expected in ((STAGE_LIMITS[limit] - 1, 1 + limit), (STAGE_LIMITS[limit], 2 + limit)):
        position = np.flatnonzero(days == days[t] - since)
        if len(position):
            state.last_order[:] = position[0]
            assert set(company_stage(story, state, t)) == {expected}


def test_unasked_contacts_go_to_those_who_are_overdue(past, contacts):
    orders = past.log.frame("orders")
    reactive = contacts[(contacts["name"] == "reactive") & contacts["row"].isin(orders["row"])]
    assert len(reactive) > 100
    hits = set(zip(orders["row"], orders["t"], strict=True))
    recently = [
        any((row, t - back) in hits for back in range(3)) for row, t in zip(reactive["row"], reactive["t"], strict=True)
    ]
    assert np.mean(recently) < 0.1


def test_tasks_follow_the_plan_of_the_class_and_stage(past):
    tasks = past.log.frame("tasks")
    active_a = tasks[(tasks["stage"] == 1) & (past.of("abc_class", tasks["row"]) == 0)]
    assert set(active_a["channel"]) == {0}
    assert (active_a.groupby(["row", "t"]).size() == 3).all()
    director = tasks[tasks["role"] == 2]
    assert (director["stage"] == 3).all()
    assert (tasks["due"] >= tasks["t"]).all()
