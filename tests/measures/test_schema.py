"""The contracts of the measures, and how a frame is brought to one."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from pandera.errors import SchemaError

from portfolio_lab.measures.schema import CustomerMonths, OrderDays, Snapshots, conform


def _order_days(**changes: object) -> pd.DataFrame:
    row = {
        "customer_id": ["b", "a"],
        "order_date": ["2024-02-29", "2024-03-01"],
        "amount": [Decimal("1.10"), Decimal("-2")],
        "margin_amount": [None, Decimal("0.5")],
        "n_orders": [1.0, 2.0],
        "n_lines": [1, 3],
        "is_purchase_day": [None, True],
    }
    return pd.DataFrame({**row, **changes})


def test_types_and_order_are_the_contracts() -> None:
    frame = conform(_order_days(), contract=OrderDays)
    assert frame["customer_id"].tolist() == ["a", "b"]
    assert frame.dtypes.astype(str).to_dict() == {
        "customer_id": "object",
        "order_date": "datetime64[ns]",
        "amount": "float64",
        "margin_amount": "float64",
        "n_orders": "int64",
        "n_lines": "int64",
        "is_purchase_day": "bool",
    }
    assert frame.loc[1, "amount"] == 1.1
    assert np.isnan(frame.loc[1, "margin_amount"])
    assert not frame.loc[1, "is_purchase_day"]


def test_the_input_frame_is_not_changed() -> None:
    frame = _order_days()
    conform(frame, contract=OrderDays)
    pd.testing.assert_frame_equal(frame, _order_days())


@pytest.mark.parametrize(
    "changes",
    [
        {"customer_id": ["a", None]},
        {"n_lines": [0, 1]},
        {"amount": [None, Decimal(1)]},
        {"customer_id": ["a", "a"], "order_date": ["2024-03-01", "2024-03-01"]},
    ],
    ids=["no customer", "no lines", "no amount", "a day twice"],
)
def test_a_frame_that_breaks_the_contract_is_refused(changes: dict) -> None:
    with pytest.raises(SchemaError):
        conform(_order_days(**changes), contract=OrderDays)


def test_further_columns_are_left_out_where_the_contract_is_closed() -> None:
    assert "note" not in conform(_order_days(note="x"), contract=OrderDays)


def test_a_snapshot_has_every_column_and_keeps_attributes_as_text() -> None:
    frame = conform(
        pd.DataFrame({"customer_id": ["a"], "amount": 1.0, "amount_total": 1.0, "colour": ["red"], "Area": [np.nan]}),
        contract=Snapshots,
    )
    required = [name for name, column in Snapshots.to_schema().columns.items() if column.required]
    assert frame.columns.tolist() == [*required, "Area", "colour"]
    assert frame.loc[0, ["colour", "Area", "region", "n_gaps", "is_locked"]].tolist() == ["red", None, None, 0, False]


def test_an_empty_frame_keeps_its_types() -> None:
    months = conform(pd.DataFrame(columns=["customer_id", "month", "amount"]), contract=CustomerMonths)
    assert months.empty
    assert str(months["month"].dtype) == "datetime64[ns]"
    assert str(months["n_purchase_days"].dtype) == "int64"


def test_customers_as_codes_end_as_texts_in_the_same_order() -> None:
    coded = _order_days(customer_id=pd.Categorical(["b", "a"], categories=["b", "c", "a"]))
    pd.testing.assert_frame_equal(
        conform(coded, contract=OrderDays), conform(_order_days(), contract=OrderDays), check_exact=True
    )


@pytest.mark.parametrize("ids", [pd.Categorical(["a", None]), pd.Categorical([1, 2])], ids=["missing", "numbers"])
def test_codes_of_anything_but_texts_are_refused(ids: pd.Categorical) -> None:
    with pytest.raises(SchemaError):
        conform(_order_days(customer_id=ids), contract=OrderDays)


def test_a_part_of_an_order_is_no_count() -> None:
    with pytest.raises(TypeError):
        conform(_order_days(n_lines=[1.5, 2.0]), contract=OrderDays)
