"""What customers did in a window."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.outcomes import build_outcomes, find_outcome
from portfolio_lab.errors import AnalysisError


@pytest.fixture
def order_days():
    return pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "c"],
            "order_date": pd.to_datetime(["2026-01-02", "2026-01-11", "2026-01-12", "2026-01-05", "2026-01-05"]),
            "amount": [10.0, 20.0, 40.0, -5.0, 8.0],
            "margin_amount": [2.0, 4.0, 8.0, -1.0, np.nan],
            "n_orders": [1, 2, 1, 1, 1],
            "is_purchase_day": [True, True, True, False, True],
        }
    )


def test_the_window_has_its_first_day_and_not_its_last(order_days):
    starts = pd.DataFrame({"customer_id": ["d", "a", "b", "c"], "start_date": pd.Timestamp("2026-01-02")})
    done = build_outcomes(order_days, starts, horizon_days=10)
    assert done["is_buyer"].tolist() == [0, 1, 0, 1]
    assert done["amount"].tolist() == [0, 30, -5, 8]
    assert done["n_orders"].tolist() == [0, 3, 1, 1]
    assert done["margin_amount"].tolist()[:3] == [0, 6, -1]
    assert np.isnan(done["margin_amount"].iloc[3])


def test_a_customer_may_have_two_windows(order_days):
    starts = pd.DataFrame({"customer_id": ["a", "a"], "start_date": pd.to_datetime(["2026-01-03", "2026-01-12"])})
    assert build_outcomes(order_days, starts, horizon_days=9)["amount"].tolist() == [20, 40]


def test_words_for_outcomes():
    assert find_outcome("retention") == ("binary", "is_buyer")
    assert find_outcome("margin") == ("amount", "margin_amount")
    with pytest.raises(AnalysisError, match="orders do not show"):
        find_outcome("happiness")
