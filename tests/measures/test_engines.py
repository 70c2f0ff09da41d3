"""Every measure says the same on every engine: DuckDB, a PostgreSQL server and a Spark session."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import date
from types import MappingProxyType

import ibis
import pandas as pd
import pytest
from fixtures.engines import ENGINES
from pandas.testing import assert_frame_equal

import portfolio_lab.measures

# What a measure asks for besides tables and as_of; a measure with a parameter of its own adds it here.
KEYWORDS = MappingProxyType({"window_months": (12, 1, None)})
OTHERS = ENGINES[1:]


def _measures() -> dict[str, Callable[..., pd.DataFrame]]:
    """All public functions ``build_*(tables, *, as_of, …)`` of the package, also those written after this test."""
    modules = pkgutil.walk_packages(portfolio_lab.measures.__path__, "portfolio_lab.measures.")
    functions = {}
    for module in modules:
        members = inspect.getmembers(importlib.import_module(module.name), inspect.isfunction)
        functions |= {n: f for n, f in members if n.startswith("build_") and f.__module__ == module.name}
    return functions


def _calls() -> list[tuple[str, dict[str, object]]]:
    calls = []
    for name, function in _measures().items():
        own = [key for key in inspect.signature(function).parameters if key not in ("tables", "as_of")]
        calls += [(name, {key: value}) for key in own for value in KEYWORDS[key]] or [(name, {})]
    return calls


def test_the_measures_that_we_know_of_are_found() -> None:
    assert {"build_snapshots", "build_order_days", "build_customer_months"} <= set(_measures())


@pytest.fixture
def reference(company: dict[str, pd.DataFrame], upload: Callable) -> dict[str, ibis.Table]:
    return upload(ibis.duckdb.connect(), company)


@pytest.mark.parametrize("engine", OTHERS, indirect=True)
@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2024, 2, 29)], ids=str)
def test_a_measure_is_equal_on_every_engine(engine, day, company, upload, reference) -> None:
    tables = upload(engine, company)
    for name, keywords in _calls():
        build = _measures()[name]
        expected = build(reference, as_of=day, **keywords)
        found = build(tables, as_of=day, **keywords)
        assert len(expected) > 0
        days = [column for column in expected if column.endswith("_gap_days")]
        # money and counts to the last bit, shuffled rows or not; a mean of days may differ in its last digit
        assert_frame_equal(found.drop(columns=days), expected.drop(columns=days), check_exact=True)
        assert_frame_equal(found[days], expected[days], check_exact=False, rtol=1e-9, atol=0)


def test_types_are_ours(company, upload, as_of) -> None:
    """On DuckDB; the comparison above includes the types of the other engines."""
    tables = upload(ibis.duckdb.connect(), company)
    kinds = {"int64", "float64", "bool", "object", "datetime64[ns]"}
    for name, keywords in _calls():
        frame = _measures()[name](tables, as_of=as_of, **keywords)
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
    snapshots = _measures()["build_snapshots"](tables, as_of=date(2026, 1, 1), window_months=None)
    assert snapshots["customer_id"].tolist() == list(GAPS)
    assert snapshots["median_gap_days"].tolist() == [median for _, median, _ in GAPS.values()]
    assert snapshots["mean_gap_days"].tolist() == pytest.approx([mean for _, _, mean in GAPS.values()], rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_the_order_of_rows_is_by_code_point_not_by_collation(engine, upload) -> None:
    ids = ["b", "B", "a", "A", "é", "z", "00123", "0123", "Z", "_", "ä"]
    frame = pd.DataFrame({"customer_id": ids, "order_date": pd.Timestamp("2024-02-29"), "amount": 1.0,
                          "salesperson_id": "s"})  # fmt: skip
    tied = pd.concat([frame, frame.assign(salesperson_id="Z"), frame.assign(salesperson_id="ä")])
    snapshot = _measures()["build_snapshots"](
        upload(engine, {"orders": tied}), as_of=date(2024, 2, 29), window_months=None
    )
    assert snapshot["customer_id"].tolist() == sorted(ids)
    assert set(snapshot["salesperson_id"]) == {"Z"}


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_sums_of_money_do_not_depend_on_the_order_of_rows(engine, upload) -> None:
    amounts = [0.1] * 30 + [1e9, -1e9, 0.7, 1e-3, 0.005] * 5
    for seed in (0, 1):
        shuffled = pd.Series(amounts).sample(frac=1, random_state=seed).to_list()
        lines = pd.DataFrame({"customer_id": "c", "order_date": pd.Timestamp("2024-01-31"), "amount": shuffled})
        tables = upload(engine, {"orders": lines})
        assert _measures()["build_order_days"](tables, as_of=date(2024, 1, 31))["amount"].tolist() == [6.53]
        snapshot = _measures()["build_snapshots"](tables, as_of=date(2024, 1, 31), window_months=1)
        assert snapshot["amount"].tolist() == [6.53]
