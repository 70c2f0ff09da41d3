from dataclasses import replace

import pytest

from portfolio_lab.data.proposals.matching import propose
from portfolio_lab.data.source import SurveyedTable

SALES = SurveyedTable(
    "ventas_2026.csv",
    {
        "Cliente": ["001", "002"],
        "Fecha": ["31/01/2026", "01/02/2026"],
        "Importe": ["1.234,50", "7"],
        "Color": ["red"],
    },
    is_text=True,
    delimiter=";",
    encoding="cp1252",
)


def table(proposal, name):
    return next(item for item in proposal.tables if item.table == name)


def sources(found):
    return {column.column: column.source for column in found.columns}


def test_a_table_is_recognised_by_its_name_its_columns_and_what_stands_in_them():
    found = table(propose([SALES]), "orders")
    assert sources(found) == {"customer_id": "Cliente", "order_date": "Fecha", "amount": "Importe"}
    assert found.is_sure and all(column.is_sure for column in found.columns)
    assert found.text_format == {
        "delimiter": ";", "encoding": "cp1252", "date_format": "%d/%m/%Y", "decimal": ",", "thousands": ".",
    }  # fmt: skip
    assert (found.questions, found.unmatched, found.unused) == ((), (), ("Color",))


def test_what_can_be_two_days_or_two_numbers_is_asked_and_not_decided():
    columns = {"customer": ["a"], "date": ["03/04/2026"], "amount": ["1,234"]}
    found = table(propose([SurveyedTable("sales", columns)]), "orders")
    assert found.text_format == {}
    assert len(found.questions) == 2
    assert found.questions[0].startswith('is 03/04/2026 read as "%d/%m/%Y" or "%m/%d/%Y"?')
    assert found.questions[1].startswith("is the mark in 1,234 a decimal mark or a thousands mark?")


def test_a_column_in_which_no_days_stand_is_no_day_whatever_its_name():
    columns = {"customer": ["a"], "date": ["soon"], "amount": ["1"]}
    found = table(propose([SurveyedTable("sales", columns)]), "orders")
    assert found.unmatched == ("order_date",)


def test_a_column_that_is_spoilt_by_a_value_is_named_with_that_value():
    columns = {"Cliente": ["a", "b"], "Fecha": ["2026-01-01"], "Importe": ["1,5", "R$ 10,00"]}
    found = table(propose([SurveyedTable("ventas", columns)]), "orders")
    assert found.unmatched == ("amount",)
    assert found.questions == ("Importe is named like amount, but 'R$ 10,00' in it is no number: can it be corrected?",)


@pytest.mark.parametrize(
    ("names", "table_name"),
    [
        (("Kd.-Nr.", "Rg.-Datum", "Nettobetrag"), "Auftragspositionen 2025.csv"),
        (("Código do Cliente", "Data Emissão", "Valor Líquido"), "vendas_2025.csv"),
        (("Nº Cliente", "Fecha Factura", "Base imponible"), "Líneas de venta.csv"),
        (("N° client", "Date pièce", "Total HT"), "Ventes.csv"),
        (("Sold-to party", "Posting Date", "Net Value"), "sales 2025.csv"),
    ],
)
def test_orders_alone_are_recognised_in_five_languages(names, table_name):
    columns = dict(zip(names, (["00123"], ["31.01.2026"], ["10,50"]), strict=True))
    found = table(propose([SurveyedTable(table_name, columns, is_text=True)]), "orders")
    assert sources(found) == dict(zip(("customer_id", "order_date", "amount"), names, strict=True))
    assert all(column.is_sure for column in found.columns) and not found.questions


def test_two_columns_that_fit_equally_well_are_a_guess_that_names_the_other():
    columns = {"customer": ["a"], "date": ["2026-01-01"], "revenue": ["1"], "total": ["1"]}
    amount = next(
        one for one in table(propose([SurveyedTable("sales", columns)]), "orders").columns if one.column == "amount"
    )
    assert (amount.is_sure, {amount.source, *amount.others}) == (False, {"revenue", "total"})
    assert "would fit as well" in amount.why


def test_the_same_name_beats_others():
    columns = {"customer": ["a"], "date": ["2026-01-01"], "total": ["1"], "Amount": ["1"]}
    found = table(propose([SurveyedTable("sales", columns)]), "orders")
    assert sources(found)["amount"] == "Amount"


def test_quantity_times_unit_price_is_proposed_where_there_is_no_amount():
    columns = {"Customer": ["a"], "InvoiceDate": ["2026-01-01"], "Qty": ["1"], "Unit Price": ["2.5"]}
    amount = table(propose([SurveyedTable("lines", columns)]), "orders").columns[2]
    assert (amount.column, amount.source, amount.is_sure) == ("amount", 'Qty * "Unit Price"', False)


def test_the_notation_of_a_unit_price_is_read_off_where_it_makes_the_amount():
    columns = {"Cliente": ["a"], "Fecha": ["2026-01-31"], "Cantidad": ["2"], "Precio unitario": ["1930,935"]}
    found = table(propose([SurveyedTable("ventas.csv", columns, is_text=True, delimiter=";")]), "orders")
    assert found.text_format == {"delimiter": ";", "decimal": ","}
    assert not found.questions


