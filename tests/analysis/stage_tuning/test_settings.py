from types import SimpleNamespace

import pytest

from portfolio_lab.analysis.stage_tuning.settings import TuningSettings, build_settings
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizon_days": 0},
        {"n_origins": 1},
        {"lost_share": 1.0},
        {"contact_cost": -1.0},
        {"incentive_cost": -0.01},
        {"save_rate": 1.01},
        {"share_bounds": (0.3, 0.2)},
        {"n_bootstrap": 1},
    ],
)
def test_impossible_settings_are_named(wrong):
    with pytest.raises(AnalysisError, match=f"{next(iter(wrong))} is not possible"):
        TuningSettings(**wrong)


def test_limits_are_possible():
    assert TuningSettings(horizon_days=1, save_rate=1.0, contact_cost=0.0, share_bounds=(0.0, 1.0), n_bootstrap=2)


def test_settings_are_those_of_the_run_and_costs_play_no_part_without_money():
    params = SimpleNamespace(
        horizon_days=60, n_origins=12, lost_share=0.3, contact_cost_amount=4.0, incentive_amount=1.0, save_rate=0.2,
        n_bootstrap=50, seed=3,
    )  # fmt: skip
    with_money = build_settings(params, has_money=True)
    assert (with_money.horizon_days, with_money.n_origins, with_money.contact_cost) == (60, 12, 4.0)
    assert (with_money.incentive_cost, with_money.save_rate, with_money.seed) == (1.0, 0.2, 3)
    assert build_settings(params, has_money=False).contact_cost is None
