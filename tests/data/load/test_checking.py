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
        ("quotes", "quotes.csv", None),
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


def test_a_table_that_cannot_be_mapped_hides_no_fault_of_the_others_nor_of_its_own_rows(border):
    border.write("orders.csv", "customer_id,order_date,net\na,2026-01-01,1\nb,03/04/2026,1\n")
    border.write("assignments.csv", "customer_id,salesperson_id,from\na,s,2026-01-01\n,s,2026-01-01\n")
    border.write("customers.csv", "customer_id,name\na,A\na,B\n")
    border.write("quotes.csv", "")
    with pytest.raises(DataError) as refused:
        border.stage(tables={"products": {"table": "articles"}})
    assert [(fault.table, fault.column, fault.row) for fault in refused.value.faults] == [
        ("products", None, None),
        ("quotes", None, None),
        ("orders", "amount", None),
        ("assignments", "start_date", None),
        ("orders", "order_date", 3),
        ("customers", "customer_id", 3),
        ("assignments", "customer_id", 3),
    ]


def test_rows_of_a_table_whose_condition_cannot_be_read_are_not_judged(border):
    border.write("orders.csv", "customer_id,order_date,net\na,never,1\n")
    with pytest.raises(DataError) as refused:
        border.stage(tables={"orders": {"where": "net > 0"}})
    assert [fault.column for fault in refused.value.faults] == ["amount"]


def test_a_column_mapped_twice_is_named_with_its_file(border):
    border.write("orders.csv", "customer,order_date,amount\na,2026-01-01,1\n")
    with pytest.raises(DataError, match=r"file orders\.csv, table orders, column customer: is mapped twice"):
        border.stage(tables={"orders": {"columns": {"customer_id": "customer", "order_id": "customer"}}})
