from datetime import date

import pandas as pd
import pytest

from portfolio_lab.analysis.textbook.margins import build_margin_rows, compare_margin_rates, compare_margins

AS_OF = date(2026, 9, 30)
SINCE = pd.Series(pd.to_datetime(["2020-01-01", "2026-01-01", "2025-01-01"]), index=["old", "new", "middle"])
ROWS = [
    ("old", "2026-01-01", 10.0, 100.0, 2), ("old", "2025-09-30", 99.0, 99.0, 1), ("old", "2026-09-30", None, 50.0, 1),
    ("new", "2026-02-01", 20.0, 40.0, 1), ("middle", "2026-02-01", 70.0, 70.0, 1),
]  # fmt: skip
DAYS = pd.DataFrame(ROWS, columns=["customer_id", "order_date", "margin_amount", "amount", "n_orders"])
DAYS["order_date"] = pd.to_datetime(DAYS["order_date"])


def test_old_over_new_by_order_and_by_sales():
    rows = build_margin_rows(DAYS, SINCE, as_of=AS_OF)
    by_order = compare_margins(rows, n_bootstrap=50, seed=1)
    assert (by_order.value, by_order.n) == (pytest.approx((10 / 2) / (20 / 1)), 3)
    assert compare_margin_rates(rows, n_bootstrap=50, seed=1).value == pytest.approx((10 / 100) / (20 / 40))


def test_without_margins_nothing_is_compared():
    rows = build_margin_rows(DAYS.assign(margin_amount=float("nan")), SINCE, as_of=AS_OF)
    assert compare_margins(rows, n_bootstrap=50, seed=1).verdict == "not known"
