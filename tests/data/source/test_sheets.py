"""Several sheets of one workbook, or of each workbook of a folder, are one table; faults name sheet and row."""

from datetime import date

import pytest
from fixtures.workbooks import HEADER, write_workbook

from portfolio_lab.errors import DataError

YEARS = {"Year 2025": [HEADER, ["a", date(2025, 5, 1), 1]], "Year 2026": [HEADER, ["b", date(2026, 5, 1), 2]]}
NOTES = {"Notes": [["by whom", "what"], ["me", "nothing"]]}


def customers(border, source, **orders):
    return sorted(border.frame(source=source, tables={"orders": orders})["customer_id"])


@pytest.mark.parametrize(
    "named",
    [{"table": "Year *"}, {"sheet": "year *"}, {"sheet": ["Year 2025", "Year 2026"]}, {"sheet": ["*25", "*26"]}],
)
def test_sheets_are_joined_by_pattern_or_list(border, named):
    source = write_workbook(border.source / "book.xlsx", **(YEARS | NOTES))
    assert customers(border, source, **named) == ["a", "b"]
    report = border.stage(source=source, tables={"orders": named}).report
    assert (report.table("orders").label, report.unused) == ("book.xlsx, 2 sheets", ("Notes",))


def test_one_sheet_of_several_is_read_from_each_workbook_of_a_folder(border):
    write_workbook(border.source / "sales_1.xlsx", **(YEARS | NOTES))
    write_workbook(border.source / "sales_2.xlsx", **({"Year 2027": [HEADER, ["c", date(2027, 5, 1), 3]]} | NOTES))
    assert customers(border, str(border.source), table="sales_*.xlsx", sheet="Year *") == ["a", "b", "c"]
    assert customers(border, str(border.source), table="sales_1.xlsx", sheet="Year 2026") == ["b"]


def test_a_value_is_named_with_its_sheet_and_row(border):
    bad = YEARS | {"Year 2026": [HEADER, ["b", date(2026, 5, 1), 2], ["c", "03/04/2026", 3]]}
    source = write_workbook(border.source / "book.xlsx", **bad)
    (found,) = border.stage(source=source, tables={"orders": {"table": "Year *"}}).report.findings
    assert (found.examples[0].file, found.examples[0].row) == ("book.xlsx, sheet Year 2026", 3)


def test_faults_of_all_sheets_are_named_together(border):
    total = {name: [*rows, ["Total", None, 9]] for name, rows in YEARS.items()}
    source = write_workbook(border.source / "book.xlsx", **total)
    with pytest.raises(DataError) as refused:
        border.stage(source=source, tables={"orders": {"table": "Year *"}})
    assert [(fault.file, fault.row) for fault in refused.value.faults] == [
        ("book.xlsx, sheet Year 2025", 3), ("book.xlsx, sheet Year 2026", 3)]  # fmt: skip


def test_a_sheet_that_is_a_copy_of_another_is_refused_and_one_without_rows_is_none(border):
    rows = YEARS["Year 2025"]
    source = write_workbook(border.source / "book.xlsx", **{"Year 1": rows, "Year 2": rows})
    with pytest.raises(DataError, match=r"sheet Year 2, table orders: is a copy of book\.xlsx, sheet Year 1"):
        border.stage(source=source, tables={"orders": {"table": "Year *"}})
    source = write_workbook(border.source / "book.xlsx", **{"Year 1": rows, "Year 2": [HEADER], "Year 3": [HEADER]})
    assert customers(border, source, table="Year *") == ["a"]


def test_changed_sheets_are_staged_anew(border):
    source = write_workbook(border.source / "book.xlsx", **YEARS)
    assert customers(border, source, table="Year *") == ["a", "b"]
    assert customers(border, source, table="*2026") == ["b"]
