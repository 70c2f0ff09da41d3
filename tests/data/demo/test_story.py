from portfolio_lab.data.demo.parameters import CLASSES
from portfolio_lab.data.demo.story import DAILY, tell


def test_a_story_holds_a_number_for_each_topic_day_and_customer(past):
    story = tell(past.world, past.customers, past.draws)
    assert set(story.chance) == set(DAILY)
    for chance in story.chance.values():
        assert chance.shape == (past.world.calendar.n_days, len(past.customers))
        assert 0 <= chance.min() < 0.001
        assert 0.999 < chance.max() < 1
    assert story.forced_arms == {}


def test_effects_are_those_of_the_class_of_each_customer(past):
    story = tell(past.world, past.customers, past.draws)
    for row in (0, 1, 2):
        planted = past.world.parameters.contact_effects[CLASSES[past.of("abc_class", row)]]
        assert story.effects[:, row].tolist() == list(planted.values())
