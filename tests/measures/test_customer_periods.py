"""Customer periods: sums, the largest order, families and deliveries of the days from a start to as_of."""

from datetime import date

import pandas as pd
import pytest

from portfolio_lab.measures.customer_periods import build_customer_periods

START, END = date(2024, 4, 1), date(2024, 6, 30)


@pytest.fixture
def build(on_duckdb):
    def _build(*rows: tuple, products: pd.DataFrame | None = None, **constant: object) -> pd.DataFrame:
        columns = ["customer_id", "order_date", "order_id", "amount"]
        more = ["product_id", "promised_date", "delivered_date"][: len(rows[0]) - len(columns)]
        lines = pd.DataFrame(rows, columns=[*columns, *more]).assign(**constant)
        for name in lines.columns.intersection(["order_date", "promised_date", "delivered_date"]):
            lines[name] = pd.to_datetime(lines[name])
        tables = {"orders": lines} if products is None else {"orders": lines, "products": products}
        found = build_customer_periods(on_duckdb(**tables), as_of=END, start=START)
        return found.set_index("customer_id")

    return _build


def test_only_the_days_of_the_period_count(build):
    found = build(
        ("a", "2024-03-31", "o1", 1.0),
        ("a", "2024-04-01", "o2", 10.0),
        ("a", "2024-06-30", "o3", 100.0),
        ("a", "2024-07-01", "o4", 1000.0),
        ("b", "2024-03-31", "o5", 1.0),
    )
    assert found["amount"].to_dict() == {"a": 110.0}
    assert found.loc["a", ["n_orders", "n_purchase_days", "largest_order_amount"]].tolist() == [2, 2, 100.0]


def test_the_largest_order_adds_its_lines_and_a_return_is_no_purchase(build):
    found = build(
        ("a", "2024-04-02", "o1", 30.0), ("a", "2024-04-02", "o1", 15.0), ("a", "2024-04-03", "o2", 40.0),
        ("b", "2024-04-02", "o3", -5.0),
    )  # fmt: skip
    assert found["largest_order_amount"].to_dict() == {"a": 45.0, "b": -5.0}
    assert found["n_purchase_days"].to_dict() == {"a": 2, "b": 0}


def test_margin_is_empty_where_a_line_has_none_and_everywhere_without_a_column(build):
    known = build(("a", "2024-04-02", "o1", 30.0), ("b", "2024-04-02", "o2", 40.0), margin_amount=[3.0, None])
    assert known["margin_amount"].fillna(-1).to_dict() == {"a": 3.0, "b": -1.0}
    assert build(("a", "2024-04-02", "o1", 30.0))["margin_amount"].isna().all()


def test_families_of_what_was_bought_not_of_what_was_returned(build):
    products = pd.DataFrame({"product_id": ["p1", "p2", "p3"], "family": ["soap", "soap", "paper"]})
    rows = [
        ("a", "2024-04-02", "o1", 1.0, "p1"), ("a", "2024-04-02", "o1", 1.0, "p2"),
        ("a", "2024-05-02", "o2", 1.0, "p3"),
        ("b", "2024-04-02", "o3", -1.0, "p1"), ("c", "2024-04-02", "o4", 1.0, "unheard of"),
    ]  # fmt: skip
    assert build(*rows, products=products)["n_families"].to_dict() == {"a": 2, "b": 0, "c": 0}
    assert build(*rows)["n_families"].isna().all()


def test_a_delivery_is_on_time_when_all_of_it_came_by_the_day_promised(build):
    found = build(
        ("a", "2024-03-25", "o1", 1.0, "p", "2024-04-01", "2024-04-01"),  # ordered before, promised in the period
        ("a", "2024-04-02", "o2", 1.0, "p", "2024-04-05", "2024-04-05"),
        ("a", "2024-04-02", "o2", 1.0, "q", "2024-04-05", "2024-04-06"),  # a line too late: the delivery is late
        ("a", "2024-04-02", "o2", 1.0, "r", "2024-05-05", "2024-05-01"),  # promised for another day: a second delivery
        ("a", "2024-06-29", "o3", 1.0, "p", "2024-07-01", None),  # not due yet
        ("b", "2024-06-20", "o4", 1.0, "p", "2024-06-30", None),  # due and not there
        ("c", "2024-03-25", "o5", 1.0, "p", "2024-06-30", "2024-07-01"),  # arrived when as_of was over: not known
        ("d", "2024-03-25", "o6", 1.0, "p", "2024-03-31", "2024-04-02"),
    )
    assert found["n_due_deliveries"].to_dict() == {"a": 3, "b": 1, "c": 1}
    assert found["n_on_time_deliveries"].to_dict() == {"a": 2, "b": 0, "c": 0}
    assert found.loc["c", ["amount", "n_orders"]].tolist() == [0.0, 0]
    assert pd.isna(found.loc["c", "largest_order_amount"])
