from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.purchase_models.fitting import fit_pareto_nbd
from portfolio_lab.analysis.purchase_models.histories import build_histories
from portfolio_lab.analysis.value.fit_checks import (
    compute_regularity,
    summarise_repeat_counts,
    summarise_seasonality,
    summarise_tracking,
)

END = date(2025, 12, 31)


def _gaps(shape, *, n=400, seed=0):
    rng = np.random.default_rng(seed)
    gaps = np.ceil(rng.gamma(shape, 200.0 / shape, (n, 3))).astype(int)
    days = np.column_stack([np.zeros(n, int), np.cumsum(gaps, axis=1)])
    return pd.DataFrame(
        {
            "customer_id": np.repeat(np.arange(n), 4).astype(str),
            "order_date": pd.Timestamp("2020-01-01") + pd.to_timedelta(days.ravel(), unit="D"),
            "is_purchase_day": True,
        }
    )


def test_repeat_counts_add_up_to_all_customers_on_both_sides(order_days):
    histories = build_histories(order_days, as_of=END)
    table = summarise_repeat_counts(histories, model=fit_pareto_nbd(histories), n_max=5)
    assert table["actual"].sum() == len(histories)
    assert table["expected"].sum() == pytest.approx(len(histories))
    assert table["actual"].iloc[0] == (histories["n_repeats"] == 0).sum()
    gap = (table["actual"] - table["expected"]).abs()
    assert (gap < 4 * np.sqrt(table["expected"])).all()


def test_tracking_counts_every_repeat_once_and_stays_near_the_expectation(order_days):
    histories = build_histories(order_days, as_of=END)
    table = summarise_tracking(order_days, model=fit_pareto_nbd(histories), as_of=END, step_days=30)
    bought = order_days[order_days["is_purchase_day"]]
    assert table["step_end"].iloc[-1] == pd.Timestamp(END)
    assert table["actual_total"].iloc[-1] == len(bought) - bought["customer_id"].nunique()
    assert table["actual"].sum() == table["actual_total"].iloc[-1]
    assert table["expected_total"].iloc[-1] == pytest.approx(table["actual_total"].iloc[-1], rel=0.1)


@pytest.mark.parametrize(("shape", "regular"), [(1, False), (3, True)])
def test_regularity_finds_the_shape_of_the_gaps(shape, regular):
    found = compute_regularity(_gaps(shape, n=3000), seed=1)
    assert found["low"] < shape < found["high"]
    assert found["k"] == pytest.approx(shape, rel=0.15)
    assert found["is_regular"] is regular
    assert np.isnan(compute_regularity(_gaps(shape, n=20), seed=1)["k"])


def test_a_planted_season_is_found_and_a_steady_year_has_none():
    days = pd.date_range("2022-01-01", "2025-12-31")
    n = np.where(days.month == 12, 6, 2)
    table = pd.DataFrame({"order_date": days.repeat(n), "is_purchase_day": True})
    season = summarise_seasonality(table, as_of=END).set_index("month_of_year")["index"]
    assert season[12] == pytest.approx(6 / (2 + 4 / 12), rel=0.03)
    assert season[5] == pytest.approx(2 / (2 + 4 / 12), rel=0.05)
    flat = summarise_seasonality(table.drop_duplicates("order_date"), as_of=END)
    assert flat["index"].between(0.9, 1.05).all()
    assert summarise_seasonality(table, as_of=date(2023, 6, 30)).empty
