import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.staggered import fit_staggered
from portfolio_lab.errors import AnalysisError

NAMES = {"unit": "unit", "period": "period", "start": "start", "outcome": "orders"}
# diff-diff 3.13.0, CallawaySantAnna: overall effect and error by comparison group
DIFF_DIFF = {True: (0.6181520988829007, 0.05664001069314037), False: (0.6247543019456471, 0.05621445475962905)}
SINCE = {
    -3: (-0.07699472, 0.11069197),
    -1: (-0.02559940, 0.05291537),
    0: (0.48334736, 0.05416071),
    3: (0.84478335, 0.11797329),
}


@pytest.fixture(scope="module")
def panel():
    rng = np.random.default_rng(5)
    sim.rollout(rng, starts=(4,))
    return sim.rollout(rng)


@pytest.mark.parametrize("never_only", [True, False])
def test_equals_diff_diff(panel, never_only):
    found = fit_staggered(panel, **NAMES, never_only=never_only)
    assert (found.overall, found.overall_error) == pytest.approx(DIFF_DIFF[never_only], abs=1e-9)


def test_by_time_since_the_start(panel):
    table = fit_staggered(panel, **NAMES, never_only=True).by_since.set_index("since")
    for since, (effect, error) in SINCE.items():
        assert table.loc[since].tolist() == pytest.approx([effect, error], abs=1e-7)


def test_growing_effects_come_back():
    found = fit_staggered(sim.rollout(np.random.default_rng(8), n=3000), **NAMES)
    table = found.by_since.set_index("since")["effect"]
    np.testing.assert_allclose(table.loc[[0, 1, 2, 3]], [0.4, 0.5, 0.6, 0.7], atol=0.09)
    low, high = found.interval()
    assert low < 0.52 < high + 0.05 and high - low < 0.12


def test_gaps_and_nobody_left_are_refused(panel):
    with pytest.raises(AnalysisError, match="the panel has gaps"):
        fit_staggered(panel.drop(index=3), **NAMES)
    with pytest.raises(AnalysisError, match="no unit is left"):
        fit_staggered(panel[panel["start"] == 4], **NAMES)
