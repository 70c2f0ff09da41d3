"""How large an experiment must be."""

import numpy as np
import pytest

from portfolio_lab.analysis.experiments.planning import (
    compute_mde,
    compute_mde_of_means,
    compute_n_per_group,
    compute_power,
)
from portfolio_lab.errors import AnalysisError


def test_three_points_on_twelve_percent_need_two_thousand_in_each_group():
    assert compute_n_per_group(0.03, baseline_rate=0.12) == pytest.approx(2036, abs=4)


def test_power_is_that_of_simulated_experiments():
    rng, n, hits = np.random.default_rng(0), 800, 0
    for _ in range(2000):
        a, b = rng.binomial(n, 0.17) / n, rng.binomial(n, 0.12) / n
        pooled = (a + b) / 2
        hits += abs(a - b) > 1.96 * np.sqrt(2 * pooled * (1 - pooled) / n)
    assert hits / 2000 == pytest.approx(compute_power(0.05, baseline_rate=0.12, n_treated=n, n_control=n), abs=0.03)


def test_the_detectable_effect_has_the_wanted_power():
    sizes = {"baseline_rate": 0.3, "n_treated": 900, "n_control": 300}
    effect = compute_mde(**sizes)
    assert compute_power(effect, **sizes) == pytest.approx(0.80)
    assert compute_mde(baseline_rate=0.98, n_treated=50, n_control=10) is None
    assert compute_mde_of_means(1.0) == pytest.approx(2.802, abs=1e-3)


def test_a_tenth_held_out_needs_nearly_three_times_the_customers():
    n = 2 * compute_n_per_group(0.03, baseline_rate=0.12)
    sizes = {"baseline_rate": 0.12, "n_treated": 0.9 * 2.8 * n, "n_control": 0.1 * 2.8 * n}
    assert compute_power(0.03, **sizes) == pytest.approx(0.80, abs=0.02)


@pytest.mark.parametrize(("effect", "base"), [(0.5, 0.6), (0.1, -0.1)])
def test_shares_beyond_one_are_refused(effect, base):
    with pytest.raises(AnalysisError, match="no power"):
        compute_power(effect, baseline_rate=base, n_treated=10, n_control=10)


def test_an_effect_of_nothing_is_refused():
    with pytest.raises(AnalysisError, match="effect of nothing"):
        compute_n_per_group(0.0, baseline_rate=0.1)
