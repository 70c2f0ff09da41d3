import numpy as np
import pandas as pd
import pytest
from simulators.stages import FIRST_DAY, simulate_own_cycles

from portfolio_lab.analysis.stage_tuning.candidates import (
    FAMILY_ORDER,
    bare_rule,
    build_candidates,
    build_templates,
    compute_candidate_lines,
    match_levels,
)
from portfolio_lab.analysis.stage_tuning.frozen import freeze_parameters
from portfolio_lab.analysis.stage_tuning.panel import build_panel
from portfolio_lab.analysis.stages.families import compute_ladder_days, compute_line_days
from portfolio_lab.analysis.stages.histories import build_histories
from portfolio_lab.policy import STAGE_FAMILY_KEYS

ORIGIN = FIRST_DAY + pd.Timedelta(days=600)


@pytest.fixture(scope="module")
def world():
    days = simulate_own_cycles(n=800, seed=2, shape=2).order_days
    histories = build_histories(days)
    frozen = freeze_parameters(build_histories(days, as_of=ORIGIN), frozen_on=ORIGIN)
    panel = build_panel(histories, pd.DatetimeIndex([ORIGIN]), horizon_days=90)
    templates = build_templates(frozen, horizon_days=90)
    levels = {one.name: match_levels(panel, one, return_rate=0.1, n_levels=6) for one in templates}
    candidates = build_candidates(frozen, levels, inactive_days=150, horizon_days=90, n_days=12)
    return histories, frozen, panel, levels, candidates


def test_all_families_stand_for_election_from_simple_to_elaborate(world):
    families = [candidate.rule.family for candidate in world[-1]]
    assert set(families) == set(STAGE_FAMILY_KEYS)
    assert families == sorted(families, key=FAMILY_ORDER.index)


def test_lines_computed_together_are_those_of_each_rule(world):
    histories, *_, candidates = world
    rows = np.arange(len(histories.day))
    seen = set()
    for position, pre, inactive in compute_candidate_lines(histories, candidates):
        expected = compute_ladder_days(histories, rows, candidates[position].rule)
        np.testing.assert_array_equal(pre, expected[0])
        np.testing.assert_array_equal(inactive, expected[1])
        seen.add(position)
    assert seen == set(range(len(candidates)))


def test_inactive_means_the_same_in_every_family(world):
    """Beyond each family's line of inactivity no more return than asked for; one level earlier more do."""
    histories, frozen, panel, levels, _ = world
    rows = np.arange(len(histories.day))
    for template in build_templates(frozen, horizon_days=90):
        position = template.levels.index(levels[template.name][-1])
        assert position > 0
        pair = template.levels[position - 1 : position + 1]
        rates = []
        for line in compute_line_days(histories, rows, bare_rule(template), pair):
            beyond = panel.is_known & (line[panel.row] <= panel.silent)
            rates.append((beyond & ~panel.lapses).sum() / beyond.sum())
        assert rates[1] <= 0.1 < rates[0]


def test_every_candidate_warns_before_it_gives_up(world):
    for candidate in world[-1]:
        rule = candidate.rule
        if rule.inactive_at is not None:
            assert rule.pre_inactive_at != rule.inactive_at
        assert rule.pre_inactive_days < rule.inactive_days


def test_levels_raise_their_alarm_on_evenly_spaced_shares(world):
    histories, frozen, panel, levels, _ = world
    rows = np.arange(len(histories.day))
    for template in build_templates(frozen, horizon_days=90):
        lines = compute_line_days(histories, rows, bare_rule(template), levels[template.name][:-1])
        shares = [(panel.is_member & (line[panel.row] <= panel.silent)).sum() / panel.is_member.sum() for line in lines]
        steps = -np.diff(shares)
        assert (steps > 0).all()
        assert steps.max() < 3 * steps.mean()


def test_a_family_without_parameters_does_not_stand(world):
    _, frozen, *_ = world
    bare = type(frozen)(**{**frozen.__dict__, "hazard": None, "models": {}})
    assert [template.name for template in build_templates(bare, horizon_days=90)] == ["own_cycle", "gap_tail"]
