"""Sums of orders are made once, and every measure says the same from them as from the lines."""

from datetime import date

import pandas as pd
import pytest
from fixtures.engines import ENGINES
from pandas.testing import assert_frame_equal

from portfolio_lab.data.load import ORDER_DAYS, ORDER_SHARES
from portfolio_lab.measures import order_sums
from portfolio_lab.measures.cache import MeasureCache
from portfolio_lab.measures.order_days import build_order_days
from portfolio_lab.measures.order_sums import add_order_sums

DAY = date(2024, 12, 31)
WITHOUT = ([], ["salesperson_id"], ["order_id", "margin_amount"])


@pytest.fixture
def cache(tmp_path) -> MeasureCache:
    return MeasureCache(tmp_path / "measures", fingerprint="data-1")


@pytest.fixture
def tables(on_duckdb, company):
    return on_duckdb(**company)


@pytest.mark.parametrize(
    "without", WITHOUT, ids=["everything", *("no " + " and ".join(names) for names in WITHOUT[1:])]
)
def test_every_measure_is_the_same_from_sums_as_from_lines(on_duckdb, company, calls, cache, without) -> None:
    tables = on_duckdb(**company | {"orders": company["orders"].drop(columns=without)})
    kept = add_order_sums(tables, cache=cache)
    assert set(kept) == {*tables, ORDER_SHARES, ORDER_DAYS}
    for build, own in {name: (build, own) for name, build, own in calls}.values():
        expected = build(tables, as_of=DAY, **own)
        assert_frame_equal(build(kept, as_of=DAY, **own), expected, check_exact=True)


def test_sums_are_cut_at_the_day_like_the_lines(tables, cache) -> None:
    for day in (date(2024, 7, 1), date(2024, 7, 2)):
        found = build_order_days(add_order_sums(tables, cache=cache), as_of=day)
        assert found["order_date"].max() <= pd.Timestamp(day)
        assert_frame_equal(found, build_order_days(tables, as_of=day), check_exact=True)


@pytest.mark.parametrize("name", [ORDER_SHARES, ORDER_DAYS])
def test_the_measures_read_the_sums_and_not_the_lines(tables, cache, name) -> None:
    kept = add_order_sums(tables, cache=cache)
    one = {"orders": kept["orders"], name: kept[name]}
    double = one | {name: kept[name].mutate(amount=kept[name].amount * 2)}
    once, twice = (build_order_days(found, as_of=DAY)["amount"].sum() for found in (one, double))
    assert twice == pytest.approx(2 * once)


def test_shares_are_fewer_than_lines_and_exact(on_duckdb, cache) -> None:
    line = {"customer_id": "a", "order_date": pd.Timestamp("2024-01-31"), "order_id": "o", "amount": 0.1}
    lines = pd.DataFrame([line | {"salesperson_id": name} for name in ["ana"] * 30 + ["bob"] * 10 + [None]])
    shares = add_order_sums(on_duckdb(orders=lines), cache=cache)[ORDER_SHARES].to_pandas()
    found = shares.set_index("salesperson_id")["amount"].astype(str).sort_values().tolist()
    assert found == ["0.100000", "1.000000", "3.000000"]


def test_they_are_made_once(tables, cache) -> None:
    add_order_sums(tables, cache=cache)
    made = {path: path.stat().st_mtime_ns for path in cache.folder.iterdir()}
    assert len(made) == 2
    add_order_sums(tables, cache=cache)
    assert {path: path.stat().st_mtime_ns for path in cache.folder.iterdir()} == made
    add_order_sums(tables, cache=MeasureCache(cache.folder, fingerprint="data-2"))
    assert len(list(cache.folder.iterdir())) == 4


@pytest.mark.parametrize("content", [b"", b"PAR1 half", b"customer_id,amount\n"], ids=["empty", "cut", "text"])
def test_a_file_that_is_not_whole_is_made_again(tables, cache, content) -> None:
    add_order_sums(tables, cache=cache)
    for path in cache.folder.iterdir():
        path.write_bytes(content)
    kept = add_order_sums(tables, cache=cache)
    assert [kept[name].count().to_pandas() > 0 for name in (ORDER_SHARES, ORDER_DAYS)] == [True, True]


def test_without_room_the_measures_come_from_the_lines(tables, cache, monkeypatch) -> None:
    monkeypatch.setattr(order_sums, "keep_table", lambda table, path: False)
    assert add_order_sums(tables, cache=cache) == tables


def test_a_company_without_orders_has_no_sums(on_duckdb, company, cache) -> None:
    tables = on_duckdb(customers=company["customers"])
    assert add_order_sums(tables, cache=cache) == tables


@pytest.mark.parametrize("engine", ENGINES[1:2], indirect=True)
def test_tables_on_a_server_stay_as_they_are(engine, upload, company, cache) -> None:
    tables = upload(engine, {"orders": company["orders"]})
    assert add_order_sums(tables, cache=cache) == tables
    assert not cache.folder.exists()
