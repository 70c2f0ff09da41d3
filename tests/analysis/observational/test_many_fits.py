import numpy as np
import pytest

from portfolio_lab.analysis.observational.logit import add_one, fit_line, fit_logit
from portfolio_lab.analysis.observational.many_fits import bend_all, fit_lines, fit_logits


@pytest.fixture(scope="module")
def divided():
    """Terms, a yes or no, and 6 divisions of the rows, the last of them small."""
    rng = np.random.default_rng(5)
    X = add_one(rng.normal(size=(900, 7)))
    y = (rng.random(900) < 1 / (1 + np.exp(1 - X[:, 1] - 0.5 * X[:, 2]))).astype(float)
    counted = rng.random((900, 6)) < np.array([0.9, 0.7, 0.5, 0.3, 0.2, 0.08])
    return X, y, counted


def test_each_logistic_fit_is_what_it_would_be_alone(divided):
    X, y, counted = divided
    found = fit_logits(X, y[:, None], counted, ridge=0.1)
    for k in range(6):
        rows = counted[:, k]
        assert found[:, k] == pytest.approx(fit_logit(X[rows], y[rows], ridge=0.1), abs=2e-3)


def test_each_may_be_told_something_else_of_the_same_rows(divided):
    X, _, counted = divided
    found = fit_logits(X, counted.astype(float), np.ones_like(counted), ridge=0.1)
    for k in range(6):
        assert found[:, k] == pytest.approx(fit_logit(X, counted[:, k].astype(float), ridge=0.1), abs=2e-3)


def test_where_nobody_did_it_the_chance_is_as_of_one_fit_alone(divided):
    X, y, counted = divided
    nobody = np.where(counted[:, 5], 0.0, y)
    found = fit_logits(X, nobody[:, None], counted, ridge=0.1, start=np.zeros(8))
    rows = counted[:, 5]
    assert found[:, 5] == pytest.approx(fit_logit(X[rows], nobody[rows], ridge=0.1), abs=1e-9)
    assert found[1:, 5] == pytest.approx(np.zeros(7))


def test_a_term_that_tells_all_is_held_back_by_the_ridge(divided):
    X, _, counted = divided
    told = (X[:, 1] > 0).astype(float)
    found = fit_logits(X, told[:, None], counted, ridge=0.1)
    rows = counted[:, 0]
    assert found[:, 0] == pytest.approx(fit_logit(X[rows], told[rows], ridge=0.1), rel=0.02, abs=0.02)


def test_each_line_is_what_it_would_be_alone(divided):
    X, y, counted = divided
    amount = y * 3 + X[:, 3]
    found = fit_lines(X, amount, counted, ridge=0.1)
    for k in range(6):
        rows = counted[:, k]
        assert found[:, k] == pytest.approx(fit_line(X[rows], amount[rows], ridge=0.1), abs=1e-9)


def test_products_of_terms_are_weighted(divided):
    X, y, counted = divided
    weight = counted * (1 + y[:, None])
    bent = bend_all(X, weight)
    assert bent.shape == (6, 8, 8)
    assert bent[2] == pytest.approx(X.T @ (X * weight[:, 2:3]))
