import dataclasses

import numpy as np

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.world import SEASONS, SUMMER_ONLY
from portfolio_lab.data.schema import PLAN_KINDS


def test_every_segment_has_a_season_that_is_one_on_average():
    assert len(SEASONS) == len(words.SEGMENTS) + 1
    assert np.allclose(SEASONS[:SUMMER_ONLY].mean(axis=1), 1, atol=0.03)
    assert (SEASONS[SUMMER_ONLY] == 0).sum() == 7


def test_plans_of_every_kind_start_within_the_period_and_the_trials_leave_time_to_watch(world):
    plans = world.plans.values()
    assert {plan.kind for plan in plans} == set(PLAN_KINDS)
    assert all(0 <= plan.start_t < world.calendar.n_days for plan in plans)
    left = {plan.plan_id: world.calendar.n_days - plan.start_t for plan in plans}
    assert min(left["RT-1"], left["RT-2"]) > world.parameters.trial_days


def test_numbers_of_customers_have_five_digits_or_as_many_as_they_need(world):
    assert world.customer_width == 5
    assert dataclasses.replace(world, n_customers=1_000_000).customer_width == 7


def test_the_cut_over_is_the_first_working_day_of_its_month(world):
    assert world.calendar.days[world.cut_over] == np.datetime64("2025-01-02")
