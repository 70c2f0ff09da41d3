import numpy as np
import pandas as pd
import pytest
from simulators.value import simulate_latent_attrition

from portfolio_lab.analysis.purchase_models.fitting import (
    FITS,
    compute_log_likelihood,
    declare_purchase_model,
    draw_parameters,
    fit_bg_nbd,
    fit_mbg_nbd,
    fit_pareto_nbd,
    fit_purchase_model,
    summarise_parameters,
)
from portfolio_lab.errors import AnalysisError

PUBLISHED = {
    "bg_nbd": ((0.24259, 4.41353, 0.79289, 2.42575), (0.0126, 0.3782, 0.1857, 0.7053), -9582.4256),
    "mbg_nbd": ((0.5248, 6.183, 0.8914, 1.614), (0.0833, 0.6956, 0.1548, 0.5374), -9582.13),
    "pareto_nbd": ((0.5533, 10.578, 0.6061, 11.667), (0.0476, 0.8427, 0.1873, 6.21), -9594.976),
}
TRUTH = {
    "mbg_nbd": (0.85, 1.45, 0.79, 2.42),
    "bg_nbd": (0.85, 1.45, 0.79, 2.42),
    "pareto_nbd": (0.8, 4.0, 1.2, 40.0),
}


@pytest.mark.parametrize("family", PUBLISHED)
def test_cdnow_gives_the_published_estimates_and_standard_errors(cdnow, family):
    estimates, errors, value = PUBLISHED[family]
    model = fit_purchase_model(cdnow, family=family)
    table = summarise_parameters(model)
    assert model.parameters == pytest.approx(estimates, rel=6e-4)
    assert table["standard_error"].tolist() == pytest.approx(errors, rel=5e-3)
    assert model.log_likelihood == pytest.approx(value, abs=5e-3)
    assert compute_log_likelihood(cdnow, model=model) == pytest.approx(model.log_likelihood)
    assert ((table["low"] < table["estimate"]) & (table["estimate"] < table["high"]) & (table["low"] > 0)).all()


@pytest.mark.parametrize("family", ["mbg_nbd", "bg_nbd"])
def test_known_parameters_are_recovered_within_ten_percent(family):
    lives = simulate_latent_attrition(family=family, parameters=TRUTH[family], n_customers=8000, seed=11)
    fitted = FITS[family](lives)
    assert fitted.parameters == pytest.approx(TRUTH[family], rel=0.10)


@pytest.mark.full
@pytest.mark.parametrize("family", TRUTH)
def test_intervals_hold_the_truth_as_often_as_they_claim(family):
    hits = []
    for seed in range(60):
        lives = simulate_latent_attrition(family=family, parameters=TRUTH[family], n_customers=1500, seed=seed)
        table = summarise_parameters(FITS[family](lives))
        hits.append((table["low"] < TRUTH[family]) & (table["high"] > TRUTH[family]))
    assert np.mean(hits, axis=0) == pytest.approx(0.95, abs=0.085)


def test_the_unit_of_time_moves_only_the_parameters_in_time(cdnow):
    weeks, days = fit_pareto_nbd(cdnow), fit_pareto_nbd(cdnow.assign(
        last_repeat_days=cdnow["last_repeat_days"] * 7, tenure_days=cdnow["tenure_days"] * 7))  # fmt: skip
    assert np.array(days.parameters) / np.array(weeks.parameters) == pytest.approx([1, 7, 1, 7], rel=1e-4)


def test_a_sample_only_starts_the_search_and_never_decides_it():
    lives = simulate_latent_attrition(family="bg_nbd", parameters=TRUTH["bg_nbd"], n_customers=40_000, seed=2)
    fitted = fit_bg_nbd(lives)
    for i, value in enumerate(fitted.parameters):
        for factor in (0.99, 1.01):
            moved = list(fitted.parameters)
            moved[i] = value * factor
            other = declare_purchase_model("bg_nbd", **dict(zip(fitted.names, moved, strict=True)))
            assert compute_log_likelihood(lives, model=other) < fitted.log_likelihood
    assert fitted.n_customers == 40_000


def test_draws_spread_as_the_standard_errors_say(cdnow):
    model = fit_bg_nbd(cdnow)
    draws = np.log([draw.parameters for draw in draw_parameters(model, n_draws=4000, seed=1)])
    assert draws.std(axis=0) == pytest.approx(np.sqrt(np.diag(model.covariance)), rel=0.06)
    assert draw_parameters(model, n_draws=2, seed=1) == draw_parameters(model, n_draws=2, seed=1)


def test_what_cannot_be_fitted_is_refused():
    few = pd.DataFrame({"n_repeats": [0.0] * 29, "last_repeat_days": 0.0, "tenure_days": 9.0})
    with pytest.raises(AnalysisError, match="29 customers, 0 with a repeat"):
        fit_mbg_nbd(few)
    with pytest.raises(AnalysisError, match="no purchase model of this name"):
        fit_purchase_model(few, family="weibull")


def test_data_without_any_leaving_do_not_identify_the_model():
    rng = np.random.default_rng(0)
    steady = pd.DataFrame({"n_repeats": rng.poisson(20, 500) + 1.0, "tenure_days": 100.0})
    steady["last_repeat_days"] = 100.0
    with pytest.raises(AnalysisError, match="do not identify"):
        fit_bg_nbd(steady)


def test_a_declared_model_needs_exactly_its_parameters_and_has_no_uncertainty():
    with pytest.raises(AnalysisError, match="exactly the parameters r, alpha, s, beta"):
        declare_purchase_model("pareto_nbd", r=1, alpha=1, a=1, b=1)
    with pytest.raises(AnalysisError, match="above zero"):
        declare_purchase_model("bg_nbd", r=1, alpha=1, a=0, b=1)
    with pytest.raises(AnalysisError, match="no purchase model of this name"):
        declare_purchase_model("nbd", r=1)
    with pytest.raises(AnalysisError, match="no uncertainty"):
        draw_parameters(declare_purchase_model("bg_nbd", r=1, alpha=1, a=1, b=1), n_draws=1, seed=0)
