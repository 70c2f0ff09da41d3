import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.textbook.returned import build_return_rows, compare_returned


def history(customer, *days):
    rows = [(customer, pd.Timestamp("2024-01-01") + pd.Timedelta(days=day), amount, amount > 0) for day, amount in days]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "is_purchase_day"])


LINES = pd.Series(120, index=["a", "b", "c", "d"])


def test_spans_of_180_days_around_the_silence_by_hand():
    days = history("a", (0, 7.0), (1, 5.0), (180, 10.0), (190, -1.0), (300, 20.0), (479, 4.0), (480, 99.0))
    found = build_return_rows(days, LINES, as_of=pd.Timestamp("2024-01-01") + pd.Timedelta(days=479))
    assert found[["before_amount", "after_amount"]].to_numpy().tolist() == [[15.0, 24.0]]  # days 1-180 and 300-479
    assert (found["return_date"] - found["left_date"]).dt.days.tolist() == [120]


def test_a_shorter_silence_is_no_return_and_spans_must_be_covered():
    days = history("b", (0, 1.0), (100, 1.0), (179, 1.0), (299, 1.0), (700, 1.0))
    as_of = pd.Timestamp("2024-01-01") + pd.Timedelta(days=800)
    found = build_return_rows(days, LINES, as_of=as_of)
    assert found["left_date"].dt.dayofyear.tolist() == [180]  # the silence after day 179; the last span is not over
    assert build_return_rows(history("c", (0, 1.0), (150, 1.0)), LINES, as_of=as_of).empty


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_a_planted_growth_after_the_return_is_recovered(factor):
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"customer_id": [f"c{i}" for i in range(400)], "before_amount": rng.gamma(4, 50, 400)})
    rows["after_amount"] = factor * rng.gamma(4, 50, 400)
    found = compare_returned(rows, n_bootstrap=300, seed=1)
    assert found.low <= factor <= found.high
    assert found.verdict == ("agrees" if factor > 1 else "not clear")


def test_few_returns_say_nothing():
    found = compare_returned(
        pd.DataFrame({"customer_id": [], "before_amount": [], "after_amount": []}), n_bootstrap=9, seed=1
    )
    assert found.verdict == "not known"
    assert found.lacks.startswith("20 customers")
