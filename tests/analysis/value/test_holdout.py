from datetime import date

import pandas as pd
import pytest

from portfolio_lab.analysis.value.holdout import (
    build_holdout_forecast,
    summarise_conditional_expectation,
    summarise_holdout,
)
from portfolio_lab.errors import AnalysisError

CUT, END = date(2025, 6, 30), date(2025, 12, 31)


@pytest.fixture(scope="module")
def forecast(order_days):
    return build_holdout_forecast(order_days, cut_date=CUT, as_of=END, family="pareto_nbd", amount="margin_amount")


def test_nothing_after_the_cut_enters_the_forecast(order_days, forecast):
    table, model = forecast
    known = order_days[order_days["order_date"] <= pd.Timestamp(CUT)]
    again, other = build_holdout_forecast(known, cut_date=CUT, as_of=END, family="pareto_nbd", amount="margin_amount")
    assert model.parameters == other.parameters
    pd.testing.assert_series_equal(table["expected_amount"], again["expected_amount"])
    assert again["actual_purchases"].sum() == 0
    assert table["actual_purchases"].sum() == len(
        order_days[order_days["order_date"].between("2025-07-01", "2025-12-31")]
    )


def test_the_forecast_is_near_the_outcome_and_nearer_than_each_customers_own_rate(forecast):
    summary = summarise_holdout(forecast[0]).set_index("measure")
    assert abs(summary.loc["purchases", "error_rate"]) < 0.15
    assert summary.loc["purchases", "low"] < summary.loc["purchases", "error_rate"] < summary.loc["purchases", "high"]
    own = summary.loc["purchases at own rate"]
    assert own["error_rate"] > summary.loc["purchases", "high"]
    assert own["mean_absolute_error"] > summary.loc["purchases", "mean_absolute_error"]


def test_forecast_and_outcome_by_repeats_cover_every_customer(forecast):
    table = summarise_conditional_expectation(forecast[0], n_max=7)
    assert table["n_repeats"].tolist() == list(range(8))
    assert table["n_customers"].sum() == len(forecast[0])
    weighted = (table["expected_purchases"] * table["n_customers"]).sum()
    assert weighted == pytest.approx(forecast[0]["expected_purchases"].sum())


def test_an_empty_holdout_is_refused(order_days):
    with pytest.raises(AnalysisError, match="hold-out is empty"):
        build_holdout_forecast(order_days, cut_date=END, as_of=END, family="mbg_nbd", amount="margin_amount")
