"""Customer products: days per product, within the days asked for."""

from datetime import date

import pandas as pd

from portfolio_lab.measures.customer_products import build_customer_products

DAYS = {"as_of": date(2024, 6, 30), "start": date(2024, 1, 1)}
ROWS = pd.DataFrame(
    [
        ("a", "2024-01-01", "soap", 5.0),
        ("a", "2024-01-01", "soap", 6.0),  # the same day
        ("a", "2024-06-30", "soap", 7.0),
        ("a", "2024-03-01", "paper", 8.0),
        ("a", "2023-12-31", "paper", 8.0),  # before the start
        ("a", "2024-07-01", "paper", 8.0),  # after as_of
        ("a", "2024-04-01", "paper", -8.0),  # a return
        ("a", "2024-05-01", None, 9.0),
    ],
    columns=["customer_id", "order_date", "product_id", "amount"],
).assign(order_date=lambda frame: pd.to_datetime(frame["order_date"]))


def test_days_by_product_by_hand(on_duckdb):
    found = build_customer_products(on_duckdb(orders=ROWS), **DAYS)
    assert found.to_numpy().tolist() == [["a", "paper", 1], ["a", "soap", 2]]


def test_orders_without_products_give_no_row(on_duckdb):
    found = build_customer_products(on_duckdb(orders=ROWS.drop(columns="product_id")), **DAYS)
    assert found.empty
    assert list(found.columns) == ["customer_id", "product_id", "n_purchase_days"]
