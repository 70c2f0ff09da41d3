import inspect
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model
from portfolio_lab.analysis.purchase_models.predictions import compute_alive_probability, compute_expected_purchases
from portfolio_lab.analysis.value.customers import (
    CustomerValues,
    ValueBasis,
    compute_customer_values,
    compute_discounted_purchases,
    compute_values_on_basis,
)
from portfolio_lab.analysis.value.discounting import DAYS_PER_MONTH
from portfolio_lab.errors import AnalysisError

MODELS = (
    declare_purchase_model("mbg_nbd", r=0.85, alpha=40.0, a=0.79, b=2.42),
    declare_purchase_model("bg_nbd", r=0.85, alpha=40.0, a=0.79, b=2.42),
    declare_purchase_model("pareto_nbd", r=0.85, alpha=40.0, s=0.7, beta=200.0),
)


def _discounted(customers, model, case=2, months=60, rate=0.10):
    return compute_discounted_purchases(
        customers, model=model, discount_rate=rate, horizon_months=months, timing_case=case
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.family)
@pytest.mark.parametrize("months", [1, 12, 60, 150])
def test_the_value_is_the_sum_of_discounted_months(customers, model, months):
    few = customers.head(8)
    totals = [
        compute_expected_purchases(few, model=model, horizon_days=k * DAYS_PER_MONTH) for k in range(1, months + 1)
    ]
    monthly = np.diff(np.stack(totals), axis=0, prepend=0)
    slow = (1.1 ** (-np.arange(1, months + 1) / 12)) @ monthly
    assert _discounted(few, model, months=months).to_numpy() == pytest.approx(slow, rel=1e-7)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.family)
def test_the_timing_cases_relate_as_those_of_note_024(customers, model):
    few = customers.head(40)
    month = 1.1 ** (-1 / 12)
    at_start, at_end = _discounted(few, model, case=1, months=61), _discounted(few, model, case=3, months=61)
    between = _discounted(few, model, case=2, months=60)
    assert at_end.to_numpy() == pytest.approx(at_start.to_numpy() * month)
    alive = compute_alive_probability(few, model=model)
    running = alive * (model.parameters[0] + few["n_repeats"]) / (model.parameters[1] + few["tenure_days"])
    assert (at_start - between).to_numpy() == pytest.approx((running * DAYS_PER_MONTH).to_numpy())


def test_a_part_of_a_month_counts_as_that_part(customers):
    few = customers.head(20)
    horizons = [0.4, 1.0, 1.5, 2.0, 59.999999, 60.0]
    values = np.stack([_discounted(few, MODELS[0], months=h) for h in horizons])
    assert (np.diff(values, axis=0) > 0).all()
    assert values[4] == pytest.approx(values[5], rel=1e-6)
    first = compute_expected_purchases(few, model=MODELS[0], horizon_days=0.4 * DAYS_PER_MONTH) * 1.1 ** (-0.4 / 12)
    assert values[0] == pytest.approx(first.to_numpy())


def test_without_end_is_the_limit_of_long_horizons(customers):
    few = customers.head(40)
    for model in MODELS:
        assert _discounted(few, model, months=None).to_numpy() == pytest.approx(
            _discounted(few, model, months=2400).to_numpy(), rel=2e-6
        )


def test_the_value_of_the_simulated_customers_is_what_they_went_on_to_bring(customers, basis):
    year = replace(basis, discount_rate=0.0, horizon_months=12)
    values = CustomerValues.validate(compute_values_on_basis(customers, year))
    assert values["expected_purchases"].sum() == pytest.approx(customers["n_later"].sum(), rel=0.05)
    bought = values["value_amount"] / values["expected_spend_amount"]
    assert bought.to_numpy() == pytest.approx(values["expected_purchases"].to_numpy())


def test_fair_value_grows_at_the_discount_rate_until_the_month_is_paid():
    """Mean over a month's possible outcomes of value and margin = (1 + i) × value, to the same final month."""
    model = declare_purchase_model("mbg_nbd", r=60.0, alpha=1800.0, a=2.0, b=38.0)
    rng = np.random.default_rng(3)
    x, last, tenure, n = 5.0, 160.0, 170.0, 120_000
    start = pd.DataFrame({"n_repeats": [x], "last_repeat_days": [last], "tenure_days": [tenure]})
    before = _discounted(start, model, months=60)[0]
    rate = rng.gamma(60 + x, 1 / (1800 + tenure), n)
    p = rng.beta(2.0, 38.0 + x + 1, n)
    alive = rng.random(n) < compute_alive_probability(start, model=model)[0]
    count, when, now = np.zeros(n), np.full(n, last), np.zeros(n)
    going = alive.copy()
    while going.any():
        now = np.where(going, now + rng.exponential(1 / rate), now)
        going &= now <= DAYS_PER_MONTH
        count += going
        when = np.where(going, tenure + now, when)
        going &= rng.random(n) >= p
    later = pd.DataFrame({"n_repeats": x + count, "last_repeat_days": when, "tenure_days": tenure + DAYS_PER_MONTH})
    after = _discounted(later, model, months=59).to_numpy() + count
    month = 1.1 ** (1 / 12)
    assert after.mean() == pytest.approx(before * month, abs=3 * after.std() / np.sqrt(n))


def test_one_time_buyers_lose_value_with_silence_except_under_bg():
    silent = pd.DataFrame({"n_repeats": 0.0, "last_repeat_days": 0.0, "tenure_days": np.arange(10.0, 800.0, 30.0)})
    for model in (MODELS[0], MODELS[2]):
        assert (np.diff(_discounted(silent, model)) < 0).all()
        assert _discounted(silent, model).iloc[-1] < 0.15 * _discounted(silent, model).iloc[0]
    bg = _discounted(silent, MODELS[1])
    assert bg.iloc[-1] > 3 * _discounted(silent, MODELS[0]).iloc[-1]


def test_nothing_of_the_basis_has_a_default():
    parameters = inspect.signature(compute_customer_values).parameters
    for name in ("model", "spend", "discount_rate", "horizon_months", "timing_case"):
        assert parameters[name].default is inspect.Parameter.empty


def test_equal_bases_have_equal_names_and_any_change_another(basis):
    assert replace(basis).basis_id == basis.basis_id
    for change in ({"timing_case": 1}, {"discount_rate": 0.11}, {"horizon_months": None}, {"model": MODELS[1]}):
        assert replace(basis, **change).basis_id != basis.basis_id
    with pytest.raises(TypeError):
        ValueBasis(model=basis.model, spend=basis.spend, discount_rate=0.1, horizon_months=60)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"discount_rate": -1.5}, "above -1"),
        ({"horizon_months": 0}, "horizon must be above zero"),
        ({"timing_case": 0}, "timing case"),
        ({"discount_rate": 0.0, "horizon_months": None}, "infinitely"),
    ],
)
def test_an_impossible_basis_is_refused(customers, basis, change, message):
    with pytest.raises(AnalysisError, match=message):
        compute_values_on_basis(customers.head(3), replace(basis, **change))
