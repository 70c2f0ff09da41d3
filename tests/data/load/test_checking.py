"""Found, mapped, typed: every fault of every table at once, before anything is read through."""

import pytest

from portfolio_lab.data.load.checking import find_raw_tables, keep_usable, type_table
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import open_source
from portfolio_lab.errors import DataError


@pytest.fixture
def opened(border):
    def opened(**settings):
        data = DataSettings.model_validate({"source": str(border.source), **settings})
        return open_source(data, root=border.source), data

    return opened


def test_faults_of_all_tables_are_named_together(border, opened):
    border.write("orders.csv", "customer_id,order_date\na,2026-01-01\n")
    border.write("quotes.csv", "")
    border.write("contacts.csv", "customer_id,contact_date\na,2026-01-01\n")
    source, data = opened()
    with pytest.raises(DataError) as refused:
        find_raw_tables(source, data)
    assert [(fault.table, fault.file, fault.column) for fault in refused.value.faults] == [
        (None, "quotes.csv", None),
        ("orders", "orders.csv", "amount"),
        ("contacts", "contacts.csv", "channel"),
    ]


def test_a_typed_table_keeps_its_unusable_rows_until_they_are_asked_to_go(border, opened, tmp_path):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\nb,never,1\n")
    source, data = opened()
    raw = find_raw_tables(source, data)["orders"]
    table, fields = type_table(source, raw, data, folder=tmp_path)
    assert [field.column.name for field in fields] == ["customer_id", "order_date", "amount"]
    assert table.to_pandas()["__problem__"].tolist() == [None, "order_date|not_a_day"]
    assert keep_usable(table).to_pandas()["customer_id"].tolist() == ["a"]
