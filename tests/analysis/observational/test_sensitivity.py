import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.sample import build_sample, leave_out
from portfolio_lab.analysis.observational.sensitivity import (
    benchmark_covariates,
    compute_e_value,
    compute_e_values,
    compute_robustness,
)


@pytest.mark.parametrize(("ratio", "value"), [(3.9, 7.26), (1.8, 3.00), (1 / 3.9, 7.26), (1.0, 1.0)])
def test_published_e_values(ratio, value):
    assert compute_e_value(ratio) == pytest.approx(value, abs=0.005)


def test_e_value_of_an_interval_that_holds_zero_is_one(adjusted):
    wide = type(adjusted)(**{**vars(adjusted), "error": adjusted.effect})
    of_effect, of_limit = compute_e_values(wide)
    assert of_limit == 1.0 < of_effect
    ratio = 1 + adjusted.effect / adjusted.control_mean
    assert of_effect == pytest.approx(compute_e_value(ratio))


def test_e_value_of_an_amount_uses_its_spread(adjusted):
    assert compute_e_values(adjusted, spread=1.0)[0] == pytest.approx(compute_e_value(np.exp(0.91 * adjusted.effect)))


def test_robustness_is_near_doublemls(quick):
    # doubleml 0.11.4 on the same data and folds: 8.07 % (of the effect) and 5.09 % (of its one-sided limit)
    frame = sim.confounded_contacts(np.random.default_rng(11), n=3000)
    frame["outcome"] += frame["decline"] ** 2
    sample = build_sample(frame, outcome="outcome", covariates=sim.S1_COVARIATES)
    robust = compute_robustness(sample, fit_effect(sample, estimand="ate", recipe=quick, seed=3), level=0.9)
    assert robust.value == pytest.approx(0.0807, abs=0.012)
    assert robust.value_of_limit == pytest.approx(0.0509, abs=0.012)


def test_the_strongest_covariate_is_the_one_that_decided(sample, adjusted):
    table = benchmark_covariates(sample, adjusted)
    assert table["covariate"].iloc[0] == "decline"
    assert table["shift"].iloc[0] < -0.04
    assert table["strength"].is_monotonic_decreasing and (table["strength"] >= 0).all()


def test_without_decline_something_as_strong_as_decline_flips_the_sign(sample, adjusted, quick):
    unknown = leave_out(leave_out(sample, "decline"), "days_since")
    found = fit_effect(unknown, estimand="ate", recipe=quick)
    strength = benchmark_covariates(sample, adjusted).set_index("covariate")["strength"]["decline"]
    assert found.effect < 0 < sim.S1_ATE
    assert compute_robustness(unknown, found).value < strength


def test_a_benchmark_of_many_rows_takes_a_part(quick):
    sample = build_sample(
        sim.confounded_contacts(np.random.default_rng(2), n=24_000), outcome="outcome", covariates=("decline", "claim")
    )
    found = fit_effect(sample, recipe=quick)
    table = benchmark_covariates(sample, found, seed=1)
    assert table["covariate"].tolist() == ["decline", "claim"]


def test_where_nothing_varies_nothing_is_robust(sample, adjusted):
    still = np.zeros(sample.n)
    predictions = type(adjusted.predictions)(adjusted.predictions.chance, still, still, ("logit",) * 3)
    fixed = type(adjusted)(**{**vars(adjusted), "predictions": predictions, "effect": 0.0})
    found = compute_robustness(type(sample)(**{**vars(sample), "outcome": still}), fixed)
    assert (found.value, found.value_of_limit) == (0.0, 0.0)
