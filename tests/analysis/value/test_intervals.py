from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model, fit_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel
from portfolio_lab.analysis.purchase_models.predictions import compute_alive_probability
from portfolio_lab.analysis.value.customers import compute_values_on_basis
from portfolio_lab.analysis.value.intervals import (
    compute_alive_intervals,
    compute_equity_interval,
    compute_value_intervals,
    draw_discounted_margins,
)
from portfolio_lab.errors import AnalysisError

PARETO = declare_purchase_model("pareto_nbd", r=0.85, alpha=40.0, s=0.7, beta=200.0)


@pytest.mark.parametrize("family", ["mbg_nbd", "pareto_nbd"])
def test_the_mean_of_the_draws_is_the_value(customers, basis, family):
    chosen = basis if family == "mbg_nbd" else replace(basis, model=PARETO)
    few = customers.head(60)
    alive = compute_alive_probability(few, model=chosen.model).to_numpy()
    rng = np.random.default_rng(2)
    drawn = draw_discounted_margins(few, alive=alive, basis=chosen, n_draws=6000, rng=rng)
    value = compute_values_on_basis(few, chosen)["value_amount"].sum()
    half_a_month = 1.1 ** (1 / 24)
    error = drawn.sum(axis=0).std() / np.sqrt(6000)
    assert drawn.mean(axis=1).sum() == pytest.approx(value * half_a_month, abs=4 * error + 0.002 * value)


@pytest.mark.parametrize("family", ["mbg_nbd", "bg_nbd", "pareto_nbd"])
def test_the_draws_of_a_new_customer_average_to_its_value_closely(customers, basis, family):
    given = {"r": 0.85, "alpha": 40.0} | ({"s": 0.7, "beta": 200.0} if "pareto" in family else {"a": 0.79, "b": 2.42})
    chosen = replace(basis, model=declare_purchase_model(family, **given), spend=SpendModel(400.0, 500.0, 40.0))
    new = customers.head(1).assign(
        n_repeats=0.0, last_repeat_days=0.0, tenure_days=5.0, n_purchases=1.0, mean_amount=32.0
    )
    alive = compute_alive_probability(new, model=chosen.model).to_numpy()
    drawn = draw_discounted_margins(new, alive=alive, basis=chosen, n_draws=60_000, rng=np.random.default_rng(3))
    value = compute_values_on_basis(new, chosen)["value_amount"].iloc[0] * 1.1 ** (1 / 24)
    assert drawn.mean() == pytest.approx(value, abs=4 * drawn.std() / np.sqrt(60_000) + 0.002 * value)


def test_the_interval_holds_what_customers_went_on_to_bring_as_often_as_it_says(customers, basis):
    year = replace(basis, discount_rate=0.0, horizon_months=12)
    table = compute_value_intervals(customers, basis=year, n_draws=400, seed=1, coverage=0.8)
    rng = np.random.default_rng(9)
    own = rng.gamma(5.0, 1 / 40.0, len(customers))
    brought = np.where(customers["n_later"] > 0, rng.gamma(4.0 * np.maximum(customers["n_later"], 1)) / own, 0.0)
    held = (brought >= table["low"]) & (brought <= table["high"])
    assert held.mean() > 0.78
    assert (table["low"] <= table["high"]).all()


def test_the_same_seed_gives_the_same_interval(customers, basis):
    few = customers.head(10)
    first, again = (compute_value_intervals(few, basis=basis, n_draws=100, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_a_customer_that_costs_money_has_a_negative_range(customers, basis):
    costly = customers.head(1).assign(n_repeats=40.0, last_repeat_days=700.0, tenure_days=710.0, n_purchases=41.0,
                                      mean_amount=-30.0)  # fmt: skip
    assert compute_value_intervals(costly, basis=basis, n_draws=200, seed=4)["high"].iloc[0] < 0


@pytest.fixture(scope="module")
def fitted(customers, basis):
    return replace(basis, model=fit_purchase_model(customers, family="mbg_nbd"))


def test_the_range_of_all_customers_holds_their_value_and_is_far_narrower_than_the_sum_of_ranges(customers, fitted):
    low, high = compute_equity_interval(customers, basis=fitted, n_draws=100, seed=1, coverage=0.95)
    value = compute_values_on_basis(customers, fitted)["value_amount"].sum()
    assert low < value < high
    single = compute_value_intervals(customers, basis=fitted, n_draws=100, seed=1)
    assert high - low < 0.2 * (single["high"] - single["low"]).sum()
    assert compute_equity_interval(customers, basis=fitted, n_draws=100, seed=1, coverage=0.95) == (low, high)


def test_the_chance_of_being_a_customer_lies_in_its_range_and_is_surer_with_more_customers(customers, fitted):
    wide = replace(fitted.model, covariance=fitted.model.covariance * 9)
    ends = [compute_alive_intervals(customers, model=m, n_draws=200, seed=1) for m in (fitted.model, wide)]
    alive = compute_alive_probability(customers, model=fitted.model)
    inside = (ends[0]["alive_low"] - 1e-9 <= alive) & (alive <= ends[0]["alive_high"] + 1e-9)
    assert inside.mean() > 0.95
    widths = [(table["alive_high"] - table["alive_low"]).mean() for table in ends]
    assert widths[1] > 2 * widths[0]
    with pytest.raises(AnalysisError, match="carries no uncertainty"):
        compute_alive_intervals(customers, model=PARETO, n_draws=100, seed=1)
