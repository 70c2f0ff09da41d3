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


def test_tables_that_stand_alone_are_not_missing_for_a_company_with_orders(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\n")
    missing = border.stage().report.missing_tables
    assert "customers" in missing and not {"orders", "valuations", "durations", "experiment"} & set(missing)


def test_a_file_with_another_delimiter_is_one_fault_that_says_which(border, opened):
    border.write("orders.csv", "CustomerID;Day;Net\na;2026-01-01;1\n")
    columns = {"customer_id": "CustomerID", "order_date": "Day", "amount": "Net * 2"}
    source, data = opened(tables={"orders": {"columns": columns, "where": "CustomerID IS NOT NULL"}})
    with pytest.raises(DataError) as refused:
        find_raw_tables(source, data)
    (fault,) = refused.value.faults
    assert (fault.table, fault.problem) == ("orders", "is read as one single column")
    assert fault.remedy == """the header seems to be separated by ';': set format.delimiter: ";\""""
