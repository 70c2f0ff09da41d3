from datetime import date

import pandas as pd

from portfolio_lab.analysis.periods import period_containing, period_until
from portfolio_lab.analysis.ruptures.regulars import build_regulars, list_earlier_periods

PERIOD = period_containing(date(2026, 9, 30), "quarter")


def known(ids):
    frame = pd.DataFrame({"customer_id": ids, "name": None, "salesperson_id": None, "owner": None})
    return frame.assign(abc_class="A", stage="active", amount=1.0)


def bought(**quarters):
    rows = [(name, day, True) for name, days in quarters.items() for day in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "is_purchase_day"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]))


def test_earlier_periods_are_whole_and_the_latest_comes_first():
    running = period_until(date(2026, 8, 15), "quarter")
    assert [p.label for p in list_earlier_periods(running, n=3)] == ["Q2 2026", "Q1 2026", "Q4 2025"]
    assert list_earlier_periods(running, n=1)[0].end == date(2026, 7, 1)


def test_regular_means_bought_in_each_of_the_periods_before():
    days = bought(
        gone=["2025-10-01", "2026-03-31", "2026-04-01"],
        stays=["2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01"],
        gap=["2025-10-01", "2026-06-30"],
        new=["2026-06-30"],
    )
    found = build_regulars(days, known(["gone", "stays", "gap", "new"]), period=PERIOD, rupture_periods=3)
    assert dict(zip(found["customer_id"], found["is_rupture"], strict=True)) == {"gone": True, "stays": False}
    one = build_regulars(days, known(["gone", "stays", "gap", "new"]), period=PERIOD, rupture_periods=1)
    assert one["is_rupture"].tolist() == [True, False, True, True]
