import numpy as np
import pandas as pd
import pytest
from simulators.value import simulate_latent_attrition

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model, fit_purchase_model
from portfolio_lab.analysis.purchase_models.predictions import (
    compute_alive_probability,
    compute_count_probabilities,
    compute_expected_purchases,
    compute_new_customer_purchases,
    compute_return_probability,
)
from portfolio_lab.errors import AnalysisError

FAMILIES = ("mbg_nbd", "bg_nbd", "pareto_nbd")
BG = declare_purchase_model("bg_nbd", r=0.24259, alpha=4.41353, a=0.79289, b=2.42575)
MBG = declare_purchase_model("mbg_nbd", r=0.5248, alpha=6.183, a=0.8914, b=1.614)
PARETO = declare_purchase_model("pareto_nbd", r=0.5533, alpha=10.578, s=0.606, beta=11.669)
MODELS = dict(zip(FAMILIES, (MBG, BG, PARETO), strict=True))


def _one(x, last, tenure):
    return pd.DataFrame({"n_repeats": [float(x)], "last_repeat_days": [last], "tenure_days": [tenure]})


def test_published_expectations_for_a_new_cdnow_customer():
    expected = compute_new_customer_purchases(np.array([0.1429, 1, 3, 31.8571, 32, 78]), model=BG)
    assert expected.round(4).tolist() == [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8579]


def test_published_conditional_expectation():
    assert compute_expected_purchases(_one(2, 30.43, 38.86), model=BG, horizon_days=39)[0] == pytest.approx(
        1.226, abs=5e-4
    )


@pytest.mark.parametrize(("family", "alive"), [("bg_nbd", 1.0), ("mbg_nbd", 0.389), ("pareto_nbd", 0.294)])
def test_a_silent_one_time_buyer_is_gone_except_under_bg(family, alive):
    assert compute_alive_probability(_one(0, 0.0, 39.0), model=MODELS[family])[0] == pytest.approx(alive, abs=5e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_silence_lowers_every_chance_and_purchases_raise_it(family):
    silent = pd.DataFrame({"n_repeats": 3.0, "last_repeat_days": 20.0, "tenure_days": np.arange(20.0, 200.0, 5.0)})
    for compute in (
        lambda t: compute_alive_probability(t, model=MODELS[family]),
        lambda t: compute_return_probability(t, model=MODELS[family], horizon_days=13),
        lambda t: compute_expected_purchases(t, model=MODELS[family], horizon_days=13),
    ):
        chances = compute(silent)
        assert (np.diff(chances) < 0).all()
        assert (chances >= 0).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_return_probability_grows_with_the_horizon_towards_alive(family):
    one = _one(5, 30.0, 39.0)
    chances = [compute_return_probability(one, model=MODELS[family], horizon_days=h)[0] for h in (1, 10, 100, 1e6)]
    alive = compute_alive_probability(one, model=MODELS[family])[0]
    assert chances == sorted(chances)
    assert chances[-1] <= alive + 1e-12
    if family != "pareto_nbd":
        assert chances[-1] == pytest.approx(alive, rel=1e-6)


@pytest.mark.parametrize("family", ["mbg_nbd", "pareto_nbd"])
def test_sums_over_customers_match_what_happened_in_the_simulation(family):
    truth = {"mbg_nbd": (0.85, 1.45, 0.79, 2.42), "pareto_nbd": (0.8, 4.0, 1.2, 40.0)}[family]
    lives = simulate_latent_attrition(family=family, parameters=truth, n_customers=8000, seed=7)
    model = fit_purchase_model(lives, family=family)
    assert compute_alive_probability(lives, model=model).sum() == pytest.approx(lives["is_alive"].sum(), rel=0.05)
    bought = compute_expected_purchases(lives, model=model, horizon_days=26)
    assert bought.sum() == pytest.approx(lives["n_later"].sum(), rel=0.05)
    back = compute_return_probability(lives, model=model, horizon_days=26)
    assert back.sum() == pytest.approx((lives["n_later"] > 0).sum(), rel=0.05)


@pytest.mark.parametrize("family", FAMILIES)
def test_results_do_not_depend_on_the_order_or_the_company_of_rows(family):
    lives = simulate_latent_attrition(family="mbg_nbd", parameters=(0.85, 1.45, 0.79, 2.42), n_customers=300, seed=1)
    together = compute_expected_purchases(lives, model=MODELS[family], horizon_days=26)
    shuffled = lives.sample(frac=1, random_state=2)
    again = compute_expected_purchases(shuffled, model=MODELS[family], horizon_days=26)
    pd.testing.assert_series_equal(again.sort_index(), together)
    alone = compute_expected_purchases(lives.iloc[[17]], model=MODELS[family], horizon_days=26)
    assert alone.iloc[0] == pytest.approx(together.iloc[17], rel=1e-12)


@pytest.mark.parametrize("family", FAMILIES)
def test_counts_of_a_new_customer_are_a_distribution(family):
    assert compute_count_probabilities(np.array([20.0]), model=MODELS[family], n_max=500).sum() == pytest.approx(1)


@pytest.mark.parametrize("horizon", [0, -1, np.nan, np.inf])
def test_an_empty_horizon_is_refused(horizon):
    with pytest.raises(AnalysisError, match="horizon"):
        compute_return_probability(_one(0, 0.0, 1.0), model=BG, horizon_days=horizon)
