import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.choice import (
    choose_rule,
    find_pareto_set,
    resample_choices,
    summarise_families,
)
from portfolio_lab.analysis.stage_tuning.nested import Nested

NAMES = np.array(["fixed_days", "fixed_days", "own_cycle", "own_cycle", "hazard"], object)
TABLE = pd.DataFrame(
    {"level": [40.0, 60.0, 1.0, 2.0, 0.3], "pre_inactive_days": [40.0, 60.0, 35.0, 55.0, 44.0], "is_feasible": True}
)
ALL = np.ones(5, bool)


def families(
    primary: list[float], *, spread: float = 0.01, gains: dict[str, float] | None = None, least_gain: float = 0.0
):
    """Gains on later dates per name, with a paired spread of 0.005; the spread of the primary metric is given."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 1, (400, 1))
    resampled = np.asarray(primary) + spread * noise
    gains = {"fixed_days": 0.0, "own_cycle": 0.03, "hazard": 0.03} | (gains or {})
    outer = {name: {"primary": 0.7 + gain + 0.005 * rng.normal(size=400) * (gain != 0)} for name, gain in gains.items()}
    nested = Nested(
        outer=[5], chosen={"fixed_days": [0], "own_cycle": [2], "hazard": [4]},
        inner_primary={name: 0.75 + gain for name, gain in gains.items()},
        outer_primary={name: 0.7 + gain for name, gain in gains.items()},
    )  # fmt: skip
    table = summarise_families(
        NAMES, np.asarray(primary), resampled, ALL, nested=nested, outer_resampled=outer, least_gain=least_gain
    )
    return table, resampled


def choose(*args, **kwargs):
    table, resampled = families(*args, **kwargs)
    return choose_rule(table, TABLE, NAMES, resampled, np.ones(resampled.shape, bool))


def test_each_family_brings_its_best_rule_and_what_it_gained_on_later_dates():
    table, _ = families([0.70, 0.71, 0.74, 0.73, 0.75])
    assert table["position"].tolist() == [1, 2, 4]
    assert table["gain"].tolist() == pytest.approx([0.0, 0.03, 0.03])
    assert table["optimism"].tolist() == pytest.approx([0.05, 0.05, 0.05])
    assert table["is_proven"].tolist() == [False, True, True]
    assert table.loc[1, "gain_low"] == pytest.approx(0.03 - 1.96 * 0.005, abs=0.002)


def test_the_best_is_chosen_when_nothing_simpler_comes_near():
    choice = choose([0.70, 0.71, 0.72, 0.72, 0.75])
    assert (choice.name, choice.position) == ("hazard", 4)
    assert choice.reason == "best of all rules, and proven better than fixed days"


def test_the_simpler_one_is_chosen_within_one_standard_error():
    choice = choose([0.70, 0.71, 0.742, 0.73, 0.75])
    assert choice.name == "own_cycle"
    assert "as good as hazard within one standard error, simpler" in choice.reason


def test_fixed_days_are_chosen_within_one_standard_error():
    choice = choose([0.70, 0.745, 0.74, 0.73, 0.75])
    assert choice.name == "fixed_days"
    assert choice.reason == "as good as hazard within one standard error, and the simplest rule"


def test_what_is_not_proven_on_later_dates_does_not_replace_fixed_days():
    choice = choose([0.60, 0.61, 0.72, 0.72, 0.75], gains={"hazard": 0.004, "own_cycle": -0.02})
    assert choice.name == "fixed_days"
    assert "was not proven better than fixed days" in choice.reason


def test_a_gain_too_small_to_be_worth_it_is_no_gain():
    primary = [0.70, 0.738, 0.72, 0.72, 0.75]
    assert choose(primary, spread=0.001).name == "hazard"
    assert choose(primary, spread=0.001, least_gain=0.0121).name == "fixed_days"


def test_interval_of_the_line_comes_from_choosing_again_in_every_repetition():
    resampled = np.array([[0.7, 0.6], [0.6, 0.7], [0.9, 0.1], [0.2, 0.1]])
    feasible = np.ones((4, 2), bool)
    assert resample_choices(resampled, feasible, np.array([0, 1])).tolist() == [0, 1, 0, 0]
    feasible[2, 0] = feasible[3, :] = False
    assert resample_choices(resampled, feasible, np.array([0, 1])).tolist() == [0, 1, 1, 0]
    table, _ = families([0.70, 0.701, 0.60, 0.60, 0.60])
    flips = np.tile([[0.70, 0.71, 0, 0, 0], [0.72, 0.71, 0, 0, 0]], (50, 1))
    choice = choose_rule(table, TABLE, NAMES, flips, np.ones(flips.shape, bool))
    assert choice.days_interval == (40.0, 60.0)
    assert choice.level_interval == (40.0, 60.0)


def test_pareto_set_by_hand():
    table = pd.DataFrame(
        {
            "money": [10.0, 9.0, 8.0, 8.0, np.nan],
            "lead": [5.0, 9.0, 9.0, 4.0, 99.0],
            "entries": [2.0, 2.0, 1.0, 3.0, 0.0],
        }
    )
    found = find_pareto_set(table, better={"money": True, "lead": True, "entries": False})
    assert found.tolist() == [True, True, True, False, False]
