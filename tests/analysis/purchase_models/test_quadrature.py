import numpy as np
import pytest
from scipy.special import betaln

from portfolio_lab.analysis.purchase_models.quadrature import beta_nodes, geometric_nodes, legendre


def test_legendre_integrates_powers_on_the_unit_interval():
    nodes, weights = legendre(8)
    assert [np.dot(weights, nodes**k) for k in range(15)] == pytest.approx([1 / (k + 1) for k in range(15)])


@pytest.mark.parametrize("a", [0.05, 0.8, 1.0, 30.0])
def test_beta_rule_gives_the_moments_of_the_density_for_small_and_huge_shapes(a):
    b = np.array([0.3, 1.0, 40.0, 5000.0])
    nodes, weights = beta_nodes(a, b, 20)
    assert weights.sum(axis=1) == pytest.approx(1)
    for power in (1, 2, 7):
        exact = np.exp(betaln(a + power, b) - betaln(a, b))
        assert np.einsum("ij,ij->i", weights, nodes**power) == pytest.approx(exact, rel=1e-8)


def test_short_sums_are_exact_and_long_ones_nearly():
    points, weights = geometric_nodes(0.9, 5, 3)
    assert np.dot(weights, points**2) == pytest.approx(sum(0.9**k * k**2 for k in range(1, 6)))
    k = np.arange(1, 2601)
    points, weights = geometric_nodes(1.1 ** (-1 / 12), 2600, 32)
    exact = np.sum(1.1 ** (-k / 12) * (1 - (1 + k / 3.0) ** -0.7))
    assert np.dot(weights, 1 - (1 + points / 3.0) ** -0.7) == pytest.approx(exact, rel=1e-8)
