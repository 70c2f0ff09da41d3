"""Every measure says the same on every engine: DuckDB, a PostgreSQL server and a Spark session."""

from collections.abc import Callable
from datetime import date

import ibis
import pandas as pd
import pytest
from fixtures import engines
from fixtures.engines import ENGINES
from pandas.testing import assert_frame_equal

from portfolio_lab.measures.order_days import build_order_days
from portfolio_lab.measures.snapshots import build_snapshots

# Spark leaves the sockets over which it hands out rows to the garbage collector
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
DAYS = (date(2024, 12, 31), date(2024, 2, 29))
OTHERS = ENGINES[1:]


def test_a_missing_engine_skips_at_home_and_fails_under_ci(monkeypatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Java"):
        engines._unavailable("no Java")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="every engine must be there: no Java"):
        engines._unavailable("no Java")


def test_the_measures_that_we_know_of_are_found(measures) -> None:
    assert {"build_snapshots", "build_order_days", "build_customer_months"} <= set(measures)


@pytest.fixture(scope="module")
def expected(calls, upload, company) -> Callable[[date, int], pd.DataFrame]:
    """What DuckDB says, computed once: ``expected(day, number of the call)``."""
    tables = upload(ibis.duckdb.connect(), company)
    frames = {(day, n): build(tables, as_of=day, **own) for day in DAYS for n, (_, build, own) in enumerate(calls)}
    return lambda day, n: frames[day, n]


@pytest.mark.parametrize("engine", OTHERS, indirect=True)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_measure_is_equal_on_every_engine(engine, day, company, upload, calls, expected) -> None:
    tables = upload(engine, company)
    for n, (_, build, keywords) in enumerate(calls):
        ours, found = expected(day, n), build(tables, as_of=day, **keywords)
        assert len(ours) > 0
        days = [column for column in ours if column.endswith("_gap_days")]
        # money and counts to the last bit; a mean of days may differ in its last digit
        assert_frame_equal(found.drop(columns=days), ours.drop(columns=days), check_exact=True)
        assert_frame_equal(found[days], ours[days], check_exact=False, rtol=1e-9, atol=0)


def test_types_are_ours(calls, expected) -> None:
    """On DuckDB; the comparison above includes the types of the other engines."""
    kinds = {"int64", "float64", "bool", "object", "datetime64[ns]"}
    for n, (name, *_) in enumerate(calls):
        frame = expected(DAYS[0], n)
        assert {str(dtype) for dtype in frame.dtypes} <= kinds, name
        texts = frame.select_dtypes("object").stack(future_stack=True)
        assert {type(value) for value in texts} <= {str, type(None)}, name


GAPS = {  # customer: gaps, their median, their mean
    "even": ([1, 2], 1.5, 1.5),
    "even_of_four": ([1, 1, 4, 9], 2.5, 3.75),
    "odd": ([31, 60, 275], 60.0, 122.0),
    "one": ([7], 7.0, 7.0),
    "repeating": ([5, 5, 5, 5, 6], 5.0, 5.2),
}


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_medians_are_exact_and_means_of_whole_days_are_not_cut_to_whole_days(engine, upload) -> None:
    first = pd.Timestamp("2024-02-28")
    lines = [
        {"customer_id": customer, "order_date": first + pd.Timedelta(days=sum(gaps[:n])), "amount": 1.0}
        for customer, (gaps, _, _) in GAPS.items()
        for n in range(len(gaps) + 1)
    ]
    tables = upload(engine, {"orders": pd.DataFrame(lines)})
    snapshots = build_snapshots(tables, as_of=date(2026, 1, 1), window_months=None)
    assert snapshots["customer_id"].tolist() == list(GAPS)
    assert snapshots["median_gap_days"].tolist() == [median for _, median, _ in GAPS.values()]
    assert snapshots["mean_gap_days"].tolist() == pytest.approx([mean for _, _, mean in GAPS.values()], rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_the_order_of_rows_is_by_code_point_not_by_collation(engine, upload) -> None:
    ids = ["b", "B", "a", "A", "é", "z", "00123", "0123", "Z", "_", "ä"]
    frame = pd.DataFrame({"customer_id": ids, "order_date": pd.Timestamp("2024-02-29"), "amount": 1.0,
                          "salesperson_id": "s"})  # fmt: skip
    tied = pd.concat([frame, frame.assign(salesperson_id="Z"), frame.assign(salesperson_id="ä")])
    snapshot = build_snapshots(upload(engine, {"orders": tied}), as_of=date(2024, 2, 29), window_months=None)
    assert snapshot["customer_id"].tolist() == sorted(ids)
    assert set(snapshot["salesperson_id"]) == {"Z"}


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_sums_of_money_do_not_depend_on_the_order_of_rows(engine, upload) -> None:
    amounts = [0.1] * 30 + [1e9, -1e9, 0.7, 1e-3, 0.005] * 5
    for seed in (0, 1):
        shuffled = pd.Series(amounts).sample(frac=1, random_state=seed).to_list()
        lines = pd.DataFrame({"customer_id": "c", "order_date": pd.Timestamp("2024-01-31"), "amount": shuffled})
        tables = upload(engine, {"orders": lines})
        assert build_order_days(tables, as_of=date(2024, 1, 31))["amount"].tolist() == [6.53]
        snapshot = build_snapshots(tables, as_of=date(2024, 1, 31), window_months=1)
        assert snapshot["amount"].tolist() == [6.53]
