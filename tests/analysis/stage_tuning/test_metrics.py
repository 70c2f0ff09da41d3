import numpy as np
import pytest

from portfolio_lab.analysis.purchase_models.fitting import fit_bg_nbd, fit_pareto_nbd
from portfolio_lab.analysis.purchase_models.histories import build_histories as build_purchase_histories
from portfolio_lab.analysis.purchase_models.predictions import compute_alive_probability, compute_return_probability
from portfolio_lab.analysis.stage_tuning.metrics import (
    compute_auc,
    compute_brier_score,
    compute_log_loss,
    compute_metrics,
    compute_precision_recall_area,
    compute_utility,
)
from portfolio_lab.analysis.stage_tuning.panel import build_panel
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.analysis.stages.histories import build_histories


def test_metrics_by_hand():
    found = compute_metrics(30, 10, 50, 150)
    assert found["precision"] == 0.75
    assert found["recall"] == 0.6
    assert found["specificity"] == pytest.approx(140 / 150)
    assert found["f1"] == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert found["youden_j"] == pytest.approx(0.6 + 140 / 150 - 1)
    assert found["balanced_accuracy"] == pytest.approx((0.6 + 140 / 150) / 2)
    assert found["accuracy"] == pytest.approx(170 / 200)


def test_metrics_that_cannot_be_told_are_empty():
    found = compute_metrics(np.array([0, 0]), np.array([0, 3]), np.array([5, 0]), np.array([5, 5]))
    assert np.isnan(found["precision"][0])
    assert np.isnan(found["recall"][1])


def test_money_by_hand():
    settings = TuningSettings(contact_cost=2.0, incentive_cost=3.0, save_rate=0.1)
    # 4 hits worth 500 together, 6 false alarms: 50 saved, 20 for contacts, 18 given away
    assert compute_utility(4, 6, 500.0, settings) == pytest.approx(12.0)


def test_auc_counts_ties_half():
    assert compute_auc([3, 2, 2, 1], [1, 1, 0, 0]) == pytest.approx(3.5 / 4)
    assert np.isnan(compute_auc([1, 2], [1, 1]))


def test_precision_recall_area_by_hand_with_a_tie():
    # after score 3: 1 of 1; after the tie at 2: 2 of 3
    assert compute_precision_recall_area([3, 2, 2, 1], [1, 1, 0, 0]) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_log_loss_and_brier_by_hand():
    assert compute_log_loss([0.8, 0.4], [1, 0]) == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert compute_brier_score([0.8, 0.4], [1, 0]) == pytest.approx((0.04 + 0.16) / 2)


@pytest.fixture(scope="module")
def cdnow_split(cdnow):
    """All of CDNOW, calibration to the end of 1997, half a year of holdout."""
    histories = build_histories(cdnow)
    panel = build_panel(histories, ["1997-12-31"], horizon_days=181)
    until = cdnow.drop_duplicates().assign(is_purchase_day=True)
    known = build_purchase_histories(until[until["order_date"] <= "1997-12-31"], as_of=np.datetime64("1997-12-31"))
    return panel.silent[0], panel.lapses[0], known


def correct(predicted: np.ndarray, lapses: np.ndarray) -> float:
    return round(100 * float((predicted == lapses).mean()), 2)


def test_cdnow_silence_alone(cdnow_split):
    silent, lapses, _ = cdnow_split
    assert correct(np.ones(len(lapses), bool), lapses) == pytest.approx(77.20, abs=0.005)
    assert correct(silent > 81, lapses) == pytest.approx(80.97, abs=0.005)
    assert compute_auc(silent, lapses) == pytest.approx(0.7955, abs=5e-5)


def test_cdnow_best_accuracy_is_not_the_best_rule(cdnow_split):
    silent, lapses, _ = cdnow_split
    balanced = []
    for line in (82, 271):
        alarm = silent >= line
        counts = (alarm & lapses).sum(), (alarm & ~lapses).sum(), lapses.sum(), (~lapses).sum()
        balanced.append(round(float(compute_metrics(*counts)["balanced_accuracy"]), 3))
    assert balanced == [0.684, 0.754]


@pytest.mark.parametrize(
    ("fit", "returns", "alive", "auc", "log_loss"),
    [(fit_pareto_nbd, 81.94, 78.05, 0.7998, 0.4208), (fit_bg_nbd, 82.06, 31.43, 0.7882, 0.4244)],
)
def test_cdnow_purchase_models_as_published(cdnow_split, fit, returns, alive, auc, log_loss):
    """P(return) is a rule; P(alive) of BG/NBD is right for 31 customers of 100, because one purchase means alive."""
    _, lapses, histories = cdnow_split
    model = fit(histories)
    chance = compute_return_probability(histories, model=model, horizon_days=181).to_numpy()
    assert correct(chance <= 0.5, lapses) == pytest.approx(returns, abs=0.05)
    assert correct(compute_alive_probability(histories, model=model).to_numpy() <= 0.5, lapses) == pytest.approx(
        alive, abs=0.05
    )
    assert compute_auc(-chance, lapses) == pytest.approx(auc, abs=5e-4)
    assert compute_log_loss(1 - chance, lapses) == pytest.approx(log_loss, abs=5e-4)
