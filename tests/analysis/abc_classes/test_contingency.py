"""What the loss of the largest customers would cost."""

import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.contingency import build_largest, summarise_losses


@pytest.fixture
def customers() -> pd.DataFrame:
    amounts = [5.0, 50.0, 20.0, 10.0, 10.0, 5.0, 0.0, -3.0]
    return pd.DataFrame(
        {
            "customer_id": list("abcdefgh"),
            "name": [None, "Big", "Second", None, None, None, None, None],
            "amount": amounts,
            "share": [max(amount, 0) / 100 for amount in amounts],
            "owner": ["s1", "s1", None, "s2", "s1", "s1", "s1", "s1"],
            "last_contact_date": pd.to_datetime(["2026-01-01"] + [None] * 7),
            "days_since_last_order": [1.0] * 8,
        }
    )


def test_losses_by_hand(customers):
    losses = summarise_losses(customers).set_index("n_customers")
    assert losses["lost_amount"].to_dict() == {1: 50.0, 3: 80.0, 5: 95.0}
    assert losses["lost_share"].to_dict() == {1: 0.5, 3: 0.8, 5: 0.95}
    assert losses["left_amount"].to_dict() == {1: 50.0, 3: 20.0, 5: 5.0}
    # the median of 5 5 10 10 20 50 is 10
    assert losses["n_to_replace"].to_dict() == {1: 5, 3: 8, 5: 10}
    # owners of b; b c d; b c d e a: a missing owner is no owner
    assert losses["n_owners"].to_dict() == {1: 1, 3: 2, 5: 2}


def test_scenarios_with_more_customers_than_there_are_are_left_out(customers):
    assert summarise_losses(customers.head(4))["n_customers"].tolist() == [1, 3]


def test_losing_everybody_costs_everything(customers):
    row = summarise_losses(customers.head(3)).iloc[-1]
    assert (row["lost_share"], row["left_amount"]) == (1.0, 0.0)


def test_largest_are_positive_and_equal_values_go_by_id(customers):
    largest = build_largest(customers, n=10)
    assert largest["customer_id"].tolist() == ["b", "c", "d", "e", "a", "f"]
    assert list(largest.columns) == [
        "customer_id", "name", "amount", "share", "owner", "last_contact_date", "days_since_last_order",
    ]  # fmt: skip
    assert build_largest(customers)["customer_id"].tolist() == ["b", "c", "d", "e", "a"]
