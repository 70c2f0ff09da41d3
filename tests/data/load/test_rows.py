"""Row by row: what cannot be used is left out and counted with its place; nothing is silently coerced."""

import ibis
import pytest
from fixtures.engines import ENGINES

from portfolio_lab.data.load import open_tables
from portfolio_lab.data.load.rows import WRITTEN
from portfolio_lab.errors import DataError
from portfolio_lab.measures.attributes import assert_attributes_fit

HEADER = "customer_id,order_date,amount\n"


def only_finding(staged):
    (finding,) = staged.report.findings
    return finding


@pytest.mark.parametrize(
    ("line", "column", "problem", "value"),
    [
        (",2026-01-01,1", "customer_id", "is blank", None),
        ("   ,2026-01-01,1", "customer_id", "is blank", None),
        ("a,,1", "order_date", "is blank", None),
        ("a,03/04/2026,1", "order_date", "is not a day that we can read without guessing", "03/04/2026"),
        ("a,2026-02-30,1", "order_date", "is not a day that we can read without guessing", "2026-02-30"),
        ("a,20260101,1", "order_date", "is not a day that we can read without guessing", "20260101"),
        ("a,2026-01-01,", "amount", "is blank", None),
        ("a,2026-01-01,NaN", "amount", "is not a number", "NaN"),
        ("a,2026-01-01,inf", "amount", "is not a number", "inf"),
        ('a,2026-01-01,"1,5"', "amount", "is not a number", "1,5"),
        ("a,2026-01-01,1.234.567", "amount", "is not a number", "1.234.567"),
        ("a,2026-01-01,12 EUR", "amount", "is not a number", "12 EUR"),
        ("a,2026-01-01,0x10", "amount", "is not a number", "0x10"),
    ],
)
def test_an_unusable_row_is_left_out_with_its_line_and_value(border, line, column, problem, value):
    border.write("orders.csv", f"{HEADER}ok,2026-01-01,5\n{line}\n")
    staged = border.stage()
    finding = only_finding(staged)
    assert (finding.column, finding.problem, finding.severity, finding.n) == (column, problem, "dropped", 1)
    assert (finding.examples[0].file, finding.examples[0].row, finding.examples[0].value) == ("orders.csv", 3, value)
    assert staged.report.table("orders").n_kept == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1.0), ("-0.5", -0.5), ("+2", 2.0), (".5", 0.5), ("5.", 5.0), (" 7 ", 7.0), ("1e3", 1000.0), ("00012", 12.0)],
)
def test_numbers_as_people_write_them(border, text, number):
    border.write("orders.csv", f"{HEADER}a,2026-01-01,{text}\nsold,2026-01-02,10\n")
    assert sorted(border.frame()["amount"]) == sorted([number, 10.0])


@pytest.mark.parametrize(
    ("text", "number"), [("1.234.567,89", 1234567.89), ("1234,5", 1234.5), ("-1.000", -1000.0), ("12,", 12.0)]
)
def test_numbers_with_thousands_marks(border, text, number):
    border.write("orders.csv", f"customer_id;order_date;amount\na;2026-01-01;{text}\nsold;2026-01-02;10\n")
    frame = border.frame(format={"delimiter": ";", "decimal": ",", "thousands": "."})
    assert sorted(frame["amount"]) == sorted([number, 10.0])


@pytest.mark.parametrize("text", ["1.23", "1.2345", "12.34.567", "1,234.5"])
def test_thousands_marks_in_the_wrong_place_are_no_number(border, text):
    border.write("orders.csv", f"customer_id;order_date;amount\nok;2026-01-01;1\na;2026-01-01;{text}\n")
    staged = border.stage(format={"delimiter": ";", "decimal": ",", "thousands": "."})
    assert only_finding(staged).examples[0].value == text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-12-31", "2025-12-31"),
        ("2025-12-31 23:59:59", "2025-12-31"),
        ("2025-12-31T22:00:00-05:00", "2025-12-31"),
        ("2026-01-01T03:00:00Z", "2025-12-31"),
        ("2026-01-01 05:30:00+0000", "2026-01-01"),
    ],
)
def test_an_order_of_31_december_in_new_york_belongs_to_31_december(border, text, day):
    border.write("orders.csv", f"{HEADER}a,{text},1\n")
    frame = border.frame(timezone="America/New_York")
    assert str(frame["order_date"].iloc[0])[:10] == day


