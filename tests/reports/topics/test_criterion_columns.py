"""Which of the company's columns stand behind the ranking."""

import pytest

from portfolio_lab.reports.topics.criterion_columns import list_criterion_columns


@pytest.mark.parametrize(
    ("mapping", "where", "expected"),
    [
        ({"amount": "dollar_value", "customer_id": "gender"}, None, ("dollar_value",)),
        ({"amount": "Quantity * UnitPrice"}, None, ("Quantity", "UnitPrice")),
        ({"amount": "CASE WHEN gender = 'age' THEN price ELSE 0 END"}, None, ("gender", "price")),
        ({"amount": "price"}, "age > 30 AND price > 0", ("price", "age")),
        ({"amount": "Quantity * UnitPrice"}, "CustomerID IS NOT NULL", ("Quantity", "UnitPrice", "CustomerID")),
        ({"amount": "Birth Date"}, None, ("Birth Date",)),
        ({"amount": 'round("Birth Date" + x, 2)'}, None, ("Birth Date", "x")),
        ({"amount": "(("}, None, ("((",)),
    ],
)
def test_columns_behind_the_amount(mapping, where, expected):
    assert list_criterion_columns(mapping, criterion="amount", where=where) == expected


def test_a_margin_may_come_from_amount_and_cost():
    less_cost = {"amount": "net", "cost_amount": "cost"}
    assert list_criterion_columns(less_cost, criterion="margin") == ("net", "cost")
    both = less_cost | {"margin_amount": "net - cost - age"}
    assert list_criterion_columns(both, criterion="margin") == ("net", "cost", "age")
    assert list_criterion_columns({"amount": "net", "margin_amount": "won"}, criterion="margin") == ("won",)
