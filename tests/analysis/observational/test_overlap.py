import causaldata
import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.effect import compute_naive, fit_effect
from portfolio_lab.analysis.observational.overlap import (
    TRIMMED_NAME,
    build_overlap_card,
    check_overlap,
    compare_balance,
    find_comparable,
    fit_comparable,
    weigh_rows,
)
from portfolio_lab.analysis.observational.sample import build_sample


def test_a_random_comparison_is_green(quick):
    rng = np.random.default_rng(5)
    frame = sim.confounded_contacts(rng, n=2000).assign(is_treated=lambda rows: rng.random(len(rows)) < 0.3)
    sample = build_sample(frame, outcome="outcome", covariates=sim.S1_COVARIATES)
    kept, _, card = fit_comparable(sample, recipe=quick)
    assert card.is_ok and card.n_trimmed == card.n_clipped == 0 and kept is sample
    assert card.effective_controls > 0.9 * card.n_control
    told = check_overlap(card).sentence
    assert check_overlap(card).passed and "can be compared" in told
    assert f"differs by at most {card.gap_after:.2f} of its usual spread (before: {card.gap_before:.2f})" in told


def test_people_from_another_world_are_red(quick):
    # 185 trained, 15,992 of a general survey: of the latter hardly any resembles the former (LaLonde, 1986)
    rng = np.random.default_rng(6)
    frame = sim.confounded_contacts(rng, n=16_200)
    frame["is_treated"] = np.arange(16_200) < 200
    frame.loc[frame["is_treated"], ["decline", "days_since"]] += 3.2
    sample = build_sample(frame, outcome="outcome", covariates=sim.S1_COVARIATES)
    _, _, card = fit_comparable(sample, recipe=quick)
    assert not card.is_ok and card.effective_controls < 0.02 * card.n_control
    check = check_overlap(card)
    assert check.blocks and check.passed is False and "resemble" in check.sentence


def test_trained_men_against_a_general_survey_are_red(quick):
    # LaLonde (1986), Dehejia and Wahba (1999): the simple gap is −8,498 dollars, the experiment's answer 1,794
    men, survey = causaldata.nsw_mixtape.load_pandas().data, causaldata.cps_mixtape.load_pandas().data
    rows = pd.concat([men[men["treat"] == 1], survey], ignore_index=True)
    rows = rows.assign(is_treated=rows["treat"] == 1, customer_id=np.arange(len(rows)))
    known = ("age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75")
    sample = build_sample(rows, outcome="re78", covariates=known)
    assert compute_naive(sample) == pytest.approx(-8497.52, abs=0.01)
    _, found, card = fit_comparable(sample, recipe=quick)
    assert card.n_control == 15_992 and card.effective_controls < 0.01 * card.n_control
    assert card.gap_before == pytest.approx(2.43, abs=0.01) and card.gap_after < 0.2
    assert card.n == card.n_inside + card.n_clipped + card.n_trimmed == 16_177
    assert check_overlap(card).passed is False and 1000 < found.effect < 2500


def test_the_counts_sum_to_all(contacts, quick):
    sure = contacts.assign(is_treated=contacts["is_treated"] | (contacts["decline"] > 1.2))
    sample = build_sample(sure, outcome="outcome", covariates=sim.S1_COVARIATES)
    kept, found, card = fit_comparable(sample, estimand="ate", recipe=quick)
    assert card.n_trimmed > 0 and card.population == TRIMMED_NAME
    assert card.n == 5000 == card.n_inside + card.n_clipped + card.n_trimmed
    assert kept.n == len(found.score) == card.n - card.n_trimmed
    sure = [build_overlap_card(kept, found, n_trimmed=9, trimmed_share=share).reasons for share in (0.10, 0.11)]
    assert [any("in any case" in reason for reason in reasons) for reasons in sure] == [False, True]


@pytest.mark.parametrize(("estimand", "kept"), [("att", [1, 1, 1, 1, 0]), ("ate", [0, 1, 1, 1, 0])])
def test_who_is_comparable(estimand, kept):
    chance = np.array([0.009, 0.01, 0.5, 0.99, 0.991])
    assert find_comparable(chance, estimand=estimand).astype(int).tolist() == kept


def test_weights_make_the_groups_alike(sample, quick):
    found = fit_effect(sample, estimand="att", recipe=quick)
    before, _ = compare_balance(sample, np.ones(sample.n))
    after, ratios = compare_balance(sample, weigh_rows(sample, found.predictions, estimand="att", clip=0.01))
    assert np.abs(before).max() > 0.7 > 0.15 > np.abs(after).max()
    assert len(ratios) == 3


def test_a_gap_that_stays_is_named(sample, adjusted):
    flat = type(adjusted.predictions)(
        np.full(sample.n, 0.4), adjusted.predictions.without, adjusted.predictions.with_it, ("logit",) * 3
    )
    card = build_overlap_card(sample, type(adjusted)(**{**vars(adjusted), "predictions": flat}))
    assert card.worst_covariate == "decline" and "differ in decline" in card.reasons[0]


def test_a_gap_beyond_all_measure_is_told_in_words(sample, adjusted):
    apart = type(sample)(**{**vars(sample), "terms": sample.terms + 1e6 * sample.treated[:, None]})
    reason = build_overlap_card(apart, adjusted).reasons[0]
    assert reason.endswith("alone tells the two groups apart.") and "standard deviations" not in reason