def test_an_optional_value_that_cannot_be_read_is_emptied_and_its_row_kept(border):
    border.write("orders.csv", "customer_id,order_date,amount,promised_date\na,2026-01-01,1,soon\nb,2026-01-01,1,\n")
    staged = border.stage()
    finding = only_finding(staged)
    assert (finding.column, finding.severity, finding.n, finding.examples[0].value) == (
        "promised_date", "emptied", 1, "soon",
    )  # fmt: skip
    assert border.frame()["promised_date"].isna().all()
    assert staged.report.table("orders").n_kept == 2


def test_a_value_outside_the_choices_or_the_range_is_not_used(border):
    border.write("orders.csv", f"{HEADER}a,2026-01-01,1\n")
    border.write("customers.csv", "customer_id,latitude\na,95\n")
    border.write("plan_arms.csv", "customer_id,plan_id,start_date,arm\na,p,2026-01-01,treated\nb,p,2026-01-01,other\n")
    findings = {finding.table: finding for finding in border.stage().report.findings if finding.severity != "noted"}
    assert findings["customers"].severity == "emptied"
    assert findings["plan_arms"].severity == "dropped"
    assert "treated, hold_out" in findings["plan_arms"].problem


def test_an_end_before_its_start_is_left_out(border):
    border.write("orders.csv", f"{HEADER}a,2026-01-01,1\n")
    rows = "a,s,2026-02-01,2026-01-31\nb,s,2026-02-01,2026-02-01\nc,s,2026-02-01,\n"
    border.write("assignments.csv", f"customer_id,salesperson_id,start_date,end_date\n{rows}")
    finding = only_finding(border.stage())
    assert (finding.problem, finding.n, finding.examples[0].row) == ("is before the start", 1, 2)


def test_a_flag_may_be_written_as_a_number_with_a_point(border):
    border.write("durations.csv", "duration,event_observed\n5,1.0\n4,0.0\n3,\n2,2\n1,YES\n")
    staged = border.stage()
    assert {finding.problem: finding.n for finding in staged.report.findings} == {
        "is blank": 1,
        "is neither yes nor no": 1,
    }
    assert staged.report.table("durations").n_kept == 3


def test_a_stay_that_was_never_watched_is_left_out(border):
    """Entry 0 is the start itself, so a stay of length 0 that was watched from there is kept."""
    border.write("durations.csv", "duration,event_observed,entry\n5,yes,5\n5,yes,4\n0,no,0\n3,no,\n2,no,7\n")
    staged = border.stage()
    finding = only_finding(staged)
    assert (finding.column, finding.n, finding.severity) == ("entry", 2, "dropped")
    assert finding.problem == "is not below the duration, so that the stay was never seen"
    assert [example.row for example in finding.examples] == [2, 6]
    assert staged.report.table("durations").n_kept == 3


def test_a_target_for_nobody_is_left_out(border):
    border.write("orders.csv", f"{HEADER}a,2026-01-01,1\n")
    border.write("targets.csv", "month,salesperson_id,team,amount\n2026-01-01,,,5\n2026-01-01,s,,5\n")
    finding = only_finding(border.stage())
    assert (finding.column, finding.n) == ("salesperson_id or team", 1)


def test_lines_with_more_or_fewer_fields_are_counted(border):
    border.write("orders.csv", f"{HEADER}a,2026-01-01,1\nb,2026-01-01\nc,2026-01-01,1,9\n")
    staged = border.stage()
    finding = only_finding(staged)
    assert (finding.n, [example.row for example in finding.examples]) == (2, [3, 4])
    assert (staged.report.table("orders").n_read, staged.report.table("orders").n_kept) == (3, 1)


