import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.instrument import fit_encouragement
from portfolio_lab.errors import AnalysisError

NAMES = {"outcome": "outcome", "treatment": "is_executed", "encouragement": "is_planned"}


def test_the_effect_on_those_moved_comes_back():
    found = [fit_encouragement(sim.half_executed_plan(np.random.default_rng(run)), **NAMES) for run in range(40)]
    errors = np.array([each.effect for each in found]) - sim.S5_CACE
    assert abs(errors.mean()) <= 0.01
    covered = sum(low <= sim.S5_CACE <= high for low, high in (each.interval() for each in found))
    assert covered >= 34
    assert np.mean([each.offer_effect for each in found]) == pytest.approx(0.054, abs=0.006)


def test_it_is_the_ratio_of_two_differences():
    rows = sim.half_executed_plan(np.random.default_rng(1), n=2000)
    found = fit_encouragement(rows, **NAMES)
    means = rows.groupby("is_planned")[["outcome", "is_executed"]].mean()
    gap = means.loc[True] - means.loc[False]
    assert found.effect == pytest.approx(gap["outcome"] / gap["is_executed"], abs=1e-12)
    assert (found.offer_effect, found.moved_share) == pytest.approx((gap["outcome"], gap["is_executed"]), abs=1e-12)


def test_doubled_rows_of_a_customer_do_not_count_twice():
    rows = sim.half_executed_plan(np.random.default_rng(1), n=2000)
    twice = rows.loc[np.repeat(rows.index, 2)]
    single = fit_encouragement(rows, **NAMES)
    assert fit_encouragement(twice, **NAMES, cluster="customer_id").error == pytest.approx(single.error, rel=1e-9)
    assert fit_encouragement(twice, **NAMES).error < 0.8 * single.error


def test_an_encouragement_that_moves_nobody_is_refused():
    rows = sim.half_executed_plan(np.random.default_rng(1), n=2000)
    rows["is_planned"] = np.random.default_rng(2).random(2000) < 0.5
    with pytest.raises(AnalysisError, match="hardly anybody was moved"):
        fit_encouragement(rows, **NAMES)
