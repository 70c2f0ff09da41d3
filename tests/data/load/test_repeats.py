"""Days that were loaded twice are found and refused; the run file may ask for the second load to be left out."""

import duckdb
import pandas as pd
import pytest

from portfolio_lab.data.load.repeats import doubled_days, loaded_twice
from portfolio_lab.errors import DataError

HEADER = "customer_id,order_date,amount,order_id\n"
ONCE = {"tables": {"orders": {"loaded_twice": "once"}}}


def lines(month, days):
    return "".join(f"a,2026-{month:02d}-{day:02d},{day},o{month}{day}\n" for day in days)


def counted(*days):
    return pd.DataFrame(days, columns=["day", "n_lines", "n_distinct"])


def test_a_month_loaded_twice_is_refused(border):
    border.write("orders.csv", HEADER + lines(1, range(1, 16)) * 2)
    with pytest.raises(DataError, match=r"stands there twice in 1 months \(2026-01\)"):
        border.stage()


def test_days_at_the_seam_of_two_exports_are_refused_with_both_ways_out(border):
    border.write("orders/1.csv", HEADER + lines(1, range(1, 25)))
    border.write("orders/2.csv", HEADER + lines(1, range(15, 29)))
    with pytest.raises(DataError, match=r"twice on 10 days \(2026-01-15 to 2026-01-24\)") as refused:
        border.stage()
    assert refused.value.faults[0].n == 10
    assert refused.value.faults[0].remedy.endswith("data.tables.orders.loaded_twice: once")


def test_a_second_load_is_left_out_counted_and_written_for_correction(border):
    border.write("orders/1.csv", HEADER + lines(1, range(1, 25)) + lines(1, [20]))  # one line was twice in truth
    border.write("orders/2.csv", HEADER + lines(1, range(15, 29)) + lines(1, [20]))
    staged = border.stage(**ONCE)
    frame = border.frame(**ONCE)
    assert frame.groupby("order_date").size().value_counts().to_dict() == {1: 27, 2: 1}
    (finding,) = [item for item in staged.report.findings if item.severity == "dropped"]
    assert (finding.n, {example.file for example in finding.examples}) == (11, {"2.csv"})
    assert "was loaded twice" in (staged.folder / "rejected_orders.csv").read_text(encoding="utf-8")


def test_a_second_load_in_a_database_file_is_left_out(border):
    border.write("orders.csv", HEADER + lines(1, range(1, 25)) * 2)
    path = border.source / "company.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"CREATE TABLE orders AS FROM read_csv('{border.source / 'orders.csv'}', all_varchar = true)")
    with pytest.raises(DataError, match=r"loaded_twice: once"):
        border.stage(source=path)
    assert len(border.frame(source=path, **ONCE)) == 24


def test_lines_that_are_twice_on_other_days_stay(border):
    border.write("orders.csv", HEADER + lines(1, [1, 1, 2, 3]))
    assert len(border.frame(**ONCE)) == 4


def test_without_order_numbers_nobody_can_tell(border):
    plain = "".join(f"a,2026-01-{day:02d},{day}\n" for day in range(1, 16))
    border.write("orders.csv", "customer_id,order_date,amount\n" + plain + plain)
    assert len(border.frame()) == 30


@pytest.mark.parametrize(
    ("days", "n_doubled"),
    [
        (counted(("2026-01-01", 20, 10)), 1),
        (counted(("2026-01-01", 18, 9)), 0),  # too few lines to be sure
        (counted(("2026-01-01", 10, 5), ("2026-01-05", 10, 5)), 2),
        (counted(("2026-01-01", 10, 5), ("2026-01-02", 9, 9), ("2026-01-05", 10, 5)), 0),
        (counted(("2026-01-01", 100, 54)), 0),
        (counted(("2026-01-01", 19, 10)), 0),
        (counted(("2026-01-01", 38, 20)), 1),  # 1.9 lines for each distinct one
        (counted(("2026-01-01", 38, 20), ("2026-01-02", 2, 2)), 1),
    ],
)
def test_days_that_were_loaded_twice(days, n_doubled):
    assert len(doubled_days(days)) == n_doubled


def test_the_days_are_named_as_months_where_these_are_whole():
    whole = counted(("2026-01-01", 40, 20), ("2026-02-01", 40, 20), ("2026-03-01", 5, 5))
    (finding,) = loaded_twice(whole)
    assert "in 2 months (2026-01, 2026-02)" in finding.problem
    (finding,) = loaded_twice(counted(("2026-01-01", 40, 20), ("2026-01-02", 5, 5)))
    assert "twice on 2026-01-01: loaded twice" in finding.problem
    assert loaded_twice(counted(("2026-01-01", 1, 1))) == []


def test_the_setting_is_for_orders_alone(border):
    border.write("orders.csv", HEADER + lines(1, [1]))
    border.write("customers.csv", "customer_id\na\n")
    with pytest.raises(DataError, match=r"key data\.tables\.customers\.loaded_twice: has no meaning here"):
        border.stage(tables={"customers": {"loaded_twice": "once"}})
