import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.matching import Matched, compare_estimators, match_pairs
from portfolio_lab.analysis.observational.sample import build_sample
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize(("estimand", "truth"), [("ate", sim.S1_ATE), ("att", sim.S1_ATT)])
def test_pairs_of_neighbours_give_the_effect_back(quick, estimand, truth):
    errors = []
    for run in range(8):
        frame = sim.confounded_contacts(np.random.default_rng(run))
        sample = build_sample(frame, outcome="outcome", covariates=sim.S1_COVARIATES)
        second = match_pairs(sample, fit_effect(sample, estimand=estimand, recipe=quick, seed=run))
        errors.append((second.effect - truth) / second.error)
    assert abs(np.mean(errors)) < 2.6 / np.sqrt(8) + 0.3
    assert np.std(errors) < 2


def test_everybody_is_paired_or_counted(sample, quick):
    second = match_pairs(sample, fit_effect(sample, recipe=quick))
    assert second.n_pairs + second.n_unmatched == sample.treated.sum()


def test_agreement_is_to_one_pooled_error(adjusted):
    near = Matched(adjusted.effect + 0.9 * np.hypot(adjusted.error, 0.01), 0.01, 100, 0)
    far = Matched(adjusted.effect + 1.1 * np.hypot(adjusted.error, 0.01), 0.01, 100, 3)
    assert compare_estimators(adjusted, near).passed
    assert not compare_estimators(adjusted, far).passed
    assert "3 customers had no neighbour" in compare_estimators(adjusted, far).sentence


def test_without_neighbours_it_is_refused(sample, adjusted):
    apart = type(adjusted.predictions)(
        np.where(sample.treated, 0.999, 0.001),
        adjusted.predictions.without,
        adjusted.predictions.with_it,
        ("logit",) * 3,
    )
    with pytest.raises(AnalysisError, match="hardly anybody has a neighbour"):
        match_pairs(sample, type(adjusted)(**{**vars(adjusted), "predictions": apart}))
