import json

import pytest

from portfolio_lab.data.demo.parameters import CAUSES, CLASSES, PARAMETERS, STAGES
from portfolio_lab.data.schema import CHANNELS, ROLES


def test_exactly_one_channel_has_no_effect_in_any_class():
    effects = PARAMETERS.contact_effects
    assert list(effects) == list(CLASSES)
    assert all(tuple(row) == CHANNELS for row in effects.values())
    without = [channel for channel in CHANNELS if all(row[channel] == 1 for row in effects.values())]
    assert without == ["message"]


def test_the_contact_plan_covers_every_class_and_stage_with_known_words():
    plan = PARAMETERS.contact_plan
    assert list(plan) == list(CLASSES)
    for row in plan.values():
        assert tuple(row) == STAGES
        assert all(channel in CHANNELS and number <= 4 and role in ROLES for channel, number, role in row.values())


def test_shares_sum_to_one():
    assert sum(PARAMETERS.regularity_shares) == pytest.approx(1)
    assert sum(source["share"] for source in PARAMETERS.lead_sources.values()) == pytest.approx(1)
    assert tuple(PARAMETERS.rupture_per_quarter) == CAUSES


def test_the_numbers_can_be_written_as_json():
    assert json.loads(json.dumps(PARAMETERS.as_dict()))["trial_multiplier"] == PARAMETERS.trial_multiplier
