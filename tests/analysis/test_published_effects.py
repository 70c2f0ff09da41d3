"""Effects that others have published, found again with our own estimators on their data."""

from dataclasses import replace

import causaldata
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.means import compare_means
from portfolio_lab.analysis.experiments.proportions import Counts, compare_proportions
from portfolio_lab.analysis.observational.effect import score_rows
from portfolio_lab.analysis.observational.nuisances import Recipe, draw_folds, predict_all
from portfolio_lab.analysis.observational.overlap import build_overlap_card
from portfolio_lab.analysis.observational.panels import fit_two_way
from portfolio_lab.analysis.observational.sample import Sample

PLAIN = Recipe("logit", n_folds=1, n_splits=1, ridge=0.0)
LINES = ("logit", "logit", "logit")


def load(name):
    return getattr(causaldata, name).load_pandas().data


def as_sample(outcome, treated, x):
    """A sample of exactly these terms, as the published analyses have them."""
    terms = ((x - x.mean()) / x.std()).to_numpy()
    return Sample(outcome, treated, terms, tuple(x), np.ones(x.shape[1], dtype=bool), np.arange(len(treated)))


def test_a_paid_walk_to_the_test_result():
    """Any incentive: 33.9 % without and 78.9 % with one pick their result up (Thornton, 2008)."""
    rows = load("thornton_hiv").dropna(subset=["got", "any"])
    paid = rows["any"] == 1
    counts = Counts(int(rows["got"][paid].sum()), int(paid.sum()), int(rows["got"][~paid].sum()), int((~paid).sum()))
    estimate = compare_proportions(counts)
    assert estimate.n == 2834
    assert estimate.effect == pytest.approx(0.4506, abs=1e-3)
    assert estimate.control_mean == pytest.approx(0.339, abs=1e-3)
    assert estimate.low > 0.40


@pytest.fixture(scope="module")
def worlds_apart():
    """The men of the work programme beside the whole survey, with the terms of Dehejia and Wahba (1999)."""
    men = load("nsw_mixtape")
    rows = pd.concat([men[men["treat"] == 1], load("cps_mixtape")], ignore_index=True)
    x = rows[["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]].astype(float)
    x = x.assign(age2=x["age"] ** 2, age3=x["age"] ** 3 / 1000, educ2=x["educ"] ** 2, u74=x["re74"] == 0,
                 u75=x["re75"] == 0, educ_re74=x["educ"] * x["re74"]).astype(float)  # fmt: skip
    return as_sample(rows["re78"].to_numpy(float), rows["treat"].to_numpy(bool), x)


def test_men_compared_with_the_whole_country(worlds_apart):
    """Simply 8,498 dollars less; with weights about 1,782 more, near the experiment, and the overlap card is red."""
    y, d = worlds_apart.outcome, worlds_apart.treated
    assert len(y) - d.sum() == 15_992
    assert compare_means(y[d], y[~d]).effect == pytest.approx(-8497.52, abs=0.01)
    found = predict_all(worlds_apart, np.zeros(len(y), dtype=int), PLAIN, LINES)
    odds = found.chance[~d] / (1 - found.chance[~d])
    weighted = y[d].mean() - np.average(y[~d], weights=odds)
    assert weighted == pytest.approx(1782, abs=15)
    own = score_rows(worlds_apart, found, estimand="att", recipe=PLAIN)
    assert own.effect == pytest.approx(1577, abs=15)
    assert own.error == pytest.approx(845, rel=0.03)
    card = build_overlap_card(worlds_apart, own)
    assert not card.is_ok
    assert card.effective_controls == pytest.approx(70, abs=2)
    assert card.gap_before == pytest.approx(2.43, abs=0.02)


def test_the_weight_of_those_who_gave_up_smoking():
    """Crude 2.5 kilograms, adjusted 3.4 to 3.5 (Hernán and Robins, What If, chapters 12 and 13)."""
    rows = load("nhefs").dropna(subset=["wt82_71"]).reset_index(drop=True)
    assert len(rows) == 1566
    y, d = rows["wt82_71"].to_numpy(float), (rows["qsmk"] == 1).to_numpy()
    assert compare_means(y[d], y[~d]).effect == pytest.approx(2.54, abs=0.01)
    numbers = rows[["age", "smokeintensity", "smokeyrs", "wt71"]].astype(float)
    levels = pd.get_dummies(rows[["education", "exercise", "active"]].astype(str), drop_first=True)
    x = pd.concat([rows[["sex", "race"]], numbers, (numbers**2).add_suffix("2"), levels], axis=1).astype(float)
    found = predict_all(as_sample(y, d, x), np.zeros(len(y), dtype=int), PLAIN, LINES)
    weight = np.where(d, 1 / found.chance, 1 / (1 - found.chance))
    assert np.average(y[d], weights=weight[d]) - np.average(y[~d], weights=weight[~d]) == pytest.approx(3.44, abs=0.01)
    one = np.ones(len(y))
    design = [np.column_stack([one, g, x, g * x["smokeintensity"]]) for g in (d.astype(float), 0 * one, one)]
    beta = np.linalg.lstsq(design[0], y, rcond=None)[0]
    joint = replace(found, without=design[1] @ beta, with_it=design[2] @ beta)
    assert (joint.with_it - joint.without).mean() == pytest.approx(3.52, abs=0.01)
    own = score_rows(as_sample(y, d, x), joint, estimand="ate", recipe=PLAIN)
    assert own.effect == pytest.approx(3.46, abs=0.01)
    assert own.error == pytest.approx(0.49, abs=0.02)


def test_signing_up_as_a_donor_when_the_question_changes():
    """California asked for a choice: 2.25 points fewer (Huntington-Klein, The Effect, chapter 18)."""
    panel = load("organ_donations")
    treated = ((panel["State"] == "California") & (panel["Quarter_Num"] > 3)).to_numpy(float)
    beta, covariance = fit_two_way(panel, treated[:, None], unit="State", period="Quarter", outcome="Rate")
    assert beta[0] == pytest.approx(-0.0225, abs=1e-4)
    assert np.sqrt(covariance[0, 0]) == pytest.approx(0.0060, abs=2e-4)


def test_the_weighted_answer_needs_no_luck_in_the_split(worlds_apart):
    """Cross-fitted, the answer moves with the folds but keeps its sign and stays near the experiment's 1,794."""
    folds = draw_folds(worlds_apart.cluster, n_folds=5, seed=2)
    recipe = Recipe("logit", n_splits=1)
    found = score_rows(worlds_apart, predict_all(worlds_apart, folds, recipe, LINES), estimand="att", recipe=recipe)
    assert 1000 < found.effect < 2500
