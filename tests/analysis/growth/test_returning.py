import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.growth.returning import judge_returns, rank_returns

DAY = pd.Timestamp("2025-06-30")


@pytest.fixture(scope="module")
def company():
    """Buyers who leave after each purchase with a chance of one in ten; gaps are exponential, rates differ."""
    rng, rows = np.random.default_rng(3), []
    for i in range(900):
        rate, day = rng.gamma(2, 0.01), float(rng.integers(0, 500))
        while day < 1275:
            rows.append((f"k{i:04d}", int(day)))
            if rng.random() < 0.1:
                break
            day += rng.exponential(1 / rate)
    days = pd.DataFrame(rows, columns=["customer_id", "day"]).drop_duplicates()
    dates = pd.Timestamp("2023-01-01") + pd.to_timedelta(days["day"], "D")
    orders = pd.DataFrame({"customer_id": days["customer_id"], "order_date": dates, "is_purchase_day": True})
    # dearer after the day, so that whoever looks ahead gives itself away
    return orders.assign(amount=np.where(dates <= DAY, 50.0, 500.0))


@pytest.fixture(scope="module")
def ranked(company):
    last = company[company["order_date"] <= DAY].groupby("customer_id")["order_date"].max()
    silent = (DAY - last).dt.days
    stages = pd.DataFrame({"customer_id": last.index, "days_since_last_order": silent.to_numpy(float)})
    stages["stage"] = np.where(silent >= 150, "inactive", np.where(silent >= 120, "inactivated", "active"))
    return rank_returns(company, stages, as_of=DAY)


def test_only_the_silent_are_ranked_by_what_may_come(ranked):
    assert set(ranked["stage"]) == {"inactive", "inactivated"}
    assert ranked["expected_amount"].is_monotonic_decreasing
    assert ranked["expected_amount"].to_numpy() == pytest.approx(ranked["expected_purchases"] * 50)


def test_what_comes_after_the_day_is_not_looked_at(company, ranked):
    stages = ranked[["customer_id", "stage", "days_since_last_order"]]
    again = rank_returns(company[company["order_date"] <= DAY], stages, as_of=DAY)
    pd.testing.assert_frame_equal(again, ranked)


def test_the_chances_come_true_and_the_first_come_back_more_often(company, ranked):
    trial = judge_returns(ranked, company, day=DAY, n_first=60)
    assert trial.n_dormant == len(ranked)
    assert trial.share == pytest.approx(ranked["return_probability"].mean(), abs=0.06)
    assert trial.first_share > trial.share + 0.15
    assert trial.first_low < trial.first_share < trial.first_high
    assert trial.first_low < trial.first_expected < trial.first_high


def test_a_trial_counts_purchases_within_a_year_only():
    ranked = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "return_probability": [0.8, 0.4, 0.3, 0.1]})
    later = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"],
            "order_date": [DAY, DAY + pd.Timedelta(days=1), DAY + pd.Timedelta(days=366), DAY + pd.Timedelta(days=5)],
            "is_purchase_day": [True, True, True, False],
        }
    )
    trial = judge_returns(ranked, later, day=DAY, n_first=2)
    assert (trial.n_came_back, trial.n_first, trial.n_first_came_back) == (1, 2, 1)
    assert trial.first_expected == pytest.approx(0.6)
    empty = judge_returns(ranked.iloc[:0], later, day=DAY, n_first=2)
    assert np.isnan(empty.share)
    assert np.isnan(empty.first_share)
