"""Order days: what is an order, what is a purchase day, and sums to the last digit."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.measures.order_days import build_order_days

DAY = date(2024, 12, 31)


def _lines(*rows: tuple, **constant: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "order_id", "amount"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]), **constant)


def _days(on_duckdb, lines: pd.DataFrame, as_of: date = DAY) -> pd.DataFrame:
    return build_order_days(on_duckdb(orders=lines), as_of=as_of)


@pytest.mark.parametrize(
    ("rows", "n_orders", "is_purchase_day"),
    [
        ([("o1", 10.0)], 1, True),
        ([("o1", 0.01)], 1, True),
        ([("o1", 0.0)], 1, False),
        ([("o1", -10.0)], 1, False),
        ([("o1", 10.0), ("o1", -10.0)], 1, False),
        ([("o1", 10.0), ("o2", -30.0)], 2, True),
        ([(None, 10.0), (None, -10.0)], 1, False),
        ([(None, 10.0), (None, -9.0)], 1, True),
        ([("o1", 5.0), (None, -10.0), (None, -10.0)], 2, True),
        ([("o1", 0.1), ("o1", 0.2), ("o1", -0.3)], 1, False),
    ],
    ids=["sale", "a cent", "free", "return", "taken back", "another returned", "no id, nothing", "no id, sale",
         "with and without id", "float dust"],
)  # fmt: skip
def test_a_purchase_day_has_an_order_of_positive_amount(on_duckdb, rows, n_orders, is_purchase_day) -> None:
    days = _days(on_duckdb, _lines(*[("c", "2024-02-29", order, amount) for order, amount in rows]))
    assert days[["n_orders", "n_lines", "is_purchase_day"]].values.tolist() == [[n_orders, len(rows), is_purchase_day]]
    assert days["amount"].tolist() == [pytest.approx(sum(amount for _, amount in rows), abs=1e-12)]


def test_without_order_ids_a_day_is_one_order(on_duckdb) -> None:
    lines = _lines(("c", "2024-01-31", "x", 5.0), ("c", "2024-01-31", "y", -5.0)).drop(columns="order_id")
    days = _days(on_duckdb, lines)
    assert days[["n_orders", "n_lines", "is_purchase_day"]].values.tolist() == [[1, 2, False]]


def test_the_lines_of_one_order_on_two_days_are_judged_day_by_day(on_duckdb) -> None:
    days = _days(on_duckdb, _lines(("c", "2024-01-31", "o", 5.0), ("c", "2024-02-01", "o", -5.0)))
    assert days["is_purchase_day"].tolist() == [True, False]


def test_identical_lines_are_kept_and_an_id_is_one_customers(on_duckdb) -> None:
    lines = _lines(("a", "2024-01-31", "o", 5.0), ("a", "2024-01-31", "o", 5.0), ("b", "2024-01-31", "o", 5.0))
    days = _days(on_duckdb, lines)
    assert days[["customer_id", "amount", "n_orders", "n_lines"]].values.tolist() == [
        ["a", 10.0, 1, 2],
        ["b", 5.0, 1, 1],
    ]


def test_as_of_counts_the_whole_of_its_day_and_nothing_after(on_duckdb) -> None:
    lines = _lines(("c", "2024-02-28", "a", 1.0), ("c", "2024-02-29", "b", 1.0), ("c", "2024-03-01", "c", 1.0))
    assert len(_days(on_duckdb, lines, as_of=date(2024, 2, 29))) == 2


@pytest.mark.parametrize(
    ("columns", "margin"),
    [
        ({"margin_amount": [1.5, 2.5]}, 4.0),
        ({"margin_amount": [1.5, None]}, np.nan),
        ({"cost_amount": [7.0, 9.0]}, 14.0),
        ({"cost_amount": [7.0, None]}, np.nan),
        ({"margin_amount": [1.5, None], "cost_amount": [0.0, 9.0]}, 12.5),
        ({"margin_amount": [None, None], "cost_amount": [None, 9.0]}, np.nan),
        ({}, np.nan),
    ],
    ids=["given", "one unknown", "from cost", "one cost unknown", "given before cost", "both unknown", "no columns"],
)
def test_margin_is_given_or_amount_less_cost_and_never_part_of_a_sum(on_duckdb, columns, margin) -> None:
    lines = _lines(("c", "2024-01-31", "o", 10.0), ("c", "2024-01-31", "p", 20.0))
    typed = {name: pd.array(values, dtype="float64") for name, values in columns.items()}
    assert _days(on_duckdb, lines.assign(**typed))["margin_amount"].tolist() == pytest.approx([margin], nan_ok=True)


def test_large_and_small_amounts_add_up_exactly(on_duckdb) -> None:
    rows = [("c", "2024-01-31", "o", amount) for amount in (1e12, 0.01, -1e12, 0.000001)]
    assert _days(on_duckdb, _lines(*rows))["amount"].tolist() == [0.010001]
