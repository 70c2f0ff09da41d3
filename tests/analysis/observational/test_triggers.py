import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim
from sklearn.metrics import roc_auc_score

from portfolio_lab.analysis.observational.triggers import (
    assert_allowed,
    choose_design,
    compute_auc,
    compute_dip,
    describe_refusals,
)
from portfolio_lab.errors import AnalysisError


@pytest.fixture(scope="module")
def after_dip():
    return sim.contacts_after_a_dip(np.random.default_rng(1))


@pytest.fixture(scope="module")
def by_lot(after_dip):
    return after_dip.assign(is_treated=np.random.default_rng(2).random(len(after_dip)) < 0.3)


def test_the_dip_by_hand():
    rows = pd.DataFrame({"lag_1": [1.0], "lag_2": [3.0], "lag_3": [5.0]})
    assert compute_dip(rows, ("lag_1", "lag_2", "lag_3")).tolist() == [3 / np.sqrt(5)]
    with pytest.raises(AnalysisError, match="two older"):
        compute_dip(rows, ("lag_1", "lag_2"))


def test_auc_equals_scikit_learns_and_is_half_without_groups():
    rng = np.random.default_rng(0)
    score, chosen = rng.integers(0, 5, 200), rng.random(200) < 0.4
    assert compute_auc(score, chosen) == pytest.approx(roc_auc_score(chosen, score))
    assert compute_auc(score, np.ones(200, dtype=bool)) == 0.5


def test_contacts_after_a_dip_are_seen_and_two_designs_refused_in_words(after_dip):
    choice = choose_design(after_dip, lags=sim.S2_LAGS)
    assert (choice.trigger, choice.design) == ("dip", "landmark") and choice.dip_auc > 0.75
    for design in ("before_after", "difference_in_differences"):
        assert "recover by themselves" in choice.refusal(design)
        with pytest.raises(AnalysisError, match="Those picked at their weakest recover by themselves"):
            assert_allowed(choice, design)
    assert choice.refusal("landmark") is None
    assert_allowed(choice, "landmark")


@pytest.mark.parametrize(
    ("declared", "trigger", "design"),
    [
        ("unknown", "unknown", "landmark"),
        ("rollout", "rollout", "difference_in_differences"),
        ("random", "random", "randomised"),
        ("dip", "dip", "landmark"),
    ],
)
def test_what_is_declared_stands_where_no_dip_is_seen(by_lot, declared, trigger, design):
    choice = choose_design(by_lot, lags=sim.S2_LAGS, declared=declared)
    assert (choice.trigger, choice.design) == (trigger, design) and 0.45 < choice.dip_auc < 0.55


def test_a_declared_rollout_is_overruled_by_a_dip(after_dip):
    choice = choose_design(after_dip, lags=sim.S2_LAGS, declared="rollout")
    assert choice.trigger == "dip" and choice.refusal("difference_in_differences")


def test_gains_need_a_declared_start(by_lot):
    assert "Nobody has said" in choose_design(by_lot, lags=sim.S2_LAGS).refusal("difference_in_differences")
    assert choose_design(by_lot, lags=sim.S2_LAGS, declared="rollout").refusal("difference_in_differences") is None


def test_the_limit_is_sixty(by_lot):
    lags, dip = sim.S2_LAGS, compute_dip(by_lot, sim.S2_LAGS)
    for share, seen in ((0.10, False), (0.60, True)):
        forced = by_lot.assign(
            is_treated=by_lot["is_treated"] | ((dip > 1) & (np.arange(len(dip)) % 100 < 100 * share))
        )
        choice = choose_design(forced, lags=lags)
        assert (choice.dip_auc > 0.60) is seen is (choice.trigger == "dip")


@pytest.mark.full
def test_of_two_hundred_companies_with_a_dip_trigger_all_are_refused_both_simple_designs():
    for run in range(200):
        choice = choose_design(sim.contacts_after_a_dip(np.random.default_rng(run)), lags=sim.S2_LAGS)
        assert (choice.trigger, choice.design) == ("dip", "landmark")
        told = describe_refusals(choice)
        assert "a comparison of before and after shows a gain even from contacts that do nothing" in told
        assert "the gain of the contacted over the gain of the others is mostly that recovery" in told
