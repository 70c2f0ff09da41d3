import numpy as np
import pytest

from portfolio_lab.data.demo.people import BLOCK, HIRE, LEAVER, OVERLOADED, build_people, salespeople_table, team_name


def test_skill_has_the_planted_spread_in_each_district_and_the_overloaded_are_average(world):
    people = build_people(world.parameters, world.calendar, n_customers=6000, seed=1)
    assert people.n_owners == 2 * BLOCK
    for district in (people.skill[:BLOCK], people.skill[BLOCK:]):
        assert district[OVERLOADED] == 0
        assert np.delete(district, OVERLOADED).std() == pytest.approx(world.parameters.skill_sd)
    assert people.skill[:BLOCK].tolist() != people.skill[BLOCK:].tolist()


def test_nobody_is_present_on_a_day_of_absence_or_outside_employment(world):
    people, days = world.people, world.calendar.days
    for row in world.people.absences.itertuples():
        away = (days >= np.datetime64(row.start_date, "D")) & (days <= np.datetime64(row.end_date, "D"))
        assert not people.present[row.person, away].any()
    assert not people.present[HIRE, : people.employed_from[HIRE]].any()
    assert people.present[HIRE, people.employed_from[HIRE] :].mean() > 0.8
    assert not people.present[LEAVER, people.employed_to[LEAVER] :].any()


def test_everybody_but_the_top_has_somebody_above(world):
    table = salespeople_table(world.people).set_index("salesperson_id")
    owners = table[table.index.str.startswith("S")]
    assert (table.loc[owners["manager_id"], "team"].to_numpy() == owners["team"].to_numpy()).all()
    assert owners["director_id"].unique().tolist() == ["D0001"]
    assert table.loc["M0001", "director_id"] == "D0001"
    assert table.loc["D0001", ["manager_id", "director_id"]].isna().all()
    assert table["name"].is_unique


def test_teams_beyond_the_first_district_carry_its_number():
    assert [team_name(t) for t in (0, 3, 5)] == ["North", "South", "East 2"]
