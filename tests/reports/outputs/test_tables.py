import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.outputs.tables import (
    choose_columns,
    describe_columns,
    flatten_frame,
    sort_frame,
    write_table,
)


def test_a_plain_frame_stays_as_it_is_and_is_not_changed():
    frame = pd.DataFrame({"a": [1, 2]})
    flat = flatten_frame(frame)
    flat["a"] = 0
    assert frame["a"].tolist() == [1, 2]
    assert list(flat.columns) == ["a"]


def test_a_meaningful_index_becomes_the_first_columns():
    frame = pd.DataFrame(
        {"n": [1, 2]}, index=pd.MultiIndex.from_tuples([("A", 1), ("B", 2)], names=["abc_class", None])
    )
    flat = flatten_frame(frame)
    assert list(flat.columns) == ["abc_class", "row_2", "n"]
    assert flat["row_2"].tolist() == [1, 2]


def test_pivoted_headers_become_one_text_each_and_equal_ones_are_told_apart():
    frame = pd.DataFrame(
        [[1, 2, 3, 4]], columns=pd.MultiIndex.from_tuples([("n", "A"), ("n", "B"), ("x", ""), ("x", "")])
    )
    assert list(flatten_frame(frame).columns) == ["n · A", "n · B", "x", "x (4)"]


def test_the_index_may_have_the_name_of_a_column():
    frame = pd.DataFrame({"stage": [1]}, index=pd.Index(["active"], name="stage"))
    assert list(flatten_frame(frame).columns) == ["stage", "stage (2)"]


@pytest.mark.parametrize(
    ("name", "values", "unit", "label"),
    [
        ("amount", [1.0], "currency", "Amount"),
        ("margin_amount", [1.0], "currency", "Margin"),
        ("amount_share", [0.5], "share", "Amount share"),
        ("positivation_rate", [0.5], "share", "Positivation rate"),
        ("tenure_days", [5], "days", "Tenure"),
        ("n_orders", [5], "count", "Orders"),
        ("is_locked", [True], "yes_no", "Locked"),
        ("last_date", [pd.Timestamp("2026-01-01")], "date", "Last"),
        ("day", [dt.date(2026, 1, 1)], "date", "Day"),
        ("customer_id", ["00123"], "text", "Customer id"),
        ("gini", [0.5], "number", "Gini"),
        ("amount", ["n/a"], "text", "Amount"),
        ("Núñez & Söhne", [1], "number", "Núñez & Söhne"),
    ],
)
def test_unit_and_label_follow_from_name_and_values(name, values, unit, label):
    column = describe_columns(pd.DataFrame({name: values}))[0]
    assert (column.unit, column.label) == (unit, label)


def test_given_units_and_labels_win_and_must_name_a_column():
    frame = pd.DataFrame({"p": [0.5]})
    column = describe_columns(frame, units={"p": "share"}, labels={"p": "Chance"})[0]
    assert (column.unit, column.label) == ("share", "Chance")
    with pytest.raises(AnalysisError, match=r"a column that the table does not have \(found \['q'\]\) → use one of p"):
        describe_columns(frame, units={"q": "share"})


def test_sorting_is_stable_and_descends_after_a_minus():
    frame = pd.DataFrame({"n": [1, 2, 2], "name": ["a", "b", "c"]})
    assert sort_frame(frame, "-n")["name"].tolist() == ["b", "c", "a"]
    assert sort_frame(frame, "n")["name"].tolist() == ["a", "b", "c"]
    assert sort_frame(frame, None) is frame
    with pytest.raises(AnalysisError, match="cannot be sorted by a column that it does not have"):
        sort_frame(frame, "-x")


def test_files_keep_every_kind_of_value(tmp_path):
    frame = pd.DataFrame(
        {
            "text": ["=1", None],
            "mixed": [1, "x"],
            "money": [Decimal("1.50"), None],
            "number": [1.5, np.nan],
            "count": pd.array([3, None], dtype="Int64"),
            "flag": [True, None],
            "day": [dt.date(2026, 1, 31), None],
            "month": pd.PeriodIndex(["2026-01", "2026-02"], freq="M"),
            "band": pd.cut([1, 2], [0, 1, 2]),
        }
    )
    write_table(frame, folder=tmp_path / "tables", table_id="t")
    kept = pd.read_parquet(tmp_path / "tables" / "t.parquet")
    assert kept["text"].tolist() == ["=1", None]
    assert kept["mixed"].tolist() == ["1", "x"]
    assert kept["money"].iloc[0] == 1.5
    assert kept["day"].tolist() == [dt.date(2026, 1, 31), None]
    assert kept["month"].tolist() == ["2026-01", "2026-02"]
    assert kept["band"].tolist() == ["(0, 1]", "(1, 2]"]
    lines = (tmp_path / "tables" / "t.csv").read_text().splitlines()
    assert lines[0] == '"text","mixed","money","number","count","flag","day","month","band"'
    assert lines[1].startswith('"\'=1","1",1.5,1.5,3,')
    assert '"2026-01-31"' in lines[1]


def test_negative_numbers_stay_numbers_and_headers_are_guarded(tmp_path):
    write_table(pd.DataFrame({"=x": [-5.0]}), folder=tmp_path, table_id="t")
    assert (tmp_path / "t.csv").read_text() == '"\'=x"\n-5.0\n'
    assert list(pd.read_parquet(tmp_path / "t.parquet").columns) == ["=x"]


def test_columns_are_chosen_by_name_and_come_in_the_order_asked_for():
    columns = describe_columns(pd.DataFrame({"a": [1], "b": [2]}))
    assert [column.name for column in choose_columns(columns, ["b", "a"])] == ["b", "a"]
    assert choose_columns(columns, None) == columns
    assert choose_columns(columns, ()) == ()
    with pytest.raises(AnalysisError, match="cannot show a column"):
        choose_columns(columns, ["x"])
