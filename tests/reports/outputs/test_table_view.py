import datetime as dt

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from portfolio_lab.reports.outputs.table_view import MAX_ROWS, mute_rows, render_table, show_column
from portfolio_lab.reports.outputs.tables import Column, describe_columns


def show(values, unit, context, name="x"):
    return show_column(pd.Series(values), Column(name, "X", unit), context)


@pytest.mark.parametrize(
    ("values", "unit", "shown"),
    [
        ([1234.5, 2.0], "currency", ["1,234", "2"]),
        ([12.5, 2.0], "currency", ["12.50", "2.00"]),
        ([0.1234, 1.0], "share", ["12.3%", "100.0%"]),
        ([0.031], "points", ["3.1"]),
        ([3.0, np.nan], "count", ["3", "–"]),
        ([30.42, 7.0], "days", ["30.42", "7.00"]),
        ([150.5, 7.0], "days", ["150.5", "7.0"]),
        ([np.inf, 1.5], "number", ["–", "1.50"]),
        ([-1.5], "number", ["−1.50"]),
        ([True, False], "yes_no", ["yes", "no"]),
        ([pd.Timestamp("2026-01-31"), pd.NaT], "date", ["31\xa0Jan\xa02026", "–"]),
        ([dt.date(2026, 1, 31)], "date", ["31\xa0Jan\xa02026"]),
        (["a\x00", None, 7], "text", ["a⟨U+0000⟩", "–", "7"]),
        (pd.array([3, None], dtype="Int64"), "count", ["3", "–"]),
    ],
)
def test_cells_of_a_column_share_their_digits(values, unit, shown, make_context):
    assert show(values, unit, make_context()) == shown


def test_stages_and_classes_appear_under_their_one_label(make_context):
    assert show(["pre_inactive", None], "text", make_context(), "stage") == ["Pre-inactive", "–"]
    assert show(["C0"], "text", make_context(), "abc_class") == ["C0\xa0(no\xa0purchase)"]


def test_numbers_follow_the_locale(make_context):
    assert show([1234.5], "currency", make_context(locale="de_DE")) == ["1.234"]


@pytest.fixture
def table(make_context):
    n = MAX_ROWS + 10
    frame = pd.DataFrame({"name": ["<b>=1", *["x"] * (n - 1)], "amount": range(n), "tenure_days": range(n)})
    columns = describe_columns(frame, labels={"amount": "Amount <i>"})
    shown = render_table(frame, columns, table_id="big", title="A & <b>", context=make_context())
    return BeautifulSoup(shown, "html.parser").table


def test_a_page_shows_fifty_rows(table):
    assert len(table.tbody.find_all("tr")) == MAX_ROWS


def test_the_caption_comes_first_and_is_text(table):
    first = table.find(True)
    assert (first.name, first.text) == ("caption", "A & <b>")


def test_heads_and_first_cells_have_their_scope(table):
    assert {th["scope"] for th in table.thead.find_all("th")} == {"col"}
    assert {row.th["scope"] for row in table.tbody.find_all("tr")} == {"row"}


def test_units_stand_in_the_head_and_text_is_escaped(table):
    assert [th.text for th in table.thead.find_all("th")] == ["Name", "Amount <i> €", "Tenure days"]
    assert table.tbody.th.text == "<b>=1"
    assert table.find("b") is None


def test_numbers_stand_right_and_text_left(table):
    sides = [next(side for side in ("gt_left", "gt_right") if side in th["class"]) for th in table.thead.find_all("th")]
    assert sides == ["gt_left", "gt_right", "gt_right"]


def test_muted_rows_are_grey_in_the_body_only(make_context):
    frame = pd.DataFrame({"name": ["a", "b", "c"], "amount": [1.0, 2.0, 3.0]})
    shown = render_table(frame, describe_columns(frame), table_id="t", title="T", context=make_context())
    table = BeautifulSoup(mute_rows(shown, [False, True, False]), "html.parser").table
    assert [row.get("class") for row in table.tbody.find_all("tr")] == [None, ["muted"], None]
    assert all(row.get("class") != ["muted"] for row in table.thead.find_all("tr"))
    assert mute_rows(shown, [False] * 3) == shown
