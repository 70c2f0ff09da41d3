from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel
from portfolio_lab.analysis.value.analogy import (
    build_tenure_months,
    compute_hindsight_values,
    compute_values_by_analogy,
    select_won,
)
from portfolio_lab.analysis.value.customers import ValueBasis, compute_values_on_basis
from portfolio_lab.errors import AnalysisError

BASIS = ValueBasis(
    model=declare_purchase_model("mbg_nbd", r=1.2, alpha=40.0, a=0.6, b=3.0),
    spend=SpendModel(4.0, 5.0, 160.0),
    discount_rate=0.10,
    horizon_months=60,
    timing_case=2,
)
TODAY = pd.DataFrame(
    {"customer_id": ["a", "b"], "n_repeats": [3.0, 0.0], "last_repeat_days": [300.0, 0.0], "tenure_days": [380.0, 5.0],
     "n_purchases": [4.0, 1.0], "mean_amount": [40.0, 7.0], "is_closed": False}
)  # fmt: skip
OLDER = pd.DataFrame(
    {
        "customer_id": range(100),
        "age_months": [0] * 90 + [1] * 10,
        "segment": ["trade"] * 60 + ["retail"] * 40,
        "region": ["north"] * 30 + ["south"] * 70,
        "value_amount": [100.0] * 30 + [200.0] * 30 + [10.0] * 40,
    }
)


def test_likeness_gives_up_the_last_attribute_first_and_says_so():
    new = pd.DataFrame(
        {"customer_id": ["a", "b", "c"], "age_months": 0, "segment": ["trade", "trade", "else"],
         "region": ["north", "west", "south"]}
    )  # fmt: skip
    table = compute_values_by_analogy(new, OLDER, attributes=["segment", "region"])
    assert table["value_amount"].tolist() == pytest.approx([100.0, 150.0, (3000 + 6000 + 300) / 90])
    assert table["n_alike"].tolist() == [30, 60, 90]
    assert table["alike_on"].tolist() == ["age, segment, region", "age, segment", "age"]
    assert (table["low"] <= table["value_amount"]).all()


def test_age_is_never_given_up():
    new = pd.DataFrame({"customer_id": ["a"], "age_months": [1], "segment": ["trade"], "region": ["north"]})
    with pytest.raises(AnalysisError, match="1 new customers have too few older customers"):
        compute_values_by_analogy(new, OLDER, attributes=["segment"])
    assert compute_values_by_analogy(new, OLDER, min_customers=10)["n_alike"].tolist() == [10]


def test_hindsight_adds_what_came_to_what_is_left_both_discounted():
    months = pd.DataFrame(
        {
            "customer_id": ["a"] * 13 + ["b"],
            "month_number": [*range(13), 0],
            "margin_amount": [50.0] + [0.0] * 11 + [110.0, 7.0],
        }
    )
    left = compute_values_on_basis(TODAY.head(1), replace(BASIS, horizon_months=48))["value_amount"].iloc[0]
    table = compute_hindsight_values(months, TODAY, age_months=0, basis=BASIS)
    assert table["customer_id"].tolist() == ["a"]
    assert table["value_amount"].tolist() == pytest.approx([(110 + left) / 1.1])
    assert np.unique(table["age_months"]).tolist() == [0]


def test_hindsight_covers_the_horizon_once_and_a_closed_customer_has_nothing_left():
    months = pd.DataFrame({"customer_id": "a", "month_number": range(13), "margin_amount": 10.0})
    monthly = 1.1 ** (1 / 12)
    asked = {"months": months, "age_months": 2}
    short = compute_hindsight_values(customers=TODAY, basis=replace(BASIS, horizon_months=4), **asked)
    assert short["value_amount"].tolist() == pytest.approx([sum(10 / monthly**k for k in range(1, 5))])
    closed = compute_hindsight_values(customers=TODAY.assign(is_closed=True), basis=BASIS, **asked)
    assert closed["value_amount"].tolist() == pytest.approx([sum(10 / monthly**k for k in range(1, 11))])
    endless = compute_hindsight_values(customers=TODAY, basis=replace(BASIS, horizon_months=None), **asked)
    assert endless["value_amount"].iloc[0] > closed["value_amount"].iloc[0] + 1


DAYS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "a", "b", "b"],
        "order_date": pd.to_datetime(["2025-01-20", "2025-01-25", "2025-03-02", "2025-07-31", "2025-09-01"]),
        "is_purchase_day": [False, True, True, True, True],
        "margin_amount": [-1.0, 10.0, 5.0, 7.0, 3.0],
    }
)


def test_months_of_tenure_start_with_the_first_purchase_and_end_with_as_of():
    table = build_tenure_months(DAYS, amount="margin_amount", as_of=date(2025, 8, 31))
    a, b = (table[table["customer_id"] == name].set_index("month_number")["margin_amount"] for name in "ab")
    assert a.to_dict() == {0: 9.0, 2: 5.0, 7: 0.0}
    assert b.to_dict() == {0: 7.0, 1: 0.0}


def test_who_bought_soon_after_the_data_begin_may_have_been_a_customer_before():
    assert select_won(DAYS, as_of=date(2025, 12, 31)).tolist() == ["b"]
    assert select_won(DAYS, as_of=date(2025, 12, 31), settling_days=188).tolist() == []
    assert select_won(DAYS, as_of=date(2025, 7, 30)).tolist() == []
