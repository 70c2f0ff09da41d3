"""Price effects: today's quantity times the change of each product's average price."""

from datetime import date

import pandas as pd
import pytest

from portfolio_lab.measures.price_effects import build_price_effects

PERIODS = {"as_of": date(2024, 6, 30), "start": date(2024, 4, 1), "base_start": date(2024, 1, 1),
           "base_end": date(2024, 4, 1)}  # fmt: skip


@pytest.fixture
def build(on_duckdb):
    def _build(*rows: tuple, without: tuple[str, ...] = ()) -> pd.DataFrame:
        lines = pd.DataFrame(rows, columns=["customer_id", "order_date", "product_id", "quantity", "amount"])
        lines = lines.assign(order_date=pd.to_datetime(lines["order_date"]), quantity=lines["quantity"].astype(float))
        return build_price_effects(on_duckdb(orders=lines.drop(columns=list(without))), **PERIODS).set_index(
            "customer_id"
        )

    return _build


ROWS = (
    ("a", "2024-03-31", "soap", 10, 20.0),  # 2.00 each
    ("a", "2024-04-01", "soap", 4, 10.0),  # 2.50 each: price 4 × 0.50
    ("a", "2024-06-30", "soap", 4, 10.0),
    ("a", "2024-05-01", "paper", 1, 7.0),  # new to this customer: volume
    ("a", "2023-12-31", "paper", 1, 5.0),  # before the base
    ("a", "2024-07-01", "soap", 1, 99.0),  # after as_of
    ("b", "2024-02-01", "soap", 1, 2.0),
)


def test_price_and_sums_by_hand(build):
    found = build(*ROWS)
    assert found.loc["a"].tolist() == [27.0, 20.0, 20.0, 4.0]
    assert found.loc["b", ["amount", "base_amount", "compared_amount"]].tolist() == [0.0, 2.0, 0.0]
    assert pd.isna(found.loc["b", "price_amount"])


def test_without_products_all_are_one(build):
    found = build(*ROWS, without=("product_id",))
    assert found.loc["a", "price_amount"] == pytest.approx(27.0 - 9 * 2.0)


def test_without_quantities_there_is_no_price(build):
    found = build(*ROWS, without=("quantity",))
    assert found["price_amount"].isna().all()
    assert found.loc["a", ["amount", "base_amount"]].tolist() == [27.0, 20.0]


@pytest.mark.parametrize(
    ("product", "quantity", "amount"), [("soap", -1, -2.0), ("soap", 0, 2.0), ("soap", 1, -2.0), (None, 1, 3.0)]
)
def test_returns_and_lines_without_product_or_quantity_have_no_price(build, product, quantity, amount):
    found = build(("a", "2024-02-01", product, quantity, amount), ("a", "2024-05-01", product, 2, 5.0))
    assert pd.isna(found.loc["a", "price_amount"])
    assert found.loc["a", "amount"] == 5.0
