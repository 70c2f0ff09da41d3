import datetime as dt
import hashlib

import openpyxl
import pandas as pd
import pytest

from portfolio_lab.reports.workbook import write_workbook


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "name": ["=1+1", "Acme"],
            "amount": [-1234.5, 2.0],
            "amount_share": [0.25, None],
            "n_orders": [3, 4],
            "is_locked": [True, False],
            "last_date": [pd.Timestamp("2026-01-31"), pd.NaT],
            "month": [dt.date(2026, 1, 1), dt.date(2026, 2, 1)],
        }
    )


@pytest.fixture
def book(tmp_path, write_report, frame):
    steps = [
        lambda out: out.table("customers", frame, "Customers: all"),
        lambda out: out.table("a_name_that_is_longer_than_a_sheet_may_have_one", frame, "Long"),
        lambda out: out.table("a_name_that_is_longer_than_a_sheet_may_have_two", frame, "Longer"),
        lambda out: out.table("empty", frame.head(0), "Nothing"),
    ]
    write_report(tmp_path / "abc_classes", steps, publish=False)
    return openpyxl.load_workbook(write_workbook(tmp_path))


def test_the_contents_lead_to_each_sheet(book):
    contents = book["Contents"]
    assert [row[0].value for row in contents.iter_rows(min_row=2)] == book.sheetnames[1:]
    assert contents["A2"].hyperlink.location == "'abc_classes customers'!A1"
    assert [cell.value for cell in contents[2]][1:] == ["ABC classes", "Customers: all", "2026-09-30", 2]


def test_sheet_names_are_short_and_all_different(book):
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert len({name.lower() for name in book.sheetnames}) == 5


def test_headers_are_frozen_and_every_column_can_be_filtered(book):
    sheet = book["abc_classes customers"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:G3"
    assert [cell.value for cell in sheet[1]] == ["Name", "Amount", "Amount share", "Orders", "Locked", "Last", "Month"]


def test_values_keep_their_kind_and_their_unit(book):
    row = book["abc_classes customers"][2]
    assert [cell.value for cell in row[:5]] == ["=1+1", -1234.5, 0.25, 3, "yes"]
    assert row[5].value == dt.datetime(2026, 1, 31)
    assert row[6].value == dt.datetime(2026, 1, 1)
    assert "€" in row[1].number_format
    assert [cell.number_format for cell in (row[2], row[3], row[5])] == ["0.0%", "#,##0", "yyyy-mm-dd"]
    assert [cell.value for cell in book["abc_classes customers"][3]][2] is None


def test_a_text_that_looks_like_a_formula_stays_text_when_it_is_edited(book):
    row = book["abc_classes customers"][2]
    assert (row[0].data_type, row[0].quotePrefix) == ("s", True)
    assert not book["abc_classes customers"]["A3"].quotePrefix


def test_an_empty_table_is_a_sheet_with_its_headers(book):
    assert book["abc_classes empty"].max_row == 1


def test_a_review_without_tables_has_a_workbook_that_opens(tmp_path):
    assert openpyxl.load_workbook(write_workbook(tmp_path)).sheetnames == ["Contents"]


def test_the_same_tables_give_the_same_bytes(tmp_path, write_report, frame):
    write_report(tmp_path / "abc_classes", [lambda out: out.table("t", frame, "T")], publish=False)
    first = hashlib.sha256(write_workbook(tmp_path).read_bytes()).hexdigest()
    assert hashlib.sha256(write_workbook(tmp_path).read_bytes()).hexdigest() == first
