"""Population, window and month blocks."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.population import (
    Window,
    build_month_blocks,
    compute_window,
    count_purchase_days,
    select_population,
    start_months_back,
)
from portfolio_lab.errors import AnalysisError
from portfolio_lab.measures.snapshots import find_window_start


def _days(rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    return frame.assign(
        order_date=pd.to_datetime(frame["order_date"]),
        margin_amount=frame["amount"] / 4,
        is_purchase_day=frame["amount"] > 0,
    )


def test_population_is_everybody_who_ever_ordered(snapshots):
    assert select_population(snapshots)["customer_id"].tolist() == ["big", "small", "old"]


def test_window_ends_with_as_of():
    days = _days([("x", "2020-01-01", 5.0)])
    window = compute_window(days, as_of=date(2026, 9, 30), window_months=12)
    assert window == Window(date(2025, 10, 1), date(2026, 9, 30), 12)


@pytest.mark.parametrize("months", [1, 12, 13])
def test_window_starts_where_the_snapshots_start_it(months):
    for as_of in pd.date_range("2023-12-27", "2024-04-02").date:
        day_before = find_window_start(as_of, window_months=months)
        assert start_months_back(as_of, months) == day_before + timedelta(days=1)


@pytest.mark.parametrize(("first", "n_months"), [("2026-07-16", 2), ("2026-07-15", 3), ("2026-09-15", 1)])
def test_all_history_reaches_the_first_order(first, n_months):
    window = compute_window(_days([("x", first, 5.0)]), as_of=date(2026, 9, 15), window_months=None)
    assert window.n_months == n_months
    assert window.start <= date.fromisoformat(first)


def test_no_order_at_all_is_refused():
    with pytest.raises(AnalysisError, match="no order up to as_of"):
        compute_window(_days([]), as_of=date(2026, 9, 15), window_months=12)


def test_blocks_are_counted_back_from_as_of():
    days = _days(
        [
            ("x", "2026-09-15", 1.0),  # the last day
            ("x", "2026-08-16", 2.0),  # the first day of block 0
            ("x", "2026-08-15", 4.0),  # the last day of block 1
            ("x", "2026-07-16", 8.0),  # the first day of block 1 and of the window
            ("x", "2026-07-15", 16.0),  # before the window
            ("y", "2026-09-01", -0.25),
        ]
    )
    window = compute_window(days, as_of=date(2026, 9, 15), window_months=2)
    blocks = build_month_blocks(days, window=window)
    assert blocks.values.tolist() == [["x", 0, 2, 300], ["x", 1, 2, 1200], ["y", 0, 0, -25]]
    assert list(blocks.columns) == ["customer_id", "block", "n_purchase_days", "amount_cents"]


def test_blocks_of_the_margin():
    days = _days([("x", "2026-09-15", 10.0)])
    window = compute_window(days, as_of=date(2026, 9, 15), window_months=1)
    assert build_month_blocks(days, window=window, criterion="margin")["amount_cents"].tolist() == [250]


@pytest.mark.parametrize("as_of", [date(2026, 9, 30), date(2026, 3, 30), date(2024, 2, 28), date(2026, 8, 31)])
def test_blocks_add_up_to_the_window_on_any_day(as_of):
    generator = np.random.default_rng(4)
    dates = pd.Timestamp(as_of) - pd.to_timedelta(generator.integers(0, 800, size=500), unit="D")
    days = _days(zip(["x"] * 500, dates, generator.integers(1, 1000, size=500) / 100, strict=True))
    window = compute_window(days, as_of=as_of, window_months=13)
    inside = days["order_date"].between(pd.Timestamp(window.start), pd.Timestamp(as_of))
    blocks = build_month_blocks(days, window=window)
    assert blocks["amount_cents"].sum() == round(days.loc[inside, "amount"].sum() * 100)
    assert blocks["block"].tolist() == list(range(13))


def test_purchase_days_of_whoever_is_asked_for():
    blocks = pd.DataFrame({"customer_id": ["x", "x", "y"], "n_purchase_days": [2, 3, 0]})
    assert count_purchase_days(blocks, pd.Series(["z", "x", "y"])).tolist() == [0, 5, 0]
