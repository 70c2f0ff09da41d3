"""Which tables are there and can be mapped: every fault of every table at once, before anything is read through."""

from portfolio_lab.data.load.found import find_raw_tables


def test_faults_of_all_tables_are_named_together(border):
    border.write("orders.csv", "customer_id,order_date\na,2026-01-01\n")
    border.write("quotes.csv", "")
    border.write("contacts.csv", "customer_id,contact_date\na,2026-01-01\n")
    source, data = border.open()
    found = find_raw_tables(source, data)
    assert [(fault.table, fault.file, fault.column) for fault in found.faults] == [
        ("quotes", "quotes.csv", None),
        ("orders", "orders.csv", "amount"),
        ("contacts", "contacts.csv", "channel"),
    ]
    assert sorted(found.tables) == ["contacts", "orders"]


def test_a_file_with_another_delimiter_is_one_fault_that_says_which(border):
    border.write("orders.csv", "CustomerID;Day;Net\na;2026-01-01;1\n")
    columns = {"customer_id": "CustomerID", "order_date": "Day", "amount": "Net * 2"}
    source, data = border.open(tables={"orders": {"columns": columns, "where": "CustomerID IS NOT NULL"}})
    found = find_raw_tables(source, data)
    (fault,) = found.faults
    assert not found.tables
    assert (fault.table, fault.problem) == ("orders", "is read as one single column")
    assert fault.remedy == """the header seems to be separated by ';': set format.delimiter: ";\""""
