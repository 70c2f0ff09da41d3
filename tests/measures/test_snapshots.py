"""Customer snapshots: every column by hand, on both sides of every boundary."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.errors import DataError
from portfolio_lab.measures.snapshots import build_snapshots, find_window_start


@pytest.fixture(scope="module")
def snapshot(company, upload) -> pd.DataFrame:
    """The small company at its last day, by customer; the window is the calendar year 2024."""
    tables = upload(ibis.duckdb.connect(), company)
    return build_snapshots(tables, as_of=date(2024, 12, 31), window_months=12).set_index("customer_id")


@pytest.mark.parametrize(
    ("as_of", "months", "start"),
    [
        ("2026-09-30", 12, "2025-09-30"),
        ("2024-12-31", 12, "2023-12-31"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2025-02-28", 12, "2024-02-29"),
        ("2026-06-30", 3, "2026-03-31"),
        ("2026-06-29", 3, "2026-03-29"),
        ("2026-03-30", 1, "2026-02-28"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2026-01-15", 1, "2025-12-15"),
    ],
)
def test_the_window_starts_so_many_months_before(as_of, months, start) -> None:
    found = find_window_start(date.fromisoformat(as_of), window_months=months)
    assert found == date.fromisoformat(start)


def test_all_history_has_no_start() -> None:
    assert find_window_start(date(2024, 1, 1), window_months=None) is None


def test_everybody_known_or_served_is_there_once(snapshot) -> None:
    assert snapshot.index.tolist() == ["00123", "123", "Zoé", "año-Ñ", "prospect", "stranger", "zoé"]
    assert snapshot.index[~snapshot["is_known"]].tolist() == ["stranger"]


def test_order_dates_count_any_line_and_purchase_dates_only_purchases(snapshot) -> None:
    dates = ["first_order_date", "first_purchase_date", "last_purchase_date", "last_order_date"]
    assert [day.strftime("%m-%d") for day in snapshot.loc["año-Ñ", dates]] == ["07-01", "07-02", "07-02", "07-02"]
    assert snapshot.loc["Zoé", dates].notna().tolist() == [True, False, False, True]
    assert snapshot.loc["prospect", dates].isna().all()


def test_gaps_lie_between_consecutive_purchase_days(snapshot) -> None:
    columns = ["n_purchase_days", "n_gaps", "mean_gap_days", "median_gap_days", "tenure_days", "days_since_last_order"]
    # 31 Dec, 31 Jan (two orders), [29 Feb: a return], 31 Mar, 31 Dec: gaps of 31, 60 and 275 days
    assert snapshot.loc["00123", columns].tolist() == [4, 3, 122.0, 60.0, 366.0, 0.0]
    assert snapshot.loc["zoé", columns].tolist() == [3, 2, 2.0, 2.0, 915.0, 911.0]
    assert snapshot.loc["Zoé", columns].tolist() == pytest.approx([0, 0] + [np.nan] * 4, nan_ok=True)


def test_the_window_leaves_out_its_first_day_and_keeps_its_last(snapshot) -> None:
    columns = ["amount", "amount_total", "margin_amount", "n_orders", "n_order_lines"]
    assert snapshot.loc["00123", columns].tolist() == [31.6, 131.6, 7.35, 5, 8]
    assert snapshot.loc["zoé", columns].tolist() == [0.0, 1000000001.01, 0.0, 0, 0]
    assert snapshot.loc["prospect", columns].tolist() == [0.0, 0.0, 0.0, 0, 0]


def test_money_is_rounded_once_and_away_from_zero(snapshot) -> None:
    assert snapshot.loc[["123", "stranger", "Zoé"], "amount"].tolist() == [100.0, 15.01, -12.35]


def test_an_order_on_several_days_is_one_order(snapshot) -> None:
    assert snapshot.loc["123", ["n_orders", "n_purchase_days"]].tolist() == [1, 3]


def test_the_salesperson_is_in_charge_or_of_the_last_order(snapshot) -> None:
    assert snapshot["salesperson_id"].to_dict() == {
        "00123": "eve",  # took over on 30 June
        "123": "bob",  # the stay ended on as_of; bob is on the last order
        "año-Ñ": "ana",  # began on as_of
        "prospect": "bob",  # eve ended and bob began on as_of
        "zoé": "ana",
        "Zoé": None,
        "stranger": None,
    }


def test_without_assignments_the_last_order_that_names_somebody_decides(company, on_duckdb) -> None:
    tables = on_duckdb(orders=company["orders"])
    found = build_snapshots(tables, as_of=date(2024, 12, 31), window_months=12).set_index("customer_id")
    assert found.loc[["00123", "año-Ñ"], "salesperson_id"].tolist() == ["Ann", "zed"]
    earlier = build_snapshots(tables, as_of=date(2024, 12, 30), window_months=12).set_index("customer_id")
    # 31 March names nobody, 29 February names ana
    assert earlier.loc["00123", "salesperson_id"] == "ana"


def test_the_customers_tables_own_salesperson_comes_last(company, on_duckdb) -> None:
    customers = company["customers"].assign(salesperson_id="office")
    tables = on_duckdb(orders=company["orders"], customers=customers, assignments=company["assignments"])
    found = build_snapshots(tables, as_of=date(2024, 12, 31), window_months=12).set_index("customer_id")
    assert found.loc[["00123", "zoé", "Zoé"], "salesperson_id"].tolist() == ["eve", "ana", "office"]


def test_contacts_are_counted_in_the_window_and_the_last_is_of_all_history(snapshot) -> None:
    assert snapshot.loc[["00123", "zoé", "prospect", "123"], "n_contacts"].tolist() == [2, 0, 1, 0]
    assert snapshot.loc[["00123", "zoé"], "last_contact_date"].dt.strftime("%Y-%m-%d").tolist() == [
        "2024-12-31", "2022-07-04"]  # fmt: skip


def test_dated_attributes_hold_from_their_day_to_the_next_change(company, on_duckdb) -> None:
    tables = on_duckdb(**company)
    days = {date(2024, 1, 30): "retail", date(2024, 6, 29): "retail", date(2024, 6, 30): "b2b"}
    for day, segment in days.items():
        frame = build_snapshots(tables, as_of=day, window_months=12).set_index("customer_id")
        assert frame.loc["00123", "segment"] == segment
    assert frame.loc["zoé", "colour"] == "violet"


def test_attributes_of_every_type_are_laid_over_the_customers_table(snapshot) -> None:
    assert snapshot.loc["00123", ["latitude", "colour", "Colour"]].tolist() == [52.25, "red", "RED"]
    assert snapshot.loc["prospect", "is_locked"]
    assert snapshot.loc["stranger", "loyalty"] == "gold"
    assert snapshot["is_locked"].dtype == bool


def test_what_had_not_happened_yet_is_not_known(company, on_duckdb) -> None:
    frame = build_snapshots(on_duckdb(**company), as_of=date(2024, 12, 30), window_months=12).set_index("customer_id")
    assert "prospect" not in frame.index
    assert frame.loc["123", ["closed_date", "closed_reason"]].isna().all()
    assert frame.loc["Zoé", "closed_date"] == pd.Timestamp("2023-01-01")
    assert frame.loc["123", "salesperson_id"] == "bob"


def test_orders_alone_are_enough(company, on_duckdb) -> None:
    orders = company["orders"][["customer_id", "order_date", "amount"]]
    frame = build_snapshots(on_duckdb(orders=orders), as_of=date(2024, 12, 31), window_months=None)
    assert frame["margin_amount"].isna().all()
    assert frame["amount"].equals(frame["amount_total"])
    assert not frame["is_known"].any()
    assert frame["n_contacts"].eq(0).all()


def test_an_attribute_with_the_name_of_a_measure_is_refused(company, on_duckdb) -> None:
    customers = company["customers"].assign(n_orders="7", amount="many")
    with pytest.raises(DataError) as refused:
        build_snapshots(on_duckdb(orders=company["orders"], customers=customers), as_of=date(2024, 12, 31),
                        window_months=12)  # fmt: skip
    assert [fault.column for fault in refused.value.faults] == ["amount", "n_orders"]
    assert "map it to another name" in str(refused.value)