def test_a_table_of_another_schema_is_recognised_by_its_own_name():
    there = SurveyedTable("erp.customers", {"customer": ["a"], "name": ["A"]}, schema="erp")
    found = table(propose([SALES, there]), "customers")
    assert (found.source, found.is_sure) == ("erp.customers", True)


@pytest.mark.parametrize(("ids", "there"), [(["1", "2"], True), (["1", "1"], False), (["1"], False)])
def test_the_own_number_of_a_table_of_customers_is_asked_where_it_names_each_row_once(ids, there):
    clients = SurveyedTable("Clientes.csv", {"Código": ids, "Razón social": ["A", "B"]}, n_rows=2)
    found = [item for item in propose([SALES, clients]).tables if item.table == "customers"]
    assert bool(found) == there
    if there:
        assert sources(found[0]) == {"customer_id": "Código", "name": "Razón social"}
        assert "the customer's number" in found[0].columns[0].why and not found[0].columns[0].is_sure


def test_each_table_is_used_once_and_the_rest_is_named():
    other = SurveyedTable("sales_old.csv", SALES.columns)
    stranger = SurveyedTable("weather", {"day": ["2026-01-01"], "rain": ["3"]})
    found = propose([SALES, other, stranger])
    assert [item.table for item in found.tables] == ["orders"]
    assert len(found.unrecognised) == 2 and "weather" in found.unrecognised


def test_a_table_without_any_known_name_is_recognised_by_its_columns_and_said_to_be():
    found = table(propose([SurveyedTable("export_7", SALES.columns)]), "orders")
    assert not found.is_sure


def test_further_columns_of_customers_are_attributes():
    customers = SurveyedTable("clientes", {"customer_id": ["a"], "colour": ["red"]})
    found = table(propose([customers]), "customers")
    assert (found.unused, found.keeps_unused) == (("colour",), True)


def test_a_required_column_that_is_blank_in_places_is_not_sure_and_a_condition_is_proposed():
    columns = {"Customer": ["a"] * 8, "date": ["2026-01-01"] * 10, "amount": ["1"] * 10, "Qty": ["1"]}
    found = table(propose([SurveyedTable("sales", columns, n_rows=10)]), "orders")
    doubted = {column.column: column.why for column in found.columns if not column.is_sure}
    assert doubted == {"customer_id": "it is blank in 20.0% of the rows that were looked at, which cannot be used"}
    assert found.where == "Customer IS NOT NULL"
    whole = {**columns, "Customer": ["a"] * 10}
    assert table(propose([SurveyedTable("sales", whole, n_rows=10)]), "orders").where == ""


NAVS = {"portfolio": ["A"], "date": ["2026-01-01"], "nav": ["1.5"], "flow": ["0"]}
SPELLS = {"customerID": ["a"], "tenure": ["3"], "Churn": ["No"]}
TRIAL = {"history": ["5", "6"], "segment": ["mail", "none"], "visit": ["0", "1"]}


@pytest.mark.parametrize(
    ("name", "columns", "ours"),
    [
        ("valuations.csv", NAVS, "valuations"),
        ("export.csv", NAVS, "valuations"),
        ("telco.csv", SPELLS, "durations"),
        ("email.csv", TRIAL, "experiment"),
        ("valuations.csv", {**NAVS, "value": ["1"], "customer": ["a"]}, "valuations"),
    ],
)
def test_finished_tables_that_stand_alone_are_recognised_and_no_orders_asked_for(name, columns, ours):
    found = propose([SurveyedTable(name, columns)])
    assert ([item.table for item in found.tables], found.needs_orders) == ([ours], False)
    assert found.tables[0].unmatched == ()


def test_beside_orders_and_for_other_content_nothing_is_taken_for_a_table_that_stands_alone():
    spells = SurveyedTable("telco.csv", SPELLS)
    assert [item.table for item in propose([SALES, spells]).tables] == ["orders"]
    for columns in ({**SPELLS, "Churn": ["maybe"]}, {"segment": [str(n) for n in range(11)]}):
        found = propose([SurveyedTable("x.csv", columns)])
        assert (found.tables, found.needs_orders) == ((), True)


def test_lines_above_the_header_are_skipped_in_the_proposal_and_parts_that_differ_in_them_are_no_parts():
    first, second = (replace(SALES, name=f"ventas_{year}.csv", skip_rows=2) for year in (2025, 2026))
    found = propose([first, second])
    assert table(found, "orders").text_format["skip_rows"] == 2
    assert table(found, "orders").source == "ventas_*.csv"
    assert table(propose([first, replace(second, skip_rows=0)]), "orders").source == "ventas_2025.csv"


def test_days_of_a_sheet_that_are_real_in_places_are_read_in_the_format_of_the_others():
    columns = {"Cliente": ["1"] * 3, "Fecha": ["2026-01-31", "31.12.2025", "2026-02-01"], "Importe": ["1"] * 3}
    found = table(propose([SurveyedTable("ventas", columns, is_sheet=True)]), "orders")
    assert (sources(found)["order_date"], found.text_format) == ("Fecha", {"date_format": "%d.%m.%Y"})
    written = table(propose([SurveyedTable("ventas", columns)]), "orders")
    assert written.unmatched == ("order_date",)
    assert "Fecha is named like order_date, but is not written in one way: can it be corrected?" in written.questions
