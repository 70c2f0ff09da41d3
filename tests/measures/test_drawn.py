"""Some customers, drawn by chance: always the same, on every engine, and nothing else of the company is lost."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from fixtures.engines import ENGINES
from pandas.testing import assert_frame_equal

from portfolio_lab.measures.cache import MeasureCache
from portfolio_lab.measures.drawn import draw_customers, keep_customers
from portfolio_lab.measures.order_days import build_order_days
from portfolio_lab.measures.order_sums import add_order_sums

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
DAY = date(2024, 12, 31)


def orders_of(ids) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": ids, "order_date": pd.Timestamp("2024-01-31"), "amount": 1.0})


@pytest.fixture
def draw(on_duckdb):
    return lambda ids, n: draw_customers(on_duckdb(orders=orders_of(ids)), n_customers=n)


def test_no_more_than_asked_for_is_everybody(draw) -> None:
    ids = [f"c{n}" for n in range(10)]
    assert draw(ids, 10) is None
    assert (len(draw(ids, 9).customers), draw(ids, 9).n_everybody) == (9, 10)


def test_who_never_ordered_and_who_is_in_no_list_of_customers_count_too(on_duckdb) -> None:
    customers = pd.DataFrame({"customer_id": ["b", "c", "d"]})
    drawn = draw_customers(on_duckdb(orders=orders_of(["a", "a", "b"]), customers=customers), n_customers=3)
    assert drawn.n_everybody == 4


def test_the_draw_depends_on_nobody_else_and_on_no_order_of_rows(draw) -> None:
    ids = [f"c{n}" for n in range(400)]
    drawn = draw(ids, 100).customers
    assert drawn == draw(ids[::-1] * 2, 100).customers == tuple(sorted(drawn))
    smaller = draw(ids, 50).customers
    assert set(smaller) < set(drawn)
    later = draw([*ids, *(f"new{n}" for n in range(40))], 100).customers
    stayed = set(later) & set(drawn)
    assert set(later) - stayed <= {f"new{n}" for n in range(40)} and len(stayed) >= 80


def test_everybody_is_drawn_with_the_same_chance(draw) -> None:
    """Ids in their order, as those of a company that numbers its customers: early and late ones alike."""
    ids = [f"C{n:07d}" for n in range(20_000)]
    numbers = np.array([int(name[1:]) for name in draw(ids, 5_000).customers])
    expected, spread = 5_000 / 20, np.sqrt(5_000 / 20 * 0.95 * 0.75)
    assert (abs(np.bincount(numbers // 1_000) - expected) < 4 * spread).all()
    assert abs(np.bincount(numbers % 10) - 500).max() < 4 * np.sqrt(500 * 0.9 * 0.75)


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_on_every_engine_the_same_are_drawn_and_kept(engine, upload, company) -> None:
    tables = upload(engine, company)
    drawn = draw_customers(tables, n_customers=4)
    assert drawn == draw_customers(upload(ibis.duckdb.connect(), company), n_customers=4)
    kept, of_all = (build_order_days(some, as_of=DAY) for some in (keep_customers(tables, drawn.customers), tables))
    assert 0 < len(kept) < len(of_all)
    assert_frame_equal(kept, of_all[of_all["customer_id"].isin(drawn.customers)].reset_index(drop=True))


def test_every_measure_of_some_customers_is_that_of_all_for_them(on_duckdb, company, calls) -> None:
    tables = on_duckdb(**company)
    chosen = ["00123", "prospect", "zoé"]
    kept = keep_customers(tables, chosen)
    assert set(kept) == set(tables) and kept["products"] is tables["products"]
    for name, build, own in calls:
        found, of_all = build(kept, as_of=DAY, **own), build(tables, as_of=DAY, **own)
        if "customer_id" in of_all:
            own_rows = of_all[of_all["customer_id"].isin(chosen)].reset_index(drop=True)
            assert_frame_equal(found, own_rows[list(found)], check_dtype=False, obj=name)


def test_the_kept_sums_of_orders_are_those_of_the_drawn(on_duckdb, company, tmp_path) -> None:
    sums = add_order_sums(on_duckdb(**company), cache=MeasureCache(tmp_path, fingerprint="data"))
    kept = keep_customers(sums, ["00123"])
    assert {name for name in kept if kept[name].columns[0] == "customer_id"} > {"order_days", "order_shares"}
    assert all(set(kept[name].to_pandas()["customer_id"]) <= {"00123"} for name in ("order_days", "order_shares"))
