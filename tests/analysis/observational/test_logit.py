import numpy as np
import pytest
import statsmodels.api as sm

from portfolio_lab.analysis.observational import logit
from portfolio_lab.analysis.observational.logit import Fitted, add_one, fit_line, fit_logit, search_logit
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


def test_many_rows_begin_at_the_end_of_a_search_among_some_and_end_where_others_do():
    """So many rows, and a rare outcome, that the search begins at a part and keeps its curvature."""
    rng = np.random.default_rng(5)
    X = add_one(rng.normal(size=(9_000, 6)))
    y = (rng.random(9_000) < 1 / (1 + np.exp(4 - X[:, 1:4].sum(axis=1)))).astype(float)
    found = fit_logit(X, y, ridge=1e-9)
    np.testing.assert_allclose(found, sm.Logit(y, X).fit(disp=0).params, atol=1e-6)
    np.testing.assert_allclose(fit_logit(X, y, ridge=1e-9, start=np.full(7, 0.3)), found, atol=1e-6)
    in_order = np.argsort(y, kind="stable")  # the part at which the search begins need not be like the rest
    np.testing.assert_allclose(fit_logit(X[in_order], y[in_order], ridge=1e-9), found, atol=1e-6)


def test_a_search_that_may_end_early_does_so_and_is_as_near_as_was_asked(drawn):
    exact = fit_logit(*drawn)
    np.testing.assert_allclose(fit_logit(*drawn, near=1e-4), exact, atol=1e-4)
    assert np.abs(fit_logit(*drawn, near=1.0) - exact).max() > 1e-4
    np.testing.assert_allclose(fit_logit(*drawn, start=exact + 0.3), exact, atol=1e-6)


@pytest.fixture
def alike(monkeypatch):
    """Two logistic samples of the same kind, and how often a curvature was computed since the last look."""
    rng = np.random.default_rng(3)
    X = add_one(rng.normal(size=(6_000, 8)))
    y = (rng.random(6_000) < 1 / (1 + np.exp(1 - X[:, 1] + X[:, 2]))).astype(float)
    bent, bend = [], logit._bend
    monkeypatch.setattr(logit, "_bend", lambda terms, p: bent.append(1) or bend(terms, p))

    def count():
        n = len(bent)
        bent.clear()
        return n

    return (X[:4_000], y[:4_000]), (X[2_000:], y[2_000:]), count


def test_a_search_by_the_curvature_of_another_ends_at_the_same_place_without_one_of_its_own(alike):
    first, second, count = alike
    known = search_logit(*first)
    own = search_logit(*second)
    assert count() > 2
    again = search_logit(*second, like=known)
    assert count() == 0
    np.testing.assert_allclose(again.beta, own.beta, atol=1e-7)
    np.testing.assert_allclose(again.inverse, known.inverse)
    np.testing.assert_allclose(own.inverse, known.inverse, atol=0.2 * np.abs(own.inverse).max())


def test_a_curvature_that_does_not_fit_is_given_up(alike):
    _, second, _ = alike
    wrong = Fitted(np.zeros(9), np.eye(9) * 100)
    np.testing.assert_allclose(search_logit(*second, like=wrong).beta, search_logit(*second).beta, atol=1e-6)


def test_of_a_search_by_fewer_terms_the_curvature_is_that_of_those_terms(alike):
    first, _, count = alike
    whole, kept = search_logit(*first), np.arange(9) != 4
    fewer = whole.keep_terms(kept)
    np.testing.assert_allclose(
        np.linalg.inv(fewer.inverse), np.linalg.inv(whole.inverse)[np.ix_(kept, kept)], atol=1e-8
    )
    exact = search_logit(first[0][:, kept], first[1])
    count()
    np.testing.assert_allclose(search_logit(first[0][:, kept], first[1], like=fewer).beta, exact.beta, atol=1e-7)
    assert count() == 0
    assert Fitted(np.arange(9.0)).keep_terms(kept).inverse is None
