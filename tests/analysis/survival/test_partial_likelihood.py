import numpy as np
import pytest

from portfolio_lab.analysis.survival.partial_likelihood import (
    build_grid,
    compute_schoenfeld,
    compute_score_residuals,
    evaluate,
    sum_at_risk,
    sum_while_at_risk,
)


def _grid(weighted=False, n=60):
    rng = np.random.default_rng(8)
    entry = np.where(rng.random(n) < 0.4, rng.integers(1, 5, n), -np.inf)
    return build_grid(
        rng.normal(size=(n, 2)),
        entry=entry,
        stop=np.maximum(entry, 0) + rng.integers(1, 9, n),
        is_event=rng.random(n) < 0.6,
        stratum=rng.integers(0, 2, n),
        weight=rng.integers(1, 4, n).astype(float) if weighted else np.ones(n),
    )


def _efron_by_loops(rows, beta):
    """The definition, term by term."""
    X, entry, stop, is_event, stratum, weight = rows
    total = 0.0
    for s, t in sorted(set(zip(stratum[is_event], stop[is_event], strict=True))):
        tied = is_event & (stop == t) & (stratum == s)
        at_risk = (entry < t) & (stop >= t) & (stratum == s)
        risk = weight * np.exp(X @ beta)
        for n_before in range(tied.sum()):
            left = risk[at_risk].sum() - n_before / tied.sum() * risk[tied].sum()
            total -= weight[tied].mean() * np.log(left)
        total += (weight[tied] * (X[tied] @ beta)).sum()
    return total


@pytest.mark.parametrize("weighted", [False, True])
def test_log_likelihood_is_the_definition(weighted):
    rng = np.random.default_rng(8)
    n = 60
    entry = np.where(rng.random(n) < 0.4, rng.integers(1, 5, n), -np.inf)
    X = rng.normal(size=(n, 2))
    stop = np.maximum(entry, 0) + rng.integers(1, 9, n)
    is_event, stratum = rng.random(n) < 0.6, rng.integers(0, 2, n)
    weight = rng.integers(1, 4, n).astype(float) if weighted else np.ones(n)
    grid = build_grid(X, entry=entry, stop=stop, is_event=is_event, stratum=stratum, weight=weight)
    beta = np.array([0.4, -0.7])
    assert evaluate(grid, beta).log_likelihood == pytest.approx(
        _efron_by_loops((X, entry, stop, is_event, stratum, weight), beta), rel=1e-12
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_gradient_and_information_are_derivatives(weighted):
    grid, beta, step = _grid(weighted), np.array([0.3, -0.2]), 1e-5
    found = evaluate(grid, beta)
    for j, unit in enumerate(np.eye(2) * step):
        up, down = evaluate(grid, beta + unit), evaluate(grid, beta - unit)
        assert found.gradient[j] == pytest.approx((up.log_likelihood - down.log_likelihood) / (2 * step), abs=1e-6)
        assert found.information[j] == pytest.approx((down.gradient - up.gradient) / (2 * step), abs=1e-5)


@pytest.mark.parametrize("weighted", [False, True])
def test_score_residuals_sum_to_the_gradient(weighted):
    grid, beta = _grid(weighted), np.array([0.3, -0.2])
    assert compute_score_residuals(grid, beta).sum(axis=0) == pytest.approx(evaluate(grid, beta).gradient)


def test_schoenfeld_residuals_sum_to_the_gradient():
    grid, beta = _grid(), np.array([0.3, -0.2])
    assert compute_schoenfeld(grid, beta).sum(axis=0) == pytest.approx(evaluate(grid, beta).gradient)


def test_sums_over_risk_sets_by_hand():
    """Rows (0, 2], (1, 3], (2, 3]; events at 2 and 3."""
    grid = build_grid(
        np.zeros((3, 1)),
        entry=np.array([-np.inf, 1, 2]),
        stop=np.array([2.0, 3, 3]),
        is_event=np.array([True, True, False]),
        stratum=np.zeros(3, dtype=int),
        weight=np.ones(3),
    )
    assert sum_at_risk(grid, np.array([1.0, 10, 100])).tolist() == [11, 110]
    assert sum_while_at_risk(grid, np.array([5.0, 7.0])).tolist() == [5, 12, 7]
