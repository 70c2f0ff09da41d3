import pytest

from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
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
