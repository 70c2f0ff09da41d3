from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.purchase_models.gamma_gamma import (
    SpendModel,
    build_spends,
    compute_expected_spend,
    compute_spend_correlation,
    fit_gamma_gamma,
)
from portfolio_lab.errors import AnalysisError

MODEL = SpendModel(p=6.25, q=3.74, v=15.44)


def _spends(n, mean):
    return pd.DataFrame({"n_purchases": n, "mean_amount": mean})


def _simulate(n_customers, *, p=4.0, q=5.0, v=40.0, seed=3):
    rng = np.random.default_rng(seed)
    n = rng.geometric(0.3, n_customers).astype(float)
    scale = rng.gamma(q, 1 / v, n_customers)
    return _spends(n, rng.gamma(p * n, 1 / (scale * n)))


def test_cdnow_gives_the_published_estimates(cdnow):
    repeaters = cdnow[cdnow["n_repeats"] > 0]
    model = fit_gamma_gamma(repeaters)
    assert (model.p, model.q, model.v) == pytest.approx((6.2488, 3.7446, 15.4477), rel=1e-4)
    assert model.log_likelihood == pytest.approx(-4055.92, abs=0.01)
    assert model.n_customers == 946


def test_known_parameters_are_recovered():
    model = fit_gamma_gamma(_simulate(20_000))
    assert (model.p, model.q, model.v) == pytest.approx((4.0, 5.0, 40.0), rel=0.08)
    assert model.mean == pytest.approx(40.0, rel=0.03)


def test_customers_without_a_positive_mean_are_left_out_of_the_fit_and_counted():
    table = _simulate(200)
    table.loc[:4, "mean_amount"] = [-3.0, 0.0, -1.0, -0.5, -10.0]
    assert fit_gamma_gamma(table).n_left_out == 5


def test_own_mean_is_drawn_towards_all_customers_less_with_every_purchase():
    expected = compute_expected_spend(_spends([0.0, 1.0, 10.0, 1e6], [np.nan, 100.0, 100.0, 100.0]), model=MODEL)
    assert expected[0] == pytest.approx(MODEL.mean) == pytest.approx(6.25 * 15.44 / 2.74)
    assert expected[1] == pytest.approx((2.74 * MODEL.mean + 6.25 * 100) / (2.74 + 6.25))
    assert MODEL.mean < expected[1] < expected[2] < expected[3]
    assert expected[3] == pytest.approx(100.0, rel=1e-5)


def test_a_negative_mean_keeps_its_sign_once_known_well():
    assert compute_expected_spend(_spends([40.0], [-50.0]), model=MODEL)[0] < 0


def test_returns_count_against_the_purchase_days():
    days = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "c"],
            "order_date": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-01", "2026-03-01"]),
            "margin_amount": [100.0, 60.0, -20.0, -5.0, 9.0],
            "is_purchase_day": [True, True, False, False, True],
        }
    )
    spends = build_spends(days, amount="margin_amount", as_of=date(2026, 1, 31))
    assert spends.to_dict("list") == {"customer_id": ["a"], "n_purchases": [2], "mean_amount": [70.0]}


def test_correlation_of_spend_and_frequency_is_found_when_planted_and_not_otherwise():
    table = _simulate(3000)
    assert not compute_spend_correlation(table)["is_correlated"]
    planted = compute_spend_correlation(table.assign(mean_amount=table["mean_amount"] * table["n_purchases"]))
    assert planted["is_correlated"]
    assert planted["low"] < planted["correlation"] < planted["high"]
    assert np.isnan(compute_spend_correlation(table.head(5))["correlation"])


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(AnalysisError, match="fewer than 30 customers"):
        fit_gamma_gamma(_simulate(29))
    with pytest.raises(AnalysisError, match="no finite mean"):
        fit_gamma_gamma(_simulate(4000, q=0.4, v=1.0))
    with pytest.raises(AnalysisError, match="q <= 1"):
        compute_expected_spend(_spends([1.0], [1.0]), model=SpendModel(1.0, 1.0, 1.0))
    with pytest.raises(AnalysisError, match="no mean margin"):
        compute_expected_spend(_spends([1.0], [np.nan]), model=MODEL)
