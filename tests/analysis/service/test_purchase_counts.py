import numpy as np
import pandas as pd

from portfolio_lab.analysis.service.purchase_counts import build_purchase_days, day_numbers

DAYS = pd.DataFrame(
    {
        "customer_id": ["b", "a", "a", "b", "c"],
        "order_date": pd.to_datetime(["2026-01-05", "2026-01-01", "2026-01-10", "2026-03-01", "2026-01-02"]),
        "is_purchase_day": [True, True, True, True, False],
    }
)
BOUGHT = build_purchase_days(DAYS, as_of=pd.Timestamp("2026-02-01"))


def day(text):
    return int(day_numbers(pd.Series([pd.Timestamp(text)]))[0])


def at(*texts):
    return np.array([day(text) for text in texts])


def test_returns_and_what_comes_after_as_of_are_no_purchases():
    assert BOUGHT.customer_ids.tolist() == ["a", "b"]
    assert len(BOUGHT.keys) == 3


def test_a_window_opens_after_its_first_day_and_holds_its_last():
    codes = np.array([0, 0, 0, 1])
    after = at("2025-12-31", "2026-01-01", "2026-01-01", "2025-01-01")
    until = at("2026-01-10", "2026-01-10", "2026-01-09", "2026-01-04")
    assert BOUGHT.count(codes, after, until).tolist() == [2, 1, 0, 0]


def test_last_and_next_purchase_belong_to_the_customer_itself():
    codes = np.array([0, 1, 0, 1])
    assert BOUGHT.last_day(codes, at(*["2026-01-04"] * 4)).tolist() == [day("2026-01-01"), -1] * 2
    assert BOUGHT.next_day(codes, at("2026-01-01", "2026-01-05", "2026-01-11", "2026-01-06")).tolist() == [
        day("2026-01-01"),
        day("2026-01-05"),
        -1,
        -1,
    ]
