import numpy as np
import pytest
import statsmodels.api as sm

from portfolio_lab.analysis.observational.logit import add_one, fit_line, fit_logit
from portfolio_lab.errors import AnalysisError


@pytest.fixture
def drawn():
    rng = np.random.default_rng(2)
    X = add_one(rng.normal(size=(800, 3)))
    return X, (rng.random(800) < 1 / (1 + np.exp(-X @ [0.2, 1.0, -0.5, 0.0]))).astype(float)


def test_equals_maximum_likelihood(drawn):
    np.testing.assert_allclose(fit_logit(*drawn, ridge=0.0), sm.Logit(drawn[1], drawn[0]).fit(disp=0).params, atol=1e-7)


def test_equals_least_squares(drawn):
    np.testing.assert_allclose(fit_line(*drawn, ridge=0.0), sm.OLS(drawn[1], drawn[0]).fit().params, atol=1e-9)


def test_a_ridge_shrinks_and_survives_separation(drawn):
    X, _ = drawn
    apart = (X[:, 1] > 0).astype(float)
    assert np.abs(fit_logit(X, apart, ridge=10.0)[1]) < np.abs(fit_logit(X, apart, ridge=0.1)[1]) < 100
    with pytest.raises(AnalysisError, match=r"found no end|same in different words"):
        fit_logit(X, apart, ridge=0.0)


def test_twice_the_same_term_is_refused_without_a_ridge():
    X = add_one(np.repeat(np.arange(8.0)[:, None], 2, axis=1))
    with pytest.raises(AnalysisError, match=r"same in different words|not finite"):
        fit_line(X, np.arange(8.0) % 2, ridge=0.0)


@pytest.mark.parametrize(("value", "share"), [(0.0, 0.5 / 801), (1.0, 800.5 / 801)])
def test_what_everybody_or_nobody_did_has_a_chance_near_the_end(drawn, value, share):
    beta = fit_logit(drawn[0], np.full(800, value))
    assert 1 / (1 + np.exp(-beta[0])) == pytest.approx(share)
    assert not beta[1:].any()
