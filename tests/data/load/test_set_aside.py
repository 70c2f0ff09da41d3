"""What the run file's own condition leaves out is counted with its amount, and is no fault."""

import pytest

from portfolio_lab.data.source import Source
from portfolio_lab.errors import DataError

LINES = "customer_id,order_date,amount\na,2026-01-01,10\n,2026-01-02,7.5\n,2026-01-03,x\nb,2026-01-04,2\n"
ORDERS = {"tables": {"orders": {"where": "customer_id IS NOT NULL"}}}


def test_rows_set_aside_are_counted_with_their_amount_and_are_a_finding_of_their_own(border):
    border.write("orders.csv", LINES)
    staged = border.stage(max_drop_share=0.0, **ORDERS)
    orders = staged.report.table("orders")
    assert (orders.n_found, orders.n_read, orders.n_kept, orders.n_dropped) == (4, 2, 2, 0)
    assert (orders.n_set_aside, orders.set_aside_amount) == (2, 7.5)
    (finding,) = staged.report.findings
    assert (finding.severity, finding.n, finding.column) == ("set_aside", 2, None)
    assert "customer_id IS NOT NULL" in finding.remedy
    assert border.stage(max_drop_share=0.0, **ORDERS).report == staged.report  # and it is remembered


def test_without_a_condition_nothing_is_set_aside(border):
    border.write("orders.csv", LINES)
    staged = border.stage()
    assert (staged.report.table("orders").n_set_aside, staged.report.table("orders").set_aside_amount) == (0, None)
    assert all(finding.severity != "set_aside" for finding in staged.report.findings)


def test_other_tables_have_no_amount_and_an_unreadable_condition_sets_nothing_aside(border):
    border.write("orders.csv", LINES)
    border.write("customers.csv", "customer_id,size\na,5\nb,1\nc,x\n")
    staged = border.stage(tables={"customers": {"where": "size > 2"}})
    customers = staged.report.table("customers")
    assert (customers.n_set_aside, customers.set_aside_amount, customers.n_dropped) == (1, None, 1)


def test_what_is_set_aside_is_not_looked_at_for_faults_and_never_comes_out(border):
    header = "customer_id,name,size\n"
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,10\n")
    border.write("customers.csv", header + "a,x,1\na,y,0\nb,z,0\n,,0\n")
    customers = {"tables": {"customers": {"where": "size = 1"}}}
    report = border.stage(**customers).report
    assert [finding.severity for finding in report.findings] == ["set_aside"]
    assert border.frame("customers", **customers)["name"].tolist() == ["x"]


def test_a_file_is_scanned_once_for_its_rows_and_those_set_aside(border, monkeypatch):
    scans, close = [], Source.close

    def look_and_close(source):
        counted = source.con.raw_sql("SELECT count(DISTINCT scan_id) FROM scans_orders_0").fetchone()
        scans.append(counted[0])
        close(source)

    monkeypatch.setattr(Source, "close", look_and_close)
    border.write("orders.csv", LINES + "c,2026-01-05\n")
    assert border.stage(**ORDERS).report.table("orders").n_set_aside == 2
    assert scans == [1]


def test_broken_lines_are_counted_once(border):
    border.write("orders.csv", LINES + "c,2026-01-05\n")
    orders = border.stage(**ORDERS).report.table("orders")
    assert (orders.n_found, orders.n_set_aside, orders.n_dropped) == (5, 2, 1)


def test_a_condition_that_leaves_nothing_is_refused_by_its_name(border):
    border.write("orders.csv", LINES)
    with pytest.raises(DataError, match=r"all 4 rows are set aside by the run file's own condition → correct data.tab"):
        border.stage(tables={"orders": {"where": "customer_id = 'z'"}})
