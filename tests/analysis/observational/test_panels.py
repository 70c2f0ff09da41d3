import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.panels import fit_event_study, look_before
from portfolio_lab.errors import AnalysisError

NAMES = {"unit": "unit", "period": "period", "start": "start", "outcome": "orders"}


@pytest.fixture(scope="module")
def panel():
    return sim.rollout(np.random.default_rng(5), starts=(4,))


def test_equals_pyfixest_to_six_digits(panel):
    # pyfixest 0.60.0: feols("orders ~ i(rel, ref=-1) | unit + period", vcov={"CRV1": "unit"})
    found = fit_event_study(panel, **NAMES).effects
    assert found["since"].tolist() == [-3, -2, 0, 1, 2]
    np.testing.assert_allclose(found["effect"], [-0.029535, 0.054711, 0.439336, 0.504110, 0.611541], atol=1e-6)
    np.testing.assert_allclose(found["error"], [0.088005, 0.082318, 0.083196, 0.086750, 0.078086], atol=1e-6)


def test_what_the_periods_before_could_have_shown(panel):
    seen = look_before(fit_event_study(panel, **NAMES))
    assert seen.passed and seen.breakdown > 1
    assert seen.bias_unseen == pytest.approx(2 * seen.slope_seen)
    larger = look_before(fit_event_study(sim.rollout(np.random.default_rng(5), n=3000, starts=(4,)), **NAMES))
    assert larger.slope_seen < 0.5 * seen.slope_seen


@pytest.mark.parametrize("n_runs", [15, pytest.param(40, marks=pytest.mark.full)])
def test_the_look_before_has_the_power_that_it_states(panel, n_runs):
    seen = look_before(fit_event_study(panel, **NAMES))
    found = 0
    for run in range(n_runs):
        drifting = sim.rollout(np.random.default_rng(run), starts=(4,))
        drifting["orders"] += seen.slope_seen * drifting["period"] * drifting["start"].notna()
        found += not look_before(fit_event_study(drifting, **NAMES)).passed
    assert 0.6 <= found / n_runs < 1


def test_groups_that_drift_apart_fail(panel):
    drifting = panel.assign(orders=panel["orders"] + 0.4 * panel["period"] * panel["start"].notna())
    seen = look_before(fit_event_study(drifting, **NAMES))
    assert not seen.passed and seen.breakdown < 5


def test_several_starts_or_none_without_are_refused(panel):
    with pytest.raises(AnalysisError, match="one start and units without"):
        fit_event_study(sim.rollout(np.random.default_rng(1)), **NAMES)
    with pytest.raises(AnalysisError, match="one start and units without"):
        fit_event_study(panel[panel["start"].notna()], **NAMES)


def test_two_periods_before_are_needed():
    short = sim.rollout(np.random.default_rng(1), starts=(3,))
    with pytest.raises(AnalysisError, match="too few periods before"):
        look_before(fit_event_study(short, **NAMES))
