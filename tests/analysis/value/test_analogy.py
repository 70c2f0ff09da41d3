from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.value.analogy import (
    build_tenure_months,
    compute_hindsight_values,
    compute_values_by_analogy,
    select_won,
)
from portfolio_lab.errors import AnalysisError

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
    values = pd.DataFrame({"customer_id": ["a", "b"], "value_amount": [22.0, 5.0]})
    table = compute_hindsight_values(months, values, age_months=0, discount_rate=0.10)
    assert table["customer_id"].tolist() == ["a"]
    assert table["value_amount"].tolist() == pytest.approx([(110 + 22) / 1.1])
    assert np.unique(table["age_months"]).tolist() == [0]


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
