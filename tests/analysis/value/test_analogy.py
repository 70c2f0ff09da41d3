import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.value.analogy import compute_hindsight_values, compute_values_by_analogy
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
