import pytest

from portfolio_lab.data.demo.trials import TRIALS


def of_plan(past, topic, plan_id):
    frame = past.log.frame(topic)
    return frame[frame["plan"] == list(past.world.plans).index(plan_id)]


@pytest.mark.parametrize("plan_id", TRIALS)
def test_both_arms_hold_customers_that_could_be_in_either(past, plan_id):
    arms = of_plan(past, "arms", plan_id)
    potential = of_plan(past, "potential", plan_id)
    assert arms["row"].tolist() == potential["row"].tolist()
    assert (past.of("abc_class", arms["row"]) > 0).all()
    assert 0.5 < arms["is_treated"].mean() < 0.9


def test_the_effect_of_a_trial_is_on_those_who_are_contacted(past):
    potential = of_plan(past, "potential", "RT-1")
    assert potential["treated"].sum() > 1.2 * potential["held_out"].sum()


def test_the_campaign_goes_mostly_to_those_who_have_gone_quiet(past):
    p = past.world.parameters
    assert p.campaign_share_of_quiet > 3 * p.campaign_share_of_active
    contacts = of_plan(past, "contacts", "CA-1")
    assert len(contacts) > 10
    assert not contacts["row"].duplicated().any()


def test_members_joined_by_a_contact_of_the_club(past):
    asked = of_plan(past, "contacts", "LP-1")
    members = past.log.frame("members")
    assert members[["row", "t"]].values.tolist() == asked[["row", "t"]].values.tolist()
    assert past.state.is_member[members["row"]].all()
    assert past.state.is_member.sum() == len(members)
