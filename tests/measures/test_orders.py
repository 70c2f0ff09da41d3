"""Orders: sums of lines, to the last digit, and nothing where a part is not known."""

from decimal import Decimal

import pandas as pd
import pytest

from portfolio_lab.data.load import ORDER_SHARES
from portfolio_lab.measures.orders import (
    find_named_orders,
    find_orders,
    has_margin,
    sum_lines,
    sum_order_shares,
    sum_orders,
)

LINE = {"customer_id": "a", "order_date": pd.Timestamp("2024-01-31"), "order_id": "o1"}


def _sum(on_duckdb, lines: list[dict], by: tuple[str, ...] | None = None) -> pd.DataFrame:
    table = on_duckdb(orders=pd.DataFrame([LINE | line for line in lines]))["orders"]
    summed = sum_orders(table) if by is None else sum_lines(table, by=by)
    return summed.order_by(summed.columns).to_pandas()


def test_an_order_is_the_exact_sum_of_its_lines(on_duckdb) -> None:
    (order,) = _sum(on_duckdb, [{"amount": 0.1, "cost_amount": 0.03}] * 10).to_dict("records")
    assert (order["amount"], order["margin_amount"], order["n_lines"]) == (Decimal(1), Decimal("0.7"), 10)


def test_a_margin_that_is_given_goes_before_one_from_cost(on_duckdb) -> None:
    lines = [{"amount": 5.0, "cost_amount": 1.0, "margin_amount": 3.0}, {"amount": 5.0, "cost_amount": 1.0}]
    assert _sum(on_duckdb, lines)["margin_amount"].tolist() == [Decimal(7)]


def test_the_margin_of_a_part_is_no_margin_of_the_order(on_duckdb) -> None:
    lines = [{"amount": 5.0, "margin_amount": 3.0}, {"amount": 5.0, "margin_amount": None}]
    assert _sum(on_duckdb, lines)["margin_amount"].isna().tolist() == [True]


@pytest.mark.parametrize(("by", "n_lines"), [(("salesperson_id",), [1, 2]), ((), [3]), (("branch",), [3])])
def test_sums_are_split_by_the_columns_that_are_there(on_duckdb, by, n_lines) -> None:
    lines = [{"amount": 1.0, "salesperson_id": name} for name in ("ana", "bob", "bob")]
    assert _sum(on_duckdb, lines, by)["n_lines"].tolist() == n_lines


@pytest.mark.parametrize(("column", "known"), [("margin_amount", True), ("cost_amount", True), ("quantity", False)])
def test_margin_is_known_from_its_column_or_from_cost(on_duckdb, column, known) -> None:
    lines = on_duckdb(orders=pd.DataFrame([LINE | {"amount": 1.0, column: 1.0}]))["orders"]
    assert has_margin(lines) is known


def test_the_margin_of_an_order_is_not_known_where_one_salesperson_s_share_is_not(on_duckdb) -> None:
    lines = [{"amount": 5.0, "salesperson_id": "ana", "margin_amount": 3.0}, {"amount": 5.0, "salesperson_id": "bob"}]
    table = on_duckdb(orders=pd.DataFrame([LINE | line for line in lines]))["orders"]
    found = find_orders({"orders": table, ORDER_SHARES: sum_order_shares(table)}).to_pandas()
    assert found[["amount", "n_lines"]].values.tolist() == [[Decimal(10), 2]]
    assert found["margin_amount"].isna().tolist() == [True]


def test_who_is_named_is_found_in_the_shares_where_they_are_there() -> None:
    assert find_named_orders({"orders": 1}) == 1
    assert find_named_orders({"orders": 1, "order_shares": 2}) == 2
