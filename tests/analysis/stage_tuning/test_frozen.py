import numpy as np
import pandas as pd
import pytest
from simulators.stages import FIRST_DAY, simulate_own_cycles

from portfolio_lab.analysis.stage_tuning.frozen import freeze_parameters
from portfolio_lab.analysis.stages.histories import build_histories
from portfolio_lab.errors import AnalysisError

FROZEN_ON = FIRST_DAY + pd.Timedelta(days=600)


@pytest.fixture(scope="module")
def order_days() -> pd.DataFrame:
    return simulate_own_cycles(n=1200, seed=2, shape=4).order_days


def test_parameters_are_those_of_the_histories(order_days):
    histories = build_histories(order_days, as_of=FROZEN_ON)
    frozen = freeze_parameters(histories, frozen_on=FROZEN_ON)
    last = histories.is_last & (histories.n_repeats > 0)
    assert frozen.typical_gap_days == pytest.approx(histories.mean_gap_days[last].mean(), abs=0.01)
    assert frozen.regularity == pytest.approx(4, abs=0.6)
    assert 0.2 < frozen.typical_gap_variation < 0.8
    assert set(frozen.models) == {"mbg_nbd"}
    assert set(frozen.models["mbg_nbd"]) == {"r", "alpha", "a", "b"}
    assert frozen.hazard["later_shape"] > 1.5
    assert frozen.left_out == {}


def test_the_future_is_refused(order_days):
    with pytest.raises(AnalysisError, match="must not see later purchases"):
        freeze_parameters(build_histories(order_days), frozen_on=FROZEN_ON)


def test_families_that_the_data_do_not_identify_are_left_out_with_a_reason():
    days = pd.DataFrame(
        {
            "customer_id": np.repeat([f"{i:03d}" for i in range(40)], 2),
            "order_date": [FIRST_DAY, FIRST_DAY + pd.Timedelta(days=10)] * 40,
        }
    )
    frozen = freeze_parameters(build_histories(days), frozen_on=FROZEN_ON)
    assert frozen.hazard is None
    assert "too few closed gaps" in frozen.left_out["hazard"]


def test_nobody_bought_twice():
    days = pd.DataFrame({"customer_id": ["a"], "order_date": [FIRST_DAY]})
    with pytest.raises(AnalysisError, match="nobody has bought twice"):
        freeze_parameters(build_histories(days), frozen_on=FROZEN_ON)
