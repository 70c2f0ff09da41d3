import importlib.resources

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational import logit
from portfolio_lab.analysis.observational.effect import (
    as_estimate,
    compute_error,
    compute_naive,
    fit_effect,
    refit_outcome,
    score_rows,
)
from portfolio_lab.analysis.observational.logit import add_one
from portfolio_lab.analysis.observational.nuisances import Recipe, draw_folds, predict_all
from portfolio_lab.analysis.observational.sample import Sample, build_sample, take

QUICK = Recipe("logit", n_splits=1)
LOGIT = ("logit",) * 3


def recover(n_runs, simulate, covariates, *, estimands, recipe=QUICK):
    """Mean error and number covered per estimand, and in how many runs the simple comparison had the wrong sign."""
    errors, covered, wrong, naive_covered = ({e: [] for e in estimands} for _ in range(4))
    for run in range(n_runs):
        frame = simulate(np.random.default_rng(run))
        sample = build_sample(frame, outcome="outcome", covariates=covariates)
        naive = compute_naive(sample)
        reach = 1.96 * np.sqrt(sum(sample.outcome[g].var() / g.sum() for g in (sample.treated, ~sample.treated)))
        for estimand, truth in estimands.items():
            truth = frame.loc[frame["is_treated"], "effect_hidden"].mean() if truth is None else truth
            found = fit_effect(sample, estimand=estimand, recipe=recipe, seed=run)
            low, high = found.interval()
            errors[estimand].append(found.effect - truth)
            covered[estimand].append(low <= truth <= high)
            wrong[estimand].append(naive < 0)
            naive_covered[estimand].append(abs(naive - truth) <= reach)
    return errors, covered, wrong, naive_covered


def assert_recovered(errors, covered, *, bias, low=0.91, high=0.985):
    """Bias and coverage inside their bands, widened by what the number of runs allows."""
    for estimand, found in errors.items():
        n = len(found)
        assert abs(np.mean(found)) <= bias + 2.6 * np.std(found) / np.sqrt(n)
        assert binom.ppf(0.005, n, low) <= sum(covered[estimand]) <= binom.ppf(0.995, n, high)


TRUTHS = {"ate": sim.S1_ATE, "att": sim.S1_ATT}


def test_the_adjusted_effect_comes_back_where_the_simple_comparison_has_the_wrong_sign():
    errors, covered, wrong, naive = recover(10, sim.confounded_contacts, sim.S1_COVARIATES, estimands=TRUTHS)
    assert_recovered(errors, covered, bias=0.004)
    assert all(wrong["ate"]) and not any(naive["ate"])


@pytest.mark.full
@pytest.mark.parametrize(("n_runs", "low", "high"), [(200, 0.91, 0.985), (1000, 0.93, 0.967)])
def test_coverage_over_many_companies(n_runs, low, high):
    errors, covered, wrong, naive = recover(n_runs, sim.confounded_contacts, sim.S1_COVARIATES, estimands=TRUTHS)
    for estimand in TRUTHS:
        assert abs(np.mean(errors[estimand])) <= 0.004
        assert low <= np.mean(covered[estimand]) <= high
    assert np.mean(wrong["ate"]) >= 0.99 and np.mean(naive["ate"]) <= 0.01


@pytest.mark.parametrize(("multiplier", "n_runs"), [(1.0, 15), (sim.S2_MULTIPLIER, 10)])
def test_a_dip_is_overcome_by_the_whole_history(multiplier, n_runs):
    def simulate(rng):
        return sim.contacts_after_a_dip(rng, multiplier=multiplier)

    errors, covered, *_ = recover(n_runs, simulate, sim.S2_LAGS, estimands={"att": None})
    assert_recovered(errors, covered, bias=0.04)


@pytest.mark.full
def test_the_whole_history_over_two_hundred_companies():
    errors, covered, *_ = recover(200, sim.contacts_after_a_dip, sim.S2_LAGS, estimands={"att": None})
    assert abs(np.mean(errors["att"])) <= 0.04 and 0.91 <= np.mean(covered["att"]) <= 0.985
    works = [e > 0 and not c for e, c in zip(errors["att"], covered["att"], strict=True)]
    assert np.mean(works) <= 0.04


def test_the_last_quarter_alone_does_not_overcome_it():
    errors, *_ = recover(3, sim.contacts_after_a_dip, ("lag_1",), estimands={"att": None})
    assert np.mean(errors["att"]) > 0.5


