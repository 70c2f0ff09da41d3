"""When data are refused."""

from pathlib import Path

import pytest

from portfolio_lab.data.load.refusal import refuse
from portfolio_lab.data.load.report import Finding, LoadReport, TableReport
from portfolio_lab.errors import DataError
from portfolio_lab.policy import DataPolicy

HERE = Path("reports/mine")


def make_report(n_read, n_kept, *findings):
    table = TableReport("orders", "o.csv", n_read, n_kept, {}, (), ())
    return LoadReport("x", "f", (table,), findings, None, ())


@pytest.mark.parametrize(("n_kept", "is_refused"), [(95, False), (94, True)])
def test_the_limit_itself_is_still_allowed(n_kept, is_refused):
    report = make_report(100, n_kept)
    if is_refused:
        with pytest.raises(DataError, match=r"6 of 100 rows.*all of them: reports/mine/rejected_orders.csv"):
            refuse(report, DataPolicy(max_drop_share=0.05), folder=HERE)
    else:
        refuse(report, DataPolicy(max_drop_share=0.05), folder=HERE)


@pytest.mark.parametrize(("n", "is_refused"), [(5, False), (6, True)])
def test_too_many_emptied_values_point_to_a_wrong_format(n, is_refused):
    report = make_report(100, 100, Finding("orders", "promised_date", "is not a day", "declare it", "emptied", n))
    if is_refused:
        with pytest.raises(DataError, match="column promised_date: is not a day"):
            refuse(report, DataPolicy(max_drop_share=0.05), folder=HERE)
    else:
        refuse(report, DataPolicy(max_drop_share=0.05), folder=HERE)


def test_orders_without_rows_are_refused():
    with pytest.raises(DataError, match="has no rows"):
        refuse(make_report(0, 0), DataPolicy(), folder=HERE)


def finished(table, n_kept, n_set_aside=0):
    return TableReport(table, f"{table}.csv", n_kept, n_kept, {}, (), (), n_set_aside=n_set_aside)


def test_finished_tables_without_rows_are_refused_by_their_own_name_unless_another_has_some():
    report = LoadReport("x", "f", (finished("durations", 0), finished("valuations", 0)), (), None, ())
    with pytest.raises(DataError) as caught:
        refuse(report, DataPolicy(), folder=HERE)
    assert [fault.table for fault in caught.value.faults] == ["durations", "valuations"]
    assert {fault.problem for fault in caught.value.faults} == {"has no rows"}
    beside = LoadReport("x", "f", (finished("durations", 0), finished("valuations", 9)), (), None, ())
    refuse(beside, DataPolicy(), folder=HERE)


def test_a_condition_that_leaves_no_finished_lifetime_is_named():
    report = LoadReport("x", "f", (finished("durations", 0, n_set_aside=7),), (), None, ())
    with pytest.raises(DataError, match=r"all 7 rows are set aside .* correct data\.tables\.durations\.where"):
        refuse(report, DataPolicy(), folder=HERE)


def test_a_finding_that_forbids_the_run_refuses_it():
    report = make_report(10, 10, Finding("orders", None, "loaded twice", "remove one", "refused", 5))
    with pytest.raises(DataError, match="loaded twice"):
        refuse(report, DataPolicy(), folder=HERE)


@pytest.mark.parametrize("severity", ["dropped", "emptied"])
def test_valuations_stand_on_the_row_before_so_none_may_be_lost(severity):
    finding = Finding("valuations", "nav_before", "is not a number", "correct it", severity, 1)
    table = TableReport("valuations", "v.csv", 100, 99 if severity == "dropped" else 100, {}, (), ())
    report = LoadReport("x", "f", (table,), (finding,), None, ())
    with pytest.raises(DataError, match="column nav_before: is not a number → correct it"):
        refuse(report, DataPolicy(max_drop_share=1), folder=HERE)


def test_what_alone_would_not_refuse_is_told_with_what_does():
    other = Finding("orders", "customer_id", "is not in the table customers", "add them", "noted", 1)
    bad = Finding("orders", "amount", "is not a number", "correct it", "dropped", 6)
    empty = Finding("orders", "promised_date", "is not a day", "declare it", "emptied", 1)
    aside = Finding("orders", None, "was set aside", "nothing", "set_aside", 3)
    with pytest.raises(DataError) as refused:
        refuse(make_report(100, 94, other, bad, empty, aside), DataPolicy(max_drop_share=0.05), folder=HERE)
    problems = [fault.problem for fault in refused.value.faults]
    assert problems[1] == "is not a number (6 rows)"
    assert problems[2:] == [
        "is not in the table customers, which alone would not refuse the run",
        "is not a day, which alone would not refuse the run",
    ]
