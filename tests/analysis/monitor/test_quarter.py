"""A period in money and quality: totals by hand, what is not known stays unknown."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.monitor.quarter import (
    Totals,
    compute_change,
    is_covered,
    tabulate_money,
    tabulate_quality,
    total_period,
)
from portfolio_lab.analysis.periods import period_until

QUARTER = period_until(date(2024, 6, 30), "quarter")  # 91 days


def test_totals_by_hand(customer_periods):
    customers = customer_periods(a=49.99, b=50.0, c=200.004, d=(-10, 0)).assign(
        n_due_deliveries=[2, 2, 0, 0], n_on_time_deliveries=[1, 2, 0, 0], n_families=[1.0, 2.0, 6.0, 9.0]
    )
    found = total_period(customers, small_order_amount=50.0)
    assert (found.amount, found.margin_amount) == (289.99, 72.5)
    assert (found.n_customers, found.n_small, found.n_families) == (3, 1, 3.0)
    assert found.on_time_share == 0.75
    assert found.small_share == pytest.approx(1 / 3)
    assert found.amount_per_customer == pytest.approx(289.99 / 3)
    assert found.margin_per_customer == pytest.approx(72.5 / 3)
    assert found.margin_rate == pytest.approx(72.5 / 289.99)


def test_what_is_known_in_part_is_not_known(customer_periods):
    customers = customer_periods(a=10.0, b=20.0).assign(margin_amount=[1.0, np.nan], n_families=np.nan)
    found = total_period(customers, small_order_amount=50.0)
    assert (found.margin_amount, found.margin_rate, found.n_families, found.on_time_share) == (None,) * 4


def test_a_period_without_orders_is_nothing_and_has_no_shares(customer_periods):
    found = total_period(customer_periods(), small_order_amount=50.0)
    assert (found.amount, found.n_customers) == (0.0, 0)
    assert (found.amount_per_customer, found.small_share, found.margin_amount) == (None, None, None)


@pytest.mark.parametrize(("value", "base", "expected"), [(110, 100, 0.1), (90, 100, -0.1), (1, 0, None), (1, -5, None),
                                                         (None, 5, None), (5, None, None)])  # fmt: skip
def test_a_change_needs_a_base_above_zero(value, base, expected):
    found = compute_change(value, base)
    assert found is None if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("first", "expected"),
    [(date(2023, 1, 1), True), (date(2024, 4, 10), True), (date(2024, 4, 11), False), (None, False)],
)
def test_data_that_begin_within_a_period_do_not_show_it(first, expected):
    assert is_covered(QUARTER, first) is expected


def _totals(amount, **own):
    return Totals(**{"amount": amount, "margin_amount": None, "n_customers": 4, "n_small": 1, "n_families": None,
                     "n_due_deliveries": 0, "n_on_time_deliveries": 0} | own)  # fmt: skip


def test_the_money_table_has_a_row_a_period_and_one_for_the_target():
    table = tabulate_money({"now": _totals(120.0), "before": _totals(100.0)}, target=150.0).set_index("period")
    assert table.index.tolist() == ["now", "before", "Target"]
    assert table["change_share"].tolist()[1:] == pytest.approx([0.2, -0.2])
    assert pd.isna(table.loc["now", "change_share"])
    assert table.loc["Target", "amount"] == 150.0


def test_quality_shows_only_what_is_known_of_this_period():
    table = tabulate_quality({"now": _totals(120.0), "before": _totals(100.0, n_families=3.0)})
    assert table["indicator"].tolist() == ["amount_per_customer", "small_share"]
    assert table.loc[0, ["now", "before"]].tolist() == [30.0, 25.0]