def test_with_the_cause_unmeasured_the_answer_is_wrong_and_says_nothing_of_it():
    less = tuple(name for name in sim.S1_COVARIATES if name not in ("decline", "days_since"))
    errors, covered, *_ = recover(3, sim.confounded_contacts, less, estimands={"ate": sim.S1_ATE})
    assert np.mean(errors["ate"]) < -0.12 and not any(covered["ate"])


# doubleml 0.11.4, DoubleMLIRM with plain logistic and linear regressions on these terms and these folds
DOUBLEML = {"ate": (0.09979065676807916, 0.020800163921677366), "att": (0.091964168413332, 0.02626600444958473)}


@pytest.mark.parametrize("estimand", ["ate", "att"])
def test_equals_doubleml_on_the_same_folds(estimand):
    frame = sim.confounded_contacts(np.random.default_rng(11), n=3000)
    frame["outcome"] += frame["decline"] ** 2
    sample = build_sample(frame, outcome="outcome", covariates=sim.S1_COVARIATES)
    recipe = Recipe("logit", n_splits=1, ridge=0.0)
    found = predict_all(sample, draw_folds(sample.cluster, n_folds=5, seed=3), recipe, LOGIT)
    own = score_rows(sample, found, estimand=estimand, recipe=recipe)
    effect, error = DOUBLEML[estimand]
    assert own.effect == pytest.approx(effect, abs=1e-6)
    assert own.error == pytest.approx(error * np.sqrt(3000 / 2999), rel=1e-4)


def test_equals_statsmodels_on_the_effect_of_smoking_on_birth_weight():
    # Cattaneo (2010); TreatmentEffect.aipw of statsmodels 0.15 with a logit (with Stata's probit it is −230.99, 26.21)
    place = importlib.resources.files("statsmodels.treatment.tests.results") / "cataneo2.csv"
    frame = pd.read_csv(str(place))
    frame["is_treated"] = frame["mbsmoke_"] == 1
    frame["mage2"] = frame["mage"] ** 2
    sample = build_sample(frame.assign(y=frame["bweight"]), outcome="y", covariates=(), cluster=None)
    own, terms = _plug_in(frame, sample)
    assert own.effect == pytest.approx(-232.04093594, abs=1e-4)
    # statsmodels counts that the models were fitted to the same rows; cross-fitting does not need to
    assert _error_with_first_step(sample, own, *terms) == pytest.approx(25.66978, rel=0.01)


def _plug_in(frame, sample):
    """Chances by mmarried, mage, mage², fbaby, medu; outcomes by prenatal1, mmarried, mage, fbaby; no cross-fitting."""
    recipe = Recipe("logit", n_folds=1, n_splits=1, ridge=0.0, clip=1e-9)
    parts, kept = [], []
    for names in (["mmarried_", "mage", "mage2", "fbaby_", "medu"], ["prenatal1_", "mmarried_", "mage", "fbaby_"]):
        terms = frame[names].to_numpy(dtype=float)
        one = type(sample)(**{**vars(sample), "terms": (terms - terms.mean(axis=0)) / terms.std(axis=0)})
        parts.append(predict_all(one, np.zeros(one.n, dtype=int), recipe, LOGIT))
        kept.append(add_one(one.terms))
    found = type(parts[0])(parts[0].chance, parts[1].without, parts[1].with_it, LOGIT)
    return score_rows(sample, found, estimand="ate", recipe=recipe), kept


def _error_with_first_step(sample, own, X, Z):
    """The error with what the fits of the chance (on X, logistic) and of the outcomes (on Z, linear) add to it."""
    e, d, y = own.predictions.chance, sample.treated.astype(float), sample.outcome
    rest1, rest0 = d * (y - own.predictions.with_it), (1 - d) * (y - own.predictions.without)
    slope = X.T @ (-rest1 * (1 - e) / e - rest0 * e / (1 - e))
    pull = own.influence + (X * (d - e)[:, None]) @ np.linalg.solve((X * (e * (1 - e))[:, None]).T @ X, slope)
    for share, rest, sign in ((d / e, rest1, 1), ((1 - d) / (1 - e), rest0, -1)):
        group = d if sign > 0 else 1 - d
        slope = sign * Z.T @ (1 - share)
        pull = pull + (Z * rest[:, None]) @ np.linalg.solve((Z * group[:, None]).T @ Z, slope)
    return compute_error(pull, sample.cluster)


def test_rows_of_one_customer_count_once(sample, adjusted):
    twice = np.repeat(adjusted.influence, 2)
    by_customer = compute_error(twice, np.repeat(sample.cluster, 2))
    assert by_customer == pytest.approx(adjusted.error, rel=1e-6)
    assert compute_error(twice, np.arange(len(twice))) == pytest.approx(adjusted.error / np.sqrt(2), rel=1e-3)


