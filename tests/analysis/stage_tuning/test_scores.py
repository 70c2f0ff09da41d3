import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.candidates import build_templates
from portfolio_lab.analysis.stage_tuning.metrics import compute_auc
from portfolio_lab.analysis.stage_tuning.panel import shuffle_labels
from portfolio_lab.analysis.stage_tuning.scores import summarise_scores


def scores(tuning, panel=None, **more) -> pd.DataFrame:
    templates = build_templates(tuning.frozen, horizon_days=tuning.settings.horizon_days)
    panel = panel or tuning.panel
    return summarise_scores(panel, templates, positions=tuning.nested.outer, seed=1, **more).set_index("name")


def test_fixed_days_rank_by_silence_alone(regular_timing):
    panel, outer = regular_timing.panel, regular_timing.nested.outer
    member = panel.is_member[outer]
    expected = compute_auc(panel.silent[outer][member], panel.lapses[outer][member])
    assert scores(regular_timing).loc["fixed_days", "auc"] == pytest.approx(expected)


def test_cycles_and_tail_rank_alike(regular_timing):
    found = scores(regular_timing)
    assert found.loc["own_cycle", "auc"] == found.loc["gap_tail", "auc"]


def test_chances_are_judged_as_chances(regular_timing):
    found = scores(regular_timing)
    assert found.loc[["hazard", "mbg_nbd"], ["log_loss", "brier"]].notna().to_numpy().all()
    assert found.loc[["fixed_days", "own_cycle"], ["log_loss", "brier"]].isna().to_numpy().all()
    assert found.loc["hazard", "brier"] < 0.15


def test_shuffled_labels_cannot_be_foretold(regular_timing):
    """Sentinel: with outcomes dealt anew within each origin, no score finds anything."""
    found = scores(regular_timing, shuffle_labels(regular_timing.panel, seed=3))
    assert found["auc"].between(0.48, 0.52).all()
    assert scores(regular_timing)["auc"].min() > 0.9


def test_a_sample_of_the_members_tells_nearly_the_same(regular_timing):
    whole, some = scores(regular_timing), scores(regular_timing, n_most=4000)
    assert (whole["auc"] - some["auc"]).abs().max() < 0.03
    assert (whole["auc"] - some["auc"]).abs().max() > 0
