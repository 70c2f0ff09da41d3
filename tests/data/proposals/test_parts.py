"""Files that are parts of one table are joined under a pattern; others are left as they are."""

import pytest

from portfolio_lab.data.proposals.parts import join_parts
from portfolio_lab.data.source import SurveyedTable

COLUMNS = {"a": ["1"], "b": ["2"]}


def names_of(*names, other=()):
    there = [SurveyedTable(name, COLUMNS, n_rows=1) for name in names]
    return [one.name for one in join_parts([*there, *(SurveyedTable(name, {"x": []}) for name in other)])]


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (("sales_2025-01.csv", "sales_2025-02.csv"), "sales_*.csv"),
        (("2024.xlsx", "2025.xlsx"), "*.xlsx"),
        (("ventas enero.xlsx", "ventas febrero.xlsx"), "ventas *ero.xlsx"),
        (("orders_9.parquet", "orders_10.parquet"), "orders_*.parquet"),
    ],
)
def test_exports_of_months_and_years_are_one_table(names, pattern):
    assert names_of(*names) == [pattern]


def test_samples_and_rows_of_all_parts_are_those_of_the_joined_table():
    (joined,) = join_parts([SurveyedTable(f"s_{n}.csv", {"a": [str(n)]}, n_rows=n) for n in (1, 2)])
    assert (joined.columns, joined.n_rows, joined.n_parts) == ({"a": ["1", "2"]}, 3, 2)


@pytest.mark.parametrize(
    "names",
    [
        ("visits.csv", "calls.csv"),  # alike, but two tables of two names
        ("sales.csv",),
        ("Year 1", "Year 2"),  # tables of a database, which no pattern reads
    ],
)
def test_what_only_happens_to_have_the_same_columns_stays_apart(names):
    assert names_of(*names) == list(names)


def test_a_pattern_that_would_take_another_file_too_is_not_proposed():
    assert names_of("sales_1.csv", "sales_2.csv", other=("sales_total.csv",)) == [
        "sales_1.csv", "sales_2.csv", "sales_total.csv"]  # fmt: skip


def sheets_of(*names, file=None):
    return [SurveyedTable(f"{file or ''}{name}", COLUMNS, n_rows=1, sheet=name, file=file) for name in names]


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        (("Year 2009-2010", "Year 2010-2011"), ["Year *"]),
        (("2024", "2025"), ["*"]),
        (("Jan", "Feb"), [("Jan", "Feb")]),
        (("visits", "calls"), ["visits", "calls"]),  # two tables that we know by name
        (("Sales",), ["Sales"]),
    ],
)
def test_sheets_of_years_and_months_are_one_table(names, joined):
    assert [one.sheet for one in join_parts(sheets_of(*names))] == joined


def test_sheets_are_joined_within_each_workbook_of_a_folder_and_the_workbooks_thereafter():
    books = [*sheets_of("Jan", "Feb", file="sales_1.xlsx"), *sheets_of("Jan", "Feb", file="sales_2.xlsx")]
    (joined,) = join_parts(books)
    assert (joined.file, joined.sheet, joined.n_parts) == ("sales_*.xlsx", ("Jan", "Feb"), 4)
    apart = join_parts([*sheets_of("Jan", file="a.xlsx"), *sheets_of("Feb", file="b.xlsx")])
    assert [one.file for one in apart] == ["a.xlsx", "b.xlsx"]


def test_a_pattern_of_sheets_takes_no_sheet_with_other_columns():
    other = SurveyedTable("Year notes", {"x": ["1"]}, sheet="Year notes")
    assert [one.sheet for one in join_parts([*sheets_of("Year 1", "Year 2"), other])] == [
        ("Year 1", "Year 2"), "Year notes"]  # fmt: skip
