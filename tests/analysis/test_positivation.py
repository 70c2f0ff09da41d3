from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.periods import period_containing
from portfolio_lab.analysis.positivation import build_portfolio, derive_goals, find_buyers, summarise_positivation

PERIOD = period_containing(date(2026, 9, 30), "quarter")


def order_days(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "is_purchase_day"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]))


DAYS = order_days(
    ("first", "2026-07-01", True),
    ("last", "2026-09-30", True),
    ("before", "2026-06-30", True),
    ("after", "2026-10-01", True),
    ("returned", "2026-08-01", False),
    ("first", "2026-08-01", True),
)


def company(**salesperson):
    ids = ["first", "last", "before", "after", "returned", "lead", "closed"]
    stages = ["active"] * 5 + ["prospect", "ex_customer"]
    snapshots = pd.DataFrame({"customer_id": ids, "name": None, "amount": 10.0})
    snapshots["salesperson_id"] = [salesperson.get(name) for name in ids]
    snapshots["owner"] = snapshots["salesperson_id"]
    classes = pd.DataFrame({"customer_id": [*ids[:5], "closed"], "abc_class": "A"})
    return snapshots, pd.DataFrame({"customer_id": ids, "stage": stages}), classes


def test_a_period_holds_its_first_and_its_last_day_and_returns_are_no_purchase():
    assert find_buyers(DAYS, period=PERIOD).tolist() == ["first", "last"]


def test_prospects_and_ex_customers_are_no_portfolio():
    portfolio = build_portfolio(*company(), DAYS, period=PERIOD)
    assert portfolio["customer_id"].tolist() == ["first", "last", "before", "after", "returned"]
    assert portfolio["is_bought"].tolist() == [True, True, False, False, False]


def test_who_has_no_salesperson_is_left_out_where_others_have_one():
    portfolio = build_portfolio(*company(first="ana", before="ana", lead="ana"), DAYS, period=PERIOD)
    assert portfolio["customer_id"].tolist() == ["first", "before"]


def test_shares_with_goal_and_what_the_interval_says_about_it():
    portfolio = pd.DataFrame({"owner": ["ana"] * 40 + ["bob"] * 40 + ["cyd"] * 4, "is_bought": False})
    portfolio.loc[:35, "is_bought"] = True  # 36 of 40
    portfolio.loc[40:49, "is_bought"] = True  # 10 of 40
    portfolio.loc[80:81, "is_bought"] = True  # 2 of 4
    found = summarise_positivation(portfolio, by="owner", goals=pd.Series({"ana": 0.6, "bob": 0.6, "cyd": 0.6}))
    assert found["n_bought"].tolist() == [36, 10, 2]
    assert found["positivation_rate"].tolist() == [0.9, 0.25, 0.5]
    assert found["reading"].tolist() == ["above", "below", "in reach"]
    everybody = summarise_positivation(portfolio, by=None, goals=0.6)
    assert everybody[["group", "n_customers", "n_bought"]].to_numpy().tolist() == [["Everybody", 84, 48]]


def test_a_group_without_a_goal_says_so():
    portfolio = pd.DataFrame({"owner": ["ana"], "is_bought": [True]})
    found = summarise_positivation(portfolio, by="owner", goals=pd.Series({"bob": 0.6}))
    assert np.isnan(found["goal"].iloc[0])
    assert found["reading"].tolist() == ["no goal"]


def test_goals_are_the_mean_of_the_months_of_the_period():
    rows = [("ana", "2026-07-01", 0.5), ("ana", "2026-09-01", 0.7), ("ana", "2026-10-01", 0.9), (None, "2026-08-01", 1)]
    rows += [("bob", "2026-06-01", 0.4), ("cyd", "2026-07-01", np.nan)]
    targets = pd.DataFrame(rows, columns=["salesperson_id", "month", "positivation_rate"])
    targets["month"] = pd.to_datetime(targets["month"])
    found = derive_goals(targets, period=PERIOD, default=0.6)
    assert found.to_dict() == pytest.approx({"ana": 0.6, "cyd": 0.6})
    assert derive_goals(targets[["month"]], period=PERIOD, default=0.6).empty
