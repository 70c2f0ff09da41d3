"""Customer months: a complete calendar from the first order line to as_of."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.measures.customer_months import build_customer_months


def _lines(*rows: tuple, **constant: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]), **constant)


LINES = _lines(
    ("a", "2023-12-31", 10.0),
    ("a", "2023-12-01", -1.0),
    ("a", "2024-02-29", 5.0),
    ("a", "2024-02-29", 5.0),
    ("a", "2024-02-01", 2.0),
    ("b", "2024-03-01", -7.0),
)


def _months(on_duckdb, lines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    return build_customer_months(on_duckdb(orders=lines), as_of=as_of)


def test_no_month_is_missing_between_the_first_line_and_as_of(on_duckdb) -> None:
    months = _months(on_duckdb, LINES, date(2024, 3, 1))
    rows = months.assign(month=months["month"].dt.strftime("%Y-%m-%d"))[
        ["customer_id", "month", "amount", "n_purchase_days"]
    ]
    assert rows.values.tolist() == [
        ["a", "2023-12-01", 9.0, 1],
        ["a", "2024-01-01", 0.0, 0],
        ["a", "2024-02-01", 12.0, 2],
        ["a", "2024-03-01", 0.0, 0],
        ["b", "2024-03-01", -7.0, 0],
    ]


@pytest.mark.parametrize(
    ("as_of", "n_rows"),
    [(date(2024, 2, 29), 3), (date(2024, 3, 1), 5), (date(2023, 12, 1), 1), (date(2025, 1, 31), 25)],
)
def test_the_calendar_ends_with_the_month_of_as_of(on_duckdb, as_of, n_rows) -> None:
    months = _months(on_duckdb, LINES, as_of)
    assert len(months) == n_rows
    assert months["month"].max() == pd.Timestamp(as_of).replace(day=1)


def test_a_month_under_way_stops_at_as_of(on_duckdb) -> None:
    months = _months(on_duckdb, LINES, date(2024, 2, 28))
    assert months["amount"].tolist() == [9.0, 0.0, 2.0]


def test_margin_is_zero_in_an_idle_month_and_empty_where_it_is_not_known(on_duckdb) -> None:
    known = _months(on_duckdb, LINES.assign(margin_amount=[4.0, 0.0, 1.0, None, 1.0, -2.0]), date(2024, 3, 1))
    assert known["margin_amount"].tolist() == pytest.approx([4.0, 0.0, np.nan, 0.0, -2.0], nan_ok=True)
    unknown = _months(on_duckdb, LINES, date(2024, 3, 1))
    assert unknown["margin_amount"].isna().all()


def test_nobody_has_ordered_yet(on_duckdb) -> None:
    assert _months(on_duckdb, LINES, date(2020, 1, 1)).empty
