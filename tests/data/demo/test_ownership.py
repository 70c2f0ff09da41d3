import numpy as np

from portfolio_lab.data.demo.ownership import KINDS
from portfolio_lab.data.demo.people import BLOCK, HIRE, LEAVER, OVERLOADED, TEAM_SIZE, handover_positions


def handovers(past):
    frame = past.log.frame("handovers")
    return frame.assign(kind=np.array(KINDS)[frame["kind"]])


def test_changes_stay_within_the_team_and_are_real(past):
    frame = handovers(past)
    assert (frame["old"] // TEAM_SIZE == frame["new"] // TEAM_SIZE).all()
    assert (frame["old"] != frame["new"]).all()


def test_each_kind_happens_on_its_day_and_to_its_people(past):
    frame = handovers(past)
    hired, left, rotated = handover_positions(past.world.calendar)
    for kind, day in (("hire", hired), ("leaver", left), ("rotation", rotated)):
        assert set(frame.loc[frame["kind"] == kind, "t"]) == {day}
    assert set(frame.loc[frame["kind"] == "leaver", "old"] % BLOCK) == {LEAVER}
    assert set(frame.loc[frame["kind"] == "hire", "new"] % BLOCK) == {HIRE}
    assert OVERLOADED not in set(frame.loc[frame["kind"] == "rotation", "old"] % BLOCK)


def test_the_leaver_has_nobody_left(past):
    assert not (past.state.owner % BLOCK == LEAVER).any()


def test_nobody_is_handed_to_somebody_who_does_not_work_there(past):
    frame, people = handovers(past), past.world.people
    assert (people.employed_from[frame["new"]] <= frame["t"]).all()
    assert (people.employed_to[frame["new"]] > frame["t"]).all()
