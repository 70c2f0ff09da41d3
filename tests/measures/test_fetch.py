"""What comes out of an engine: days stay days, empty values stay empty."""

import ibis
import pandas as pd
import pytest
from fixtures.engines import ENGINES

from portfolio_lab.measures.fetch import fetch, fetch_table


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_values_and_empty_values_arrive_from_every_engine(engine, upload) -> None:
    frame = pd.DataFrame(
        {
            "customer_id": ["00123", None],
            "order_date": pd.to_datetime(["2024-02-29", None]),
            "amount": [0.1, None],
            "is_locked": pd.array([True, None], dtype="boolean"),
        }
    )
    table = upload(engine, {"fetched": frame})["fetched"].mutate(n=ibis.literal(2**53), people=ibis.array(["é", "a"]))
    found = fetch(table.order_by(table.customer_id.desc(nulls_first=False)))
    assert found["customer_id"].tolist() == ["00123", None]
    assert pd.to_datetime(found["order_date"]).tolist() == [pd.Timestamp("2024-02-29"), pd.NaT]
    assert found["amount"].tolist() == [0.1, pytest.approx(float("nan"), nan_ok=True)]
    assert found["is_locked"].tolist() == [True, None]
    assert found["n"].tolist() == [2**53, 2**53]
    assert list(found["people"][0]) == ["é", "a"]


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_customers_arrive_as_codes_where_none_is_missing(engine, upload) -> None:
    table = upload(engine, {"fetched": pd.DataFrame({"customer_id": ["b", "a", "b"]})})["fetched"]
    found = fetch(table)["customer_id"]
    assert isinstance(found.dtype, pd.CategoricalDtype)
    assert sorted(found.tolist()) == ["a", "b", "b"]


@pytest.mark.parametrize("more", [{}, {"is_locked": pd.array([True, None, False], dtype="boolean")}])
def test_a_table_comes_as_ibis_gives_it(more) -> None:
    frame = pd.DataFrame(
        {
            "customer_id": ["00123", None, "Ω"],
            "day": pd.to_datetime(["2024-02-29", None, "2024-03-01"]),
            "amount": [0.1, None, 2.0],
            "n": pd.array([1, None, 2**40], dtype="Int64"),
            "whole": [1, 2, 3],
            **more,
        }
    )
    raw = ibis.duckdb.connect().create_table("raw", frame)
    table = raw.mutate(day=raw.day.cast("date"))
    found, expected = fetch_table(table), table.to_pandas()
    pd.testing.assert_frame_equal(found, expected)
    assert [type(value) for value in found["customer_id"]] == [type(value) for value in expected["customer_id"]]
