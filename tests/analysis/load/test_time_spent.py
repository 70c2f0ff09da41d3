from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.load.time_spent import summarise_time
from portfolio_lab.analysis.periods import period_containing

PERIOD = period_containing(date(2026, 9, 30), "month")


def test_minutes_and_money_by_class_and_stage():
    customers = pd.DataFrame(
        {"customer_id": ["a", "b", "c"], "abc_class": ["A", "A", None], "stage": ["active", "active", "prospect"]}
    )
    day = pd.to_datetime(["2026-09-01", "2026-09-30", "2026-10-01", "2026-09-09"])
    contacts = pd.DataFrame(
        {"customer_id": ["a", "c", "a", "stranger"], "contact_date": day, "minutes": [90.0, 30, 60, 9]}
    )
    days = pd.DataFrame({"customer_id": ["b", "a"], "order_date": day[[0, 2]], "margin_amount": [300.0, 7.0]})
    found = summarise_time(customers, contacts, days, period=PERIOD, money="margin_amount")
    assert found["abc_class"].tolist() == ["A", "not ranked"]
    assert found["n_customers"].tolist() == [2, 1]
    assert found["minutes"].tolist() == [90, 30]
    assert found["minutes_share"].tolist() == [0.75, 0.25]
    assert found["money_share"].tolist() == [1.0, 0.0]
    assert found["money_per_hour"].tolist() == [200.0, 0.0]


def test_a_group_without_minutes_has_no_money_per_hour():
    customers = pd.DataFrame({"customer_id": ["a"], "abc_class": ["A"], "stage": ["active"]})
    none = pd.DataFrame({"customer_id": [], "contact_date": pd.to_datetime([]), "minutes": []})
    days = pd.DataFrame({"customer_id": ["a"], "order_date": pd.to_datetime(["2026-09-01"]), "amount": [300.0]})
    found = summarise_time(customers, none, days, period=PERIOD, money="amount")
    assert np.isnan(found["money_per_hour"].iloc[0])
