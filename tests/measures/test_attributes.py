"""Attributes in force: names, types, and refusals that say which value."""

import pandas as pd
import pytest

from portfolio_lab.errors import DataError
from portfolio_lab.measures.attributes import (
    assert_attributes_fit,
    assert_names_are_free,
    list_attributes,
    name_attributes,
)


def test_names_are_listed_once_and_sorted_by_code_point(company, on_duckdb) -> None:
    assert list_attributes(on_duckdb(attributes=company["attributes"])) == [
        "Colour", "colour", "is_locked", "latitude", "loyalty", "segment"]  # fmt: skip
    assert list_attributes({}) == []


def test_columns_of_the_customers_table_and_a_salesperson_are_welcome() -> None:
    assert_names_are_free(["name", "region", "salesperson_id", "colour", "N_ORDERS"])


@pytest.mark.parametrize("name", ["customer_id", "amount", "n_gaps", "is_known", "last_contact_date"])
def test_a_measures_name_is_taken(name) -> None:
    with pytest.raises(DataError, match=f"column {name}: an attribute of customers has the name of a measure"):
        assert_names_are_free(["region", name])


def _named(texts: list, attribute: str, **base: list) -> pd.Series:
    frame = pd.DataFrame({"a0": texts, **{f"c{n}": values for n, values in enumerate(base.values())}})
    return name_attributes(frame, columns=list(base), attributes=[attribute])[attribute]


def test_a_dated_value_wins_and_the_table_fills_the_gaps() -> None:
    assert _named(["x", None], "region", region=["a", "b"]).tolist() == ["x", "b"]
    assert _named(["x", None], "hair", region=["a", "b"]).notna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("potential_amount", "1e3", 1000.0),
        ("is_locked", "Yes", True),
        ("has_open_deal", "0", False),
        ("closed_date", "2024-02-29", pd.Timestamp("2024-02-29")),
        ("city", "7", "7"),
    ],
)
def test_a_dated_value_takes_the_type_of_its_column(name, text, value) -> None:
    assert _named([text, None], name).tolist()[0] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("latitude", "north"),
        ("latitude", "nan"),
        ("latitude", "inf"),
        ("is_locked", "perhaps"),
        ("closed_date", "29/02/2024"),
    ],
)
def test_a_dated_value_of_the_wrong_type_is_refused(name, text) -> None:
    with pytest.raises(DataError) as refused:
        _named([text, text, None], name)
    (fault,) = refused.value.faults
    assert (fault.table, fault.value, fault.n) == ("attributes", text, 2)
    assert name in fault.problem


def test_what_a_snapshot_would_stumble_on_is_found_without_one(company, on_duckdb) -> None:
    changes = pd.DataFrame({"customer_id": ["a", "a"], "attribute": ["latitude", "segment"], "value": ["north", "b2b"],
                            "valid_from": pd.Timestamp("2024-01-01")})  # fmt: skip
    assert_attributes_fit(on_duckdb(customers=company["customers"], attributes=company["attributes"]))
    with pytest.raises(DataError, match="latitude has the wrong type"):
        assert_attributes_fit(on_duckdb(attributes=changes))
    with pytest.raises(DataError, match="column n_gaps: an attribute of customers has the name of a measure"):
        assert_attributes_fit(on_duckdb(customers=company["customers"].assign(n_gaps="1")))
