import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.effect import compute_naive, fit_effect
from portfolio_lab.analysis.observational.restricted import derive_restricted_days
from portfolio_lab.analysis.observational.sample import build_sample
from portfolio_lab.analysis.survival.restricted_mean import compute_restricted_mean
from portfolio_lab.errors import AnalysisError


def recover(n_runs, quick):
    errors, covered, naive = [], 0, []
    for run in range(n_runs):
        rows = sim.time_to_the_next_order(np.random.default_rng(run))
        rows["days"] = derive_restricted_days(rows, limit=sim.S6_TAU)
        sample = build_sample(rows, outcome="days", covariates=("x", "z"))
        found = fit_effect(sample, estimand="ate", recipe=quick, seed=run)
        low, high = found.interval()
        truth = rows["effect_hidden"].mean()
        errors.append(found.effect - truth)
        covered += low <= truth <= high
        naive.append(compute_naive(sample))
    return np.array(errors), covered, np.array(naive)


def test_without_censoring_they_are_the_days_themselves():
    rows = pd.DataFrame({"duration": [3.0, 8.0, 20.0, 5.0], "event_observed": True})
    np.testing.assert_allclose(derive_restricted_days(rows, limit=10), [3, 8, 10, 5], atol=1e-12)


def test_their_mean_and_spread_are_those_of_the_curve():
    rows = sim.time_to_the_next_order(np.random.default_rng(4), n=1500)
    values = derive_restricted_days(rows, limit=90.0)
    mean, error = compute_restricted_mean(rows.assign(entry=0.0), limit=90.0)
    assert values.mean() == pytest.approx(mean, abs=1e-9)
    assert values.std() / np.sqrt(len(values)) == pytest.approx(error, rel=0.01)


def test_days_earlier_come_back_where_the_simple_gap_has_the_wrong_sign(quick):
    errors, covered, naive = recover(15, quick)
    assert abs(errors.mean()) <= 0.4 + 2.6 * errors.std() / np.sqrt(15)
    assert covered >= 11 and (naive > 0).all()


@pytest.mark.full
def test_days_earlier_over_three_hundred_companies(quick):
    errors, covered, _ = recover(300, quick)
    assert abs(errors.mean()) <= 0.4 and 0.92 <= covered / 300 <= 0.98


def test_a_limit_that_nobody_reaches_is_refused():
    rows = pd.DataFrame({"duration": [3.0, 8.0], "event_observed": [True, False]})
    with pytest.raises(AnalysisError, match="cannot be counted"):
        derive_restricted_days(rows, limit=9)
    derive_restricted_days(rows, limit=8)
