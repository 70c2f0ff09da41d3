"""A segment gets its own line when its customers really keep another beat, and only then."""

import numpy as np
import pandas as pd
import pytest
from simulators.stages import FIRST_DAY, simulate_own_cycles

from portfolio_lab.analysis.stage_tuning.segments import own_rules, tabulate_segments, tune_segments
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.policy import StageRule

AS_OF = FIRST_DAY + pd.Timedelta(days=1095)
SETTINGS = TuningSettings(horizon_days=90, everybody=True, share_bounds=(0.0, 1.0), n_bootstrap=200, n_origins=12)
FOR_ALL = StageRule(family="fixed_days", pre_inactive_days=120, inactive_days=300)


def portfolio(*, weekly_cycle: float):
    """Two segments of 900 customers each: one buys every 100 days on average, the other at ``weekly_cycle``."""
    parts = []
    for name, cycle, seed in (("quiet", 100.0, 1), ("busy", weekly_cycle, 2)):
        days = simulate_own_cycles(n=900, seed=seed, shape=4, last_day=1095, median_cycle=cycle, spread=0.2).order_days
        parts.append(days.assign(customer_id=name + days["customer_id"].astype(str), segment=name))
    days = pd.concat(parts)
    people = days[["customer_id", "segment"]].drop_duplicates()
    return days.drop(columns="segment"), people


@pytest.fixture(scope="module")
def apart():
    return portfolio(weekly_cycle=15.0)


def test_a_segment_with_another_beat_earns_its_own_line(apart):
    lines = tune_segments(*apart, as_of=AS_OF, rule_for_all=FOR_ALL, settings=SETTINGS, n_most=6)
    table = tabulate_segments(lines).set_index("segment")
    assert table.loc["busy", "is_own"] and table.loc["busy", "gain_low"] > 0.01
    assert table.loc["busy", "days_high"] < FOR_ALL.pre_inactive_days
    assert "busy" in [rule.segment for rule in own_rules(lines)]


def test_segments_that_keep_the_same_beat_share_the_rule():
    days, people = portfolio(weekly_cycle=100.0)
    half = np.where(np.arange(len(people)) % 2, "left", "right")
    mixed = people.assign(segment=half)
    pooled = StageRule(family="fixed_days", pre_inactive_days=150, inactive_days=300)
    lines = tune_segments(days, mixed, as_of=AS_OF, rule_for_all=pooled, settings=SETTINGS, n_most=6)
    again = tune_segments(
        days, mixed, as_of=AS_OF, rule_for_all=lines[0].found.rule, settings=SETTINGS, n_most=6
    )  # the rule that suits the one suits the other
    assert own_rules(again) == ()


def test_a_small_segment_says_what_it_lacks_and_keeps_the_rule_for_all(apart):
    days, people = apart
    names = people["segment"].to_numpy(copy=True)
    names[:40] = "tiny"
    lines = tune_segments(
        days, people.assign(segment=names), as_of=AS_OF, rule_for_all=FOR_ALL, settings=SETTINGS, n_most=3
    )
    assert [line.segment for line in lines] == ["busy", "quiet", "tiny"]
    assert lines[-1].found is None and lines[-1].lacks == "customers who bought: 40 of 500" and not lines[-1].is_own


def test_without_segments_there_is_nothing_to_tune(apart):
    days, people = apart
    asked = {"as_of": AS_OF, "rule_for_all": FOR_ALL, "settings": SETTINGS, "n_most": 6}
    assert tune_segments(days, people.drop(columns="segment"), **asked) == ()
    assert tune_segments(days, people.assign(segment="one"), **asked) == ()
    assert tune_segments(days, people, **(asked | {"n_most": 1})) == ()
