import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.backtest import Counts
from portfolio_lab.analysis.stage_tuning.nested import choose_best, feasible_candidates, primary_on_origins, run_nested
from portfolio_lab.analysis.stage_tuning.panel import build_panel
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.analysis.stages.histories import build_histories
from portfolio_lab.errors import AnalysisError

ORIGINS = pd.DatetimeIndex(["2026-01-31", "2026-02-28", "2026-05-31"])


def counts() -> Counts:
    """Two candidates: the first is better on the first origin, the second on the others."""
    return Counts(
        hits_by_origin=np.array([[9.0, 3.0, 3.0], [5.0, 8.0, 8.0]]),
        false_alarms_by_origin=np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
        margin_by_origin=np.array([[900.0, 300.0, 300.0], [500.0, 800.0, 800.0]]),
        stage_share_by_origin=np.array([[0.1, 0.1, 0.1], [0.2, 0.3, 0.4]]),
        lapses_by_origin=np.full(3, 10.0),
        returns_by_origin=np.full(3, 10.0),
        hits_by_customer=np.zeros((2, 1), np.uint8),
        false_alarms_by_customer=np.zeros((2, 1), np.uint8),
        margin_by_customer=None,
        lapses_by_customer=np.zeros(1, np.uint8),
        returns_by_customer=np.zeros(1, np.uint8),
        stage_by_customer=np.zeros((2, 1), np.uint8),
        known_by_customer=np.zeros(1, np.uint8),
    )


def panel(origins: pd.DatetimeIndex = ORIGINS, horizon: int = 90):
    days = pd.DataFrame({"customer_id": ["a"], "order_date": pd.to_datetime(["2025-12-01"])})
    return build_panel(build_histories(days), origins, horizon_days=horizon)


NAMES = np.array(["fixed_days", "fixed_days"], object)


def test_primary_is_balanced_accuracy_without_money_and_money_per_origin_with_it():
    np.testing.assert_allclose(primary_on_origins(counts(), [0, 1], TuningSettings()), [0.75, 0.775])
    settings = TuningSettings(contact_cost=2.0, incentive_cost=1.0, save_rate=0.1)
    # 120 saved, 14 contacts, 2 wasted incentives, over two origins
    np.testing.assert_allclose(primary_on_origins(counts(), [0, 1], settings), [(120 - 28 - 2) / 2, (130 - 30 - 2) / 2])


def test_a_judged_origin_is_judged_by_what_was_known_then():
    nested = run_nested(panel(), counts(), NAMES, outer=[2], settings=TuningSettings(share_bounds=(0, 1)))
    # at the end of May the labels of January and February are known: the second is better on both together
    assert nested.chosen == {"fixed_days": [1]}
    assert nested.inner_primary["fixed_days"] == pytest.approx(0.775)
    assert nested.outer_primary["fixed_days"] == pytest.approx((0.8 + 0.9) / 2)


def test_labels_not_known_by_then_do_not_teach():
    origins = pd.DatetimeIndex(["2026-01-31", "2026-02-28", "2026-05-15"])
    nested = run_nested(panel(origins), counts(), NAMES, outer=[2], settings=TuningSettings(share_bounds=(0, 1)))
    # the horizon of February ends on 29 May: only January teaches, where the first was better
    assert nested.chosen == {"fixed_days": [0]}


def test_an_origin_with_nothing_to_learn_from_is_refused():
    with pytest.raises(AnalysisError, match="a rule that knew its future"):
        run_nested(panel(), counts(), NAMES, outer=[1], settings=TuningSettings())


def test_shares_outside_the_bounds_are_not_chosen_while_others_are():
    settings = TuningSettings(share_bounds=(0.03, 0.25))
    assert feasible_candidates(counts(), [0, 1, 2], settings).tolist() == [True, False]
    assert feasible_candidates(counts(), [0, 1], settings).tolist() == [True, True]
    primary = np.array([0.5, 0.9])
    assert choose_best(primary, np.array([True, False]), np.array([0, 1])) == 0
    assert choose_best(primary, np.array([False, False]), np.array([0, 1])) == 1
    assert choose_best(np.array([np.nan, -1.0]), np.array([True, True]), np.array([0, 1])) == 1
