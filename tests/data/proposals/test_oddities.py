"""Empty tables and parts of one table are named, with what to do about them."""

from portfolio_lab.data.proposals.oddities import note_what_is_odd
from portfolio_lab.data.source import SurveyedTable

COLUMNS = {"a": ["1"], "b": ["2"]}


def test_empty_tables_are_told_from_those_that_have_a_header_only():
    nothing, header = SurveyedTable("none.csv", {}), SurveyedTable("head.csv", {"a": []})
    blank = SurveyedTable("blank.csv", {"a": []}, n_rows=3)
    assert note_what_is_odd([nothing, header, blank, SurveyedTable("full.csv", COLUMNS)], {}) == [
        "none.csv is empty: export it again with a header line and rows",
        "head.csv has a header but no rows: export it again with its rows",
    ]


def test_tables_with_the_same_columns_as_a_recognised_one_look_like_its_parts():
    tables = [SurveyedTable(f"Year {year}", COLUMNS, n_rows=1) for year in (1, 2, 3)]
    (note,) = note_what_is_odd(tables, {"Year 1": "orders"})
    assert note.startswith("Year 2, Year 3 have the same columns as Year 1: are they parts of one table?")
    assert "one folder named orders" in note
    assert note_what_is_odd(tables, {}) == []
    other = SurveyedTable("b", {"b": ["1"], "a": ["2"]}, n_rows=1)
    assert note_what_is_odd([tables[0], other], {"Year 1": "orders"}) == []


def test_parts_of_text_are_alike_in_whatever_order_their_columns_stand_and_sheets_are_not():
    first, second = ({"a": ["1"], "b": ["2"]}, {"b": ["1"], "a": ["2"]})
    for is_sheet, n_notes in ((False, 1), (True, 0)):
        tables = [
            SurveyedTable(name, columns, is_text=True, n_rows=1, is_sheet=is_sheet)
            for name, columns in (("jan", first), ("feb", second))
        ]
        assert len(note_what_is_odd(tables, {"jan": "orders"})) == n_notes


def test_parts_in_a_database_are_joined_there():
    tables = [SurveyedTable(f"sales_{year}", COLUMNS, n_rows=1, is_stored=True) for year in (2025, 2026)]
    (note,) = note_what_is_odd(tables, {"sales_2025": "orders"})
    assert note.endswith("make a view of them in the database (UNION ALL), and name it as the table")
    assert "CSV" not in note


def test_tables_that_are_recognised_themselves_are_no_parts():
    tables = [SurveyedTable(name, COLUMNS, n_rows=1) for name in ("visits", "calls")]
    assert note_what_is_odd(tables, {"visits": "contacts", "calls": "plan_tasks"}) == []


def test_sheets_are_joined_by_naming_them():
    sheets = [SurveyedTable(name, COLUMNS, n_rows=1, sheet=name) for name in ("orders", "returns")]
    (note,) = note_what_is_odd(sheets, {"orders": "orders"})
    assert note.endswith("write in place of table: sheet: [orders, returns]")
