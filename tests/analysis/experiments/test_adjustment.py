"""Noise removed by what was known before."""

import numpy as np
import pytest
import statsmodels.api as sm

from portfolio_lab.analysis.experiments.adjustment import adjust_by_lin
from portfolio_lab.errors import AnalysisError


def draw(rng, n=400, effect=1.0, rho=0.7):
    before = rng.normal(size=n)
    treated = rng.random(n) < 0.5
    return rho * before + np.sqrt(1 - rho**2) * rng.normal(size=n) + effect * treated, treated, before


def test_it_is_the_regression_of_lin_with_hc3():
    y, d, x = draw(np.random.default_rng(0))
    centred = x - x.mean()
    design = sm.add_constant(np.column_stack([d, centred, d * centred]).astype(float))
    fitted = sm.OLS(y, design).fit(cov_type="HC3")
    adjusted = adjust_by_lin(y, d, x)
    assert adjusted.estimate.effect == pytest.approx(fitted.params[1])
    assert adjusted.estimate.se == pytest.approx(fitted.bse[1])


def test_half_the_variance_goes_where_the_past_correlates_by_seven_tenths():
    rng, reductions, covered = np.random.default_rng(1), [], 0
    for _ in range(300):
        adjusted = adjust_by_lin(*draw(rng))
        reductions.append(adjusted.variance_reduction)
        covered += adjusted.estimate.low <= 1.0 <= adjusted.estimate.high
    assert np.mean(reductions) == pytest.approx(0.49, abs=0.02)
    assert 0.92 <= covered / 300 <= 0.98


def test_columns_that_say_nothing_new_change_nothing():
    y, d, x = draw(np.random.default_rng(2))
    more = np.column_stack([x, np.ones(len(x)), 3 * x + 1])
    assert adjust_by_lin(y, d, more).estimate.effect == pytest.approx(adjust_by_lin(y, d, x).estimate.effect)
    alone = adjust_by_lin(y, d, np.ones(len(y)))
    assert alone.estimate.effect == pytest.approx(y[d].mean() - y[~d].mean())


def test_a_column_that_singles_out_a_customer_does_no_harm():
    y, d, x = draw(np.random.default_rng(4))
    plain = adjust_by_lin(y, d, x).estimate
    one = np.column_stack([x, np.where(np.arange(len(x)) == 7, x + 0.01, x)])
    assert adjust_by_lin(y, d, one).estimate.se == pytest.approx(plain.se)
    flag = np.column_stack([x, np.arange(len(x)) == 7])
    assert adjust_by_lin(y, d, flag).estimate.se == pytest.approx(plain.se)


def test_more_columns_than_customers_are_refused():
    rng = np.random.default_rng(3)
    with pytest.raises(AnalysisError, match="too few customers"):
        adjust_by_lin(rng.normal(size=12), np.arange(12) < 6, rng.normal(size=(12, 8)))
