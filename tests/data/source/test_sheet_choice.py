"""A folder with a workbook for each table or export: the sheet that is meant, rows of all parts, faults with places."""

from datetime import date

import pytest
from fixtures.workbooks import HEADER, write_workbook

from portfolio_lab.data.source import survey_source
from portfolio_lab.data.source.sheet_choice import filled_sheets, sheet_of
from portfolio_lab.errors import DataError


def month(number, *, header=HEADER, customer="a"):
    return [header, [customer, date(2026, number, 1), 10 * number]]


def test_the_sheet_is_the_one_named_or_the_only_one_with_anything_in_it(tmp_path):
    rows = month(1)
    assert sheet_of(write_workbook(tmp_path / "a.xlsx", Hoja1=rows, Hoja2=[]), "orders") == "Hoja1"
    assert sheet_of(write_workbook(tmp_path / "b.xlsx", notes=rows, Orders=rows), "orders") == "Orders"
    several = write_workbook(tmp_path / "c.xlsx", notes=rows, more=rows)
    with pytest.raises(DataError, match=r"file c\.xlsx, table orders: has more than one sheet: notes, more"):
        sheet_of(several, "orders")
    assert filled_sheets(write_workbook(tmp_path / "d.xlsx", one=[], two=[])) == ["one", "two"]


@pytest.mark.parametrize(("place", "table"), [("orders/{}.xlsx", None), ("sales_{}.xlsx", "sales_*.xlsx")])
def test_workbooks_of_months_are_read_as_one_table(border, place, table):
    for number in (1, 2):
        write_workbook(border.source / place.format(number), Hoja1=month(number, customer=f"c{number}"))
    (border.source / "~$sales_9.xlsx").write_bytes(b"what Excel leaves beside an open workbook")
    own = {"tables": {"orders": {"table": table}}} if table else {}
    frame = border.frame(**own)
    assert sorted(zip(frame["customer_id"], frame["amount"], strict=True)) == [("c1", 10.0), ("c2", 20.0)]


def test_a_workbook_may_hold_a_table_beside_text_files(border):
    border.write("orders.csv", "customer_id,order_date,amount\n007,2026-01-01,1\n")
    write_workbook(border.source / "customers.xlsx", Kunden=[["customer_id", "name"], ["007", "Bond"]])
    assert border.frame("customers")["name"].tolist() == ["Bond"]


def test_a_value_that_cannot_be_read_is_named_with_workbook_sheet_and_row(border):
    write_workbook(border.source / "orders" / "1.xlsx", Hoja1=month(1))
    write_workbook(border.source / "orders" / "2.xlsx", Hoja1=[*month(2), ["b", "03/04/2026", 5]])
    (found,) = border.stage().report.findings
    assert (found.examples[0].file, found.examples[0].row) == ("2.xlsx, sheet Hoja1", 3)
    assert found.examples[0].value == "03/04/2026"


def test_faults_of_all_workbooks_are_named_together(border):
    write_workbook(border.source / "orders" / "1.xlsx", Hoja1=[*month(1), ["Total", None, 10]])
    write_workbook(border.source / "orders" / "2.xlsx", Hoja1=[*month(2), ["Total", None, 20]])
    with pytest.raises(DataError) as refused:
        border.stage()
    assert [(fault.file, fault.row) for fault in refused.value.faults] == [
        ("1.xlsx, sheet Hoja1", 3), ("2.xlsx, sheet Hoja1", 3)]  # fmt: skip


def test_workbooks_that_drift_and_files_of_two_kinds_are_refused(border):
    write_workbook(border.source / "orders" / "1.xlsx", Hoja1=month(1))
    write_workbook(border.source / "orders" / "2.xlsx", Hoja1=month(2, header=["customer_id", "order_date", "net"]))
    with pytest.raises(DataError, match=r"file 2.xlsx, sheet Hoja1, table orders: differs from 1.xlsx, sheet Hoja1"):
        border.stage()
    (border.source / "orders" / "2.xlsx").unlink()
    border.write("orders/2.csv", "customer_id,order_date,amount\na,2026-01-01,1\n")
    with pytest.raises(DataError, match="holds text files and workbook files"):
        border.stage()


def test_a_sheet_of_a_workbook_in_a_folder_that_is_not_there_is_named(border):
    write_workbook(border.source / "orders.xlsx", Jan=month(1), Feb=month(2))
    with pytest.raises(DataError, match=r"say which: data\.tables\.orders\.sheet"):
        border.stage()
    with pytest.raises(
        DataError,
        match=r"file orders\.xlsx, table orders, value 'Mar': is not in the source → the workbook holds: Jan, Feb",
    ):
        border.stage(tables={"orders": {"sheet": ["Jan", "Mar"]}})
    assert len(border.frame(tables={"orders": {"sheet": ["Jan", "Feb"]}})) == 2


def test_sheets_are_named_for_workbooks_only_and_once(border):
    border.write("orders.csv", "customer_id,order_date,amount\n007,2026-01-01,1\n")
    with pytest.raises(DataError, match=r"key data\.tables\.orders\.sheet: has no sheets"):
        border.stage(tables={"orders": {"sheet": "Year *"}})
    book = write_workbook(border.source / "book.xlsx", Jan=month(1))
    with pytest.raises(DataError, match="give table or sheet, not both"):
        border.stage(source=str(book), tables={"orders": {"sheet": "J*", "table": "Jan"}})
    with pytest.raises(DataError, match="value 'Year \\*': fits no sheet → the workbook holds: Jan"):
        border.stage(source=str(book), tables={"orders": {"table": "Year *"}})


def test_a_survey_sees_workbooks_in_a_folder(tmp_path):
    write_workbook(tmp_path / "exports" / "sales_1.xlsx", Hoja1=month(1))
    (found,) = survey_source("exports", root=tmp_path)
    assert (found.name, list(found.columns), found.n_rows) == ("sales_1.xlsx", HEADER, 1)
    write_workbook(tmp_path / "exports" / "sales_1.xlsx", Jan=month(1), Feb=month(2))
    sheets = survey_source("exports", root=tmp_path)
    assert [(one.file, one.sheet) for one in sheets] == [("sales_1.xlsx", "Jan"), ("sales_1.xlsx", "Feb")]
