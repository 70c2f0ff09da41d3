"""The header is found where titles stand above it, and only there."""

import pytest

from portfolio_lab.data.source import survey_source
from portfolio_lab.data.source.headers import header_below, refuse_title
from portfolio_lab.errors import DataError

HEADER, ROW = ["customer", "day", "net"], ["a", "2026-01-01", "1"]


@pytest.mark.parametrize(
    ("rows", "below"),
    [
        ([["Sales"], HEADER, ROW], 2),
        ([["Sales"], [], ["by month", "net"], HEADER, ROW], 4),
        ([["Sales", "", ""], ["", "", ""], HEADER, ROW], 3),
        ([["Company: X", " Date: 2026-01-01"], HEADER, ROW, ROW], 2),
        ([HEADER, ROW], None),
        ([HEADER, ["a", "b", "c"], ROW], None),
        ([["customer", "", "net"], ROW, ROW], None),
        ([["Sales"], ROW, ROW], None),
        ([["Sales"], ["x", "x", "net"], ROW], None),
        ([["customer"], ["a"], ["b"]], None),
        ([["customer", "name"], ["c1", "Miller", " John"], ["c2", "Smith"]], None),
        ([HEADER], None),
        ([], None),
    ],
)
def test_the_header_is_the_first_row_of_words_over_the_whole_width(rows, below):
    assert header_below(list(enumerate(rows, start=1))) == below


def test_what_stands_above_is_said_with_the_key_that_skips_it():
    rows = [(3, [None, "Sales"]), (5, HEADER), (6, ROW)]
    with pytest.raises(DataError) as refused:
        refuse_title(rows, file="a.csv", table="orders", more=" and format.delimiter: ';'")
    (fault,) = refused.value.faults
    assert (fault.row, fault.value) == (3, "Sales")
    assert fault.remedy.startswith("set format.skip_rows: 4 and format.delimiter: ';'")
    refuse_title([(1, HEADER), (2, ROW)], file="a.csv")


@pytest.mark.parametrize("row", ["b,2026-01-02,2," + "x" * 200_000, 'b,2026-01-02,2,"' + "x,\n" * 60_000])
def test_a_record_without_end_keeps_nobody_from_reading_those_before(border, row):
    border.write("orders.csv", f"customer_id,order_date,amount,note\na,2026-01-01,1,\n{row}\n")
    assert "a" in border.frame()["customer_id"].tolist()
    (found,) = survey_source(str(border.source), root=border.source)
    assert list(found.columns) == ["customer_id", "order_date", "amount", "note"]
