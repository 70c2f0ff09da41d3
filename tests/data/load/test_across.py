"""What only shows across rows and tables."""

import pytest

from portfolio_lab.errors import DataError

ORDERS = "customer_id,order_date,amount,order_id\na,2026-01-05,1,o1\nb,2026-02-01,2,o2\n"


def finding(staged, table, column):
    return next(item for item in staged.report.findings if (item.table, item.column) == (table, column))


def test_a_repeated_key_keeps_its_first_row(border):
    border.write("orders.csv", ORDERS)
    border.write("customers.csv", "customer_id,name\na,first\na,second\nb,other\n")
    found = finding(border.stage(), "customers", "customer_id")
    assert (found.n, found.severity, found.examples[0].row, found.examples[0].key) == (1, "dropped", 3, "a")
    assert border.frame("customers").set_index("customer_id")["name"].to_dict() == {"a": "first", "b": "other"}


@pytest.mark.parametrize(
    ("second", "n_overlaps"),
    [("2026-02-01", 0), ("2026-01-31", 1)],
)
def test_a_stay_that_starts_before_the_earlier_one_ended_is_left_out(border, second, n_overlaps):
    border.write("orders.csv", ORDERS)
    rows = f"a,s1,2026-01-01,2026-02-01\na,s2,{second},\nb,s1,2026-01-01,\n"
    border.write("assignments.csv", f"customer_id,salesperson_id,start_date,end_date\n{rows}")
    findings = border.stage().report.findings
    assert sum(item.n for item in findings if "overlaps" in item.problem) == n_overlaps


def test_an_open_stay_overlaps_whatever_comes_later(border):
    border.write("orders.csv", ORDERS)
    rows = "a,s1,2026-01-01,\na,s2,2026-03-01,2026-04-01\na,s3,2026-05-01,\n"
    border.write("assignments.csv", f"customer_id,salesperson_id,start_date,end_date\n{rows}")
    found = finding(border.stage(), "assignments", "start_date")
    assert (found.n, [example.row for example in found.examples]) == (2, [3, 4])


def test_orders_of_unknown_customers_are_kept_and_counted(border):
    border.write("orders.csv", ORDERS)
    border.write("customers.csv", "customer_id,name\na,A\n")
    staged = border.stage()
    assert finding(staged, "orders", "customer_id").severity == "noted"
    assert staged.report.orders.n_of_unknown_customers == 1
    assert staged.report.orders.known_customer_share == 0.5
    assert staged.report.table("orders").n_kept == 2


def test_an_order_after_the_customer_was_closed_is_noted(border):
    border.write("orders.csv", ORDERS)
    border.write("customers.csv", "customer_id,closed_date\na,2026-01-04\nb,2026-02-01\n")
    assert finding(border.stage(), "orders", "order_date").n == 1


def test_identical_lines_are_kept_and_counted(border):
    border.write("orders.csv", ORDERS + "a,2026-01-05,1,o1\n")
    staged = border.stage()
    assert staged.report.orders.n_identical_lines == 1
    assert staged.report.table("orders").n_kept == 3


def test_months_without_orders_and_the_ledger(border):
    border.write("orders.csv", ORDERS + "b,2026-04-01,0.1,o3\nb,2026-04-01,0.2,o4\n")
    report = border.stage(control_totals={"2026-01": 1.0, "2026-04": 0.31}).report
    assert [(month["month"], month["n_lines"]) for month in report.orders.months] == [
        ("2026-01", 1), ("2026-02", 1), ("2026-03", 0), ("2026-04", 2),
    ]  # fmt: skip
    assert [(row["month"], row["gap"]) for row in report.control_totals] == [("2026-01", 0.0), ("2026-04", -0.01)]


def test_what_is_kept_although_it_is_odd_is_named_with_its_place_key_and_value(border):
    border.write("orders.csv", ORDERS + 'c,2026-02-02,"3",o3\n')
    border.write("customers.csv", "customer_id,closed_date\na,2026-01-04\nb,\n")
    border.write("contacts.csv", "customer_id,contact_date,channel\nb,2026-01-01,visit\nz,2026-01-02,call\n")
    staged = border.stage()
    places = [
        (found.table, found.column, *(found.examples[0].file, found.examples[0].row, found.examples[0].value))
        for found in staged.report.findings
    ]
    assert places == [
        ("orders", "customer_id", "orders.csv", 4, "c"),
        ("contacts", "customer_id", "contacts.csv", 3, "z"),
        ("orders", "order_date", "orders.csv", 2, "2026-01-05"),
    ]
    assert staged.report.findings[0].examples[0].key == "c / o3"


def test_odd_rows_are_named_by_the_lines_in_which_they_begin(border):
    border.write("orders.csv", 'customer_id,order_date,amount,note\na,2026-01-05,1,"x\ny"\n\nb,2026-01-05,1,z\n')
    border.write("customers.csv", "customer_id\na\n")
    assert finding(border.stage(), "orders", "customer_id").examples[0].row == 5


def test_days_that_were_loaded_twice_name_the_first_line_of_the_second_load(border):
    lines = "".join(f"a,2026-01-{day:02d},{day},o{day}\n" for day in range(1, 16))
    border.write("orders/1.csv", f"customer_id,order_date,amount,order_id\n{lines}")
    border.write("orders/2.csv", f"customer_id,order_date,amount,order_id\n{lines}b,2026-02-01,1,p1\n")
    with pytest.raises(DataError) as refused:
        border.stage()
    fault = refused.value.faults[0]
    assert (fault.file, fault.row, fault.key, fault.value) == ("2.csv", 2, "a / o1", "2026-01-01")
