"""Typed and checked, one table after the other and against each other: one pass tells everything."""

import duckdb
import pytest

from portfolio_lab.data.load.checking import keep_usable, type_table
from portfolio_lab.data.load.found import find_raw_tables
from portfolio_lab.errors import DataError

BESIDES = ", which alone would not refuse the run"
COUNT = "and count as different"


def test_a_typed_table_keeps_its_unusable_rows_until_they_are_asked_to_go(border, tmp_path):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\nb,never,1\n")
    source, data = border.open()
    raw = find_raw_tables(source, data).tables["orders"]
    table, fields = type_table(source, raw, data, folder=tmp_path)
    assert [field.column.name for field in fields] == ["customer_id", "order_date", "amount"]
    assert table.to_pandas()["__problem__"].tolist() == [None, "order_date|not_a_day"]
    assert keep_usable(table).to_pandas()["customer_id"].tolist() == ["a"]


def test_tables_that_stand_alone_are_not_missing_for_a_company_with_orders(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\n")
    missing = border.stage().report.missing_tables
    assert "customers" in missing and not {"orders", "valuations", "durations", "experiment"} & set(missing)


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


def told(border, **settings):
    with pytest.raises(DataError) as refused:
        border.stage(**settings)
    return [(fault.table, fault.column, fault.problem) for fault in refused.value.faults]


def test_a_table_that_cannot_be_mapped_hides_nothing_that_shows_across_tables(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\nb,2026-01-02,2\nTOTAL,2026-01-31,3\n")
    border.write("customers.csv", "customer_id,name,closed_date\na,A,2025-12-31\nb,B,\n")
    border.write("contacts.csv", "customer_id,contact_date\nA,2026-01-01\n")
    assert told(border) == [
        ("contacts", "channel", "is missing"),
        ("orders", "customer_id", "is a row of totals: its amount is the sum of the others"),
        ("contacts", "customer_id", f"holds 2 spellings that differ in capital letters only, {COUNT}{BESIDES}"),
        ("orders", "customer_id", f"is not in the table customers{BESIDES}"),
        ("contacts", "customer_id", f"is not in the table customers{BESIDES}"),
        ("orders", "order_date", f"is after the customer was closed{BESIDES}"),
    ]


@pytest.mark.parametrize("missing", ["customer_id", "order_date", "amount"])
def test_orders_that_lack_a_column_are_judged_by_the_others(border, missing):
    columns = {"customer_id": "TOTAL", "order_date": "2026-01-02", "amount": "-1", "order_id": "o"}
    there = [name for name in columns if name != missing]
    line = ",".join(columns[name] for name in there)
    border.write("orders.csv", "\n".join([",".join(there), *[line] * 40]) + "\n")
    border.write("customers.csv", "customer_id,name,closed_date\nb,B,2026-01-01\nTOTAL,T,2026-01-01\n")
    said = {(table, column, problem.removesuffix(BESIDES)) for table, column, problem in told(border)}
    sign = ("orders", "amount", "no order line has a positive amount (the largest is -1.00)")
    late = ("orders", "order_date", "is after the customer was closed (40 rows)")
    assert ("orders", missing, "is missing") in said
    assert (sign in said) == (missing != "amount")
    assert (late in said) == (missing == "amount")
    assert not [problem for *_, problem in said if "stands there twice" in problem]


def test_a_second_load_is_told_beside_a_table_that_cannot_be_mapped(border):
    lines = [f"c{k},2026-01-02,5,o{k}\n" for k in range(20)] * 2
    border.write("orders.csv", "customer_id,order_date,amount,order_id\n" + "".join(lines))
    border.write("quotes.csv", "")
    assert [table for table, _, problem in told(border) if "loaded twice" in problem] == ["orders"]


def test_rows_that_cannot_be_used_are_written_beside_a_table_that_cannot_be_mapped(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\nb,never,1\n")
    border.write("quotes.csv", "")
    told(border)
    rejected = (border.cache / "rejected_orders.csv").read_text(encoding="utf-8")
    assert "orders.csv,3,b,order_date,never" in rejected
    assert [path.name for path in border.cache.iterdir()] == ["rejected_orders.csv"]


def test_a_view_that_cannot_be_computed_hides_nothing_in_the_other_tables(border):
    path = border.source / "erp.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE orders AS SELECT 'a' AS customer_id, 'never' AS order_date, 1.0 AS amount")
        con.execute("CREATE TABLE texts AS SELECT 'a' AS customer_id, 'x' AS name")
        con.execute("CREATE VIEW customers AS SELECT customer_id, CAST(name AS INTEGER) AS name FROM texts")
        con.execute("CREATE TABLE quotes AS SELECT 'a' AS customer_id, 'soon' AS quote_date, 1.0 AS amount")
    said = [(table, column, problem[:25]) for table, column, problem in told(border, source=str(path))]
    days = {
        ("orders", "order_date", "is not a day that we can "),
        ("quotes", "quote_date", "is not a day that we can "),
    }
    assert {("customers", None, "the engine cannot compute"), *days} <= set(said)


def test_rows_of_a_table_whose_condition_cannot_be_read_are_not_judged(border):
    border.write("orders.csv", "customer_id,order_date,net\na,never,1\n")
    with pytest.raises(DataError) as refused:
        border.stage(tables={"orders": {"where": "net > 0"}})
    assert [fault.column for fault in refused.value.faults] == ["amount"]


def test_a_column_mapped_twice_is_named_with_its_file(border):
    border.write("orders.csv", "customer,order_date,amount\na,2026-01-01,1\n")
    with pytest.raises(DataError, match=r"file orders\.csv, table orders, column customer: is mapped twice"):
        border.stage(tables={"orders": {"columns": {"customer_id": "customer", "order_id": "customer"}}})


def test_a_table_that_cannot_be_read_refuses_a_company_whose_other_tables_were_staged_before(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\n")
    border.stage()
    border.write("quotes.csv", "")
    assert [table for table, *_ in told(border)] == ["quotes"]
    (border.source / "quotes.csv").unlink()
    assert border.stage().report.names == ("orders",)
