"""All arms of an e-mail experiment of 64,000 customers, from text to verdicts."""

import time

import numpy as np
import pytest
from simulators.email_experiment import MENS, MENS_EFFECT, WOMENS, WOMENS_EFFECTS

from portfolio_lab.analysis.experiments.arms import (
    build_experiment_cells,
    build_rankings,
    build_views,
    check_arm_sizes,
    count_comparisons,
    evaluate_experiment,
)
from portfolio_lab.analysis.experiments.cells import Cells, compare_cells, mark_clear_cells
from portfolio_lab.analysis.experiments.entrance import read_experiment
from portfolio_lab.analysis.experiments.randomised import Terms
from portfolio_lab.analysis.verdicts import NO_VERDICT, NOT_MEASURABLE, WORKS_AND_PAYS
from portfolio_lab.errors import AnalysisError

TERMS = Terms(min_effects={"visit": 0.02})


def test_one_result_per_arm_and_outcome_with_the_planted_effects_inside(experiment):
    start = time.process_time()
    results = {(r.case.plan_id, r.case.outcome): r for r in evaluate_experiment(experiment, terms=TERMS)}
    assert time.process_time() - start < 5
    assert list(results) == [(arm, outcome) for arm in (MENS, WOMENS) for outcome in ("visit", "conversion", "spend")]
    mens, womens = results[MENS, "visit"], results[WOMENS, "visit"]
    assert mens.estimate.low <= MENS_EFFECT <= mens.estimate.high
    assert womens.estimate.low <= np.mean(list(WOMENS_EFFECTS.values())) <= womens.estimate.high
    assert (mens.verdict, mens.label) == (WORKS_AND_PAYS, "A")
    assert results[MENS, "spend"].verdict == NO_VERDICT
    assert mens.naive_effect == pytest.approx(mens.estimate.effect)
    assert mens.estimate.n == (experiment.arms != WOMENS).sum()


def test_the_planted_interaction_is_found_and_no_other(experiment):
    cells = mark_clear_cells(build_experiment_cells(experiment))
    assert len(cells) == 2 * 3 * 2
    womens = cells[(cells["plan_id"] == WOMENS) & (cells["outcome"] == "visit")].set_index("value")
    assert womens.loc["1", "shrunk_low"] > womens.loc["0", "shrunk_high"]
    for value, effect in WOMENS_EFFECTS.items():
        assert womens.loc[value, "low"] <= effect <= womens.loc[value, "high"]
    uneven = compare_cells(cells).set_index(["plan_id", "outcome"])["is_uneven"]
    assert uneven[WOMENS, "visit"]
    assert not uneven[MENS, "visit"]


def test_views_add_the_adjusted_and_the_capped_answer(experiment):
    views = build_views(experiment)
    per_outcome = views.groupby("outcome")["view"].nunique().to_dict()
    assert per_outcome == {"visit": 2, "conversion": 2, "spend": 3}
    adjusted = views[views["view"].str.startswith("adjusted")]
    assert adjusted["variance_reduction_share"].abs().max() < 0.01


def uplift_of(experiment):
    ranked = build_rankings(experiment, n_bootstrap=30, seed=1)
    assert ranked.groupby(["plan_id", "outcome"])["ranking"].apply(list).tolist() == [["uplift", "risk"]] * 2
    return ranked[ranked["ranking"] == "uplift"]


def test_rankings_come_with_what_was_known_before_covariates_and_cells_alike(email_frame):
    given = {"control_arm": "No E-Mail", "outcomes": {"visit": "binary"}}
    ranked = uplift_of(read_experiment(email_frame, covariates=["womens"], **given))
    assert ranked.set_index("plan_id")["is_better_than_random"].to_dict() == {MENS: False, WOMENS: True}
    assert set(ranked["ranked_by"]) == {"womens"}
    groups = read_experiment(email_frame, covariates=["recency"], cells=["womens"], **given)
    by_groups = uplift_of(groups)
    assert by_groups.set_index("plan_id")["is_better_than_random"].to_dict() == {MENS: False, WOMENS: True}
    assert set(by_groups["ranked_by"]) == {"recency, womens"}
    assert build_rankings(read_experiment(email_frame, **given), n_bootstrap=60, seed=1).empty


def test_lost_customers_are_found_where_the_shares_are_known(email_frame):
    kept = email_frame[(email_frame["arm"] != MENS) | (np.arange(len(email_frame)) % 10 > 0)]
    lost = read_experiment(kept, control_arm="No E-Mail", outcomes={"visit": "binary"})
    assert check_arm_sizes(lost, arm_shares={}).passed is None
    thirds = dict.fromkeys(("No E-Mail", MENS, WOMENS), 1 / 3)
    results = evaluate_experiment(lost, terms=TERMS, arm_shares=thirds)
    assert {result.verdict for result in results} == {NOT_MEASURABLE}
    with pytest.raises(AnalysisError, match="arm_shares"):
        check_arm_sizes(lost, arm_shares={"mens": 0.5, "none": 0.5})


def test_arms_that_differed_before_are_no_experiment(email_frame):
    shifted = email_frame.assign(recency=np.where(email_frame["arm"] == MENS, "12", email_frame["recency"]))
    experiment = read_experiment(shifted, control_arm="No E-Mail", outcomes={"visit": "binary"}, covariates=["recency"])
    verdicts = {r.case.plan_id: r.verdict for r in evaluate_experiment(experiment, terms=TERMS)}
    assert verdicts == {MENS: NOT_MEASURABLE, WOMENS: WORKS_AND_PAYS}


def test_missing_outcomes_are_counted_and_block_when_many(email_frame):
    visit = email_frame["visit"].where(np.arange(len(email_frame)) % 100 > 0)
    few = read_experiment(email_frame.assign(visit=visit), control_arm="No E-Mail", outcomes={"visit": "binary"})
    result = evaluate_experiment(few, terms=TERMS)[0]
    assert result.verdict == WORKS_AND_PAYS
    assert "All but" in " ".join(check.sentence for check in result.checks)


def test_every_comparison_of_the_page_is_counted(experiment):
    results = evaluate_experiment(experiment, terms=TERMS)
    counted = [result.checks[-1] for result in results]
    assert {check.name for check in counted} == {"all comparisons"}
    assert count_comparisons(results[:1]) == results[:1]


def test_an_experiment_too_small_or_without_any_success_is_said_to_be_so(email_frame):
    given = {
        "control_arm": "No E-Mail",
        "outcomes": {"visit": "binary"},
        "covariates": ["recency"],
        "cells": ["womens"],
    }
    few = read_experiment(email_frame.head(40), **given)
    assert {result.verdict for result in evaluate_experiment(few, terms=Terms())} == {NOT_MEASURABLE}
    assert build_experiment_cells(few).empty
    assert list(build_experiment_cells(few)) == list(Cells.to_schema().columns)
    assert build_rankings(few, n_bootstrap=5, seed=1).empty
    nobody = read_experiment(email_frame.assign(visit="0"), **given)
    assert {result.verdict for result in evaluate_experiment(nobody, terms=Terms())} == {NOT_MEASURABLE}
    assert build_experiment_cells(nobody)["is_small"].all()
    assert build_rankings(nobody, n_bootstrap=5, seed=1).empty
