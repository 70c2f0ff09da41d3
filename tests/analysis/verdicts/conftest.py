"""A case and an estimate that the tests of verdicts vary."""

import pytest

from portfolio_lab.analysis.verdicts import Estimate, PlanCase


@pytest.fixture
def make_estimate():
    def make(effect=0.05, se=0.01, *, low=None, high=None, n_treated=1000, n_control=500, control_mean=0.12):
        low, high = effect - 1.96 * se if low is None else low, effect + 1.96 * se if high is None else high
        return Estimate(effect, se, low, high, n_treated, n_control, control_mean)

    return make


@pytest.fixture
def case():
    return PlanCase("P1", "purchase", "binary", mwe=0.03, cost_amount=3.0, margin_amount=100.0, n_per_month=500.0)