def test_beyond_the_share_of_the_policy_the_data_are_refused_and_the_rejects_kept(border):
    border.write("orders.csv", HEADER + "a,2026-01-01,1\n" * 18 + "a,2026-01-01,x\n" * 2)
    assert border.stage(max_drop_share=0.10).report.table("orders").n_dropped == 2
    with pytest.raises(DataError, match=r"2 of 20 rows \(10.0%\) cannot be used") as refused:
        border.stage(max_drop_share=0.099)
    assert refused.value.faults[1].row == 20
    rejected = (border.cache / "rejected_orders.csv").read_text(encoding="utf-8").splitlines()
    assert len(rejected) == 3
    assert rejected[1].startswith("orders.csv,20,a,amount,x,is not a number,")


def test_a_valuation_may_be_empty_where_a_flow_came_without_one(border):
    rows = "A,2026-01-01,100,0\nA,2026-01-15,,50\nA,2026-02-01,160,0\n"
    border.write("valuations.csv", f"portfolio_id,valuation_date,nav_before,cash_flow\n{rows}")
    assert border.stage(max_drop_share=0.0).report.findings == ()
    assert border.frame("valuations")["nav_before"].isna().tolist() == [False, True, False]


CHANGES = "customer_id,attribute,valid_from,value\n"
FITTING = [
    ("potential_amount", "1e3"), ("latitude", "-.5"), ("latitude", "+41."), ("is_locked", "Yes"), ("is_locked", "0"),
    ("closed_date", "2024-02-29"), ("closed_date", "2000-02-29"), ("created_date", "1900-01-01"),
    ("created_date", "2200-12-31"),
    ("city", "7"), ("tier", "north"),
]  # fmt: skip
UNFIT = [
    ("potential_amount", "1.234,5"), ("latitude", "nan"), ("latitude", "."), ("latitude", "1e400"),
    ("is_locked", "perhaps"), ("closed_date", "2023-02-29"), ("closed_date", "1900-02-29"),
    ("closed_date", "2024-04-31"), ("created_date", "1899-12-31"), ("created_date", "2201-01-01"),
    ("closed_date", "2024-13-01"), ("closed_date", "29/02/2024"),
    ("closed_date", "2024-01-01 10:00"),
]  # fmt: skip


def write_changes(border, changes):
    border.write("orders.csv", f"{HEADER}a,2026-01-01,5\n")
    lines = [f'c{n},{attribute},2026-01-01,"{value}"\n' for n, (attribute, value) in enumerate(changes)]
    border.write("attributes.csv", CHANGES + "".join(lines))


def test_a_dated_value_that_fits_its_column_is_kept_and_can_be_read(border):
    write_changes(border, FITTING)
    tables = open_tables(border.stage())
    assert sorted(tables["attributes"].to_pandas()["value"]) == sorted(value for _, value in FITTING)
    assert_attributes_fit(tables)


def test_a_dated_value_that_does_not_fit_its_column_is_left_out_with_its_line(border):
    write_changes(border, UNFIT)
    finding = only_finding(border.stage())
    assert (finding.column, finding.severity, finding.n) == ("value", "dropped", len(UNFIT))
    assert finding.problem == "does not fit the column of customers whose change it is"
    told = [(example.row, example.value) for example in finding.examples]
    assert told == [(n + 2, value) for n, (_, value) in enumerate(UNFIT)]


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_every_engine_knows_how_values_are_written(engine):
    kinds = {"potential_amount": "number", "latitude": "number", "is_locked": "flag"}
    for name, text in (pair for pair in FITTING + UNFIT if pair[0] not in ("city", "tier")):
        is_written = ibis.literal(text.lower()).re_search(WRITTEN[kinds.get(name, "date")])
        assert bool(engine.execute(is_written)) == ((name, text) in FITTING), (name, text)