def test_effect_is_the_mean_of_its_parts_and_seeded(sample, adjusted):
    assert adjusted.score.sum() / adjusted.weight.sum() == pytest.approx(adjusted.effect, abs=1e-14)
    assert adjusted.influence.mean() == pytest.approx(0, abs=1e-12)
    again = fit_effect(sample, estimand="ate", recipe=QUICK, seed=1)
    assert (again.effect, again.error) == (adjusted.effect, adjusted.error)


def test_repeated_splits_give_the_middle_one(sample):
    many = fit_effect(sample, recipe=Recipe("logit", n_splits=3), seed=1)
    seeds = np.random.SeedSequence(1).generate_state(3)
    single = [
        score_rows(
            sample,
            predict_all(sample, draw_folds(sample.cluster, n_folds=5, seed=int(seed)), QUICK, LOGIT),
            estimand="att",
            recipe=QUICK,
        ).effect
        for seed in seeds
    ]
    assert many.effect == sorted(single)[1]


def test_the_record_for_verdicts_carries_it_all(sample, adjusted):
    estimate = as_estimate(sample, adjusted, method="same history")
    assert (estimate.effect, estimate.se, estimate.n) == (adjusted.effect, adjusted.error, 5000)
    assert estimate.low < estimate.effect < estimate.high and estimate.method == "same history"
    assert estimate.control_mean == pytest.approx(0.385 - 0.069 * 0.38, abs=0.03)


def test_few_contacted_who_happen_not_to_scatter_widen_the_range():
    rng = np.random.default_rng(5)
    n = 4000
    frame = pd.DataFrame({"customer_id": np.arange(n), "x": rng.normal(size=n), "is_treated": np.arange(n) < 45})
    frame["outcome"] = (rng.random(n) < 0.15).astype(float)
    few = frame.assign(outcome=frame["outcome"].where(~frame["is_treated"], 0.0))
    found = fit_effect(build_sample(few, outcome="outcome", covariates=("x",)), recipe=QUICK)
    assert found.error == pytest.approx(np.sqrt(0.15 * 0.85 / 45), rel=0.15)
    many = few.assign(is_treated=np.arange(n) < 250)
    many["outcome"] = many["outcome"].where(~many["is_treated"], 0.0)
    assert fit_effect(build_sample(many, outcome="outcome", covariates=("x",)), recipe=QUICK).error < 0.012


@pytest.mark.full
def test_few_contacted_are_covered_as_often_as_claimed():
    covered = 0
    for run in range(400):
        rng = np.random.default_rng(run)
        x = rng.normal(size=2500)
        frame = pd.DataFrame(
            {"customer_id": np.arange(2500), "x": x, "is_treated": rng.random(2500) < 0.024 * np.exp(0.4 * x)}
        )
        frame["outcome"] = rng.poisson(np.exp(-2 + 0.3 * x)).astype(float)
        low, high = fit_effect(
            build_sample(frame, outcome="outcome", covariates=("x",)), recipe=QUICK, seed=run
        ).interval()
        covered += low <= 0 <= high
    assert 0.92 <= covered / 400 <= 0.985


def test_where_the_search_begins_changes_its_length_and_not_the_effect(sample, quick, monkeypatch):
    whole = fit_effect(sample, recipe=quick, seed=1)
    part = take(sample, np.random.default_rng(1).random(sample.n) < 0.8)
    part = Sample(**{**vars(part), "cluster": np.arange(part.n)})
    began = []
    monkeypatch.setattr(
        logit, "_begin", lambda X, y, *, ridge: began.append(len(y)) or logit._fit_constant(y, X.shape[1])
    )
    cold = fit_effect(part, recipe=quick, seed=2)
    n_cold = len(began)
    warm = fit_effect(part, recipe=quick, seed=2, like=whole.predictions)
    assert n_cold == 3
    assert len(began) == n_cold
    assert warm.effect == pytest.approx(cold.effect, abs=1e-7)
    assert warm.error == pytest.approx(cold.error, abs=1e-7)


def test_another_outcome_of_the_same_rows_is_judged_as_if_all_were_fitted_again(sample, quick):
    other = np.random.default_rng(8).normal(size=sample.n) + 0.3 * sample.treated + sample.terms[:, 0]
    whole = fit_effect(Sample(**{**vars(sample), "outcome": other}), recipe=quick, seed=3)
    short = refit_outcome(sample, fit_effect(sample, recipe=quick, seed=3), other, seed=3)
    assert (short.effect, short.error) == (whole.effect, whole.error)
    assert short.effect == pytest.approx(0.3, abs=0.15)
