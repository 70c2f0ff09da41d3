"""A company's own names, formats and expressions, from YAML alone."""

import pytest

from portfolio_lab.errors import DataError


def test_names_formats_and_an_expression_come_from_settings_alone(border):
    border.write("Sales Lines.csv", "Kunde;Datum;Menge;Preis\n00123;31/12/2025;2;1.234,50\n123;01/01/2026;-1;10\n")
    frame = border.frame(
        format={"delimiter": ";", "decimal": ",", "thousands": ".", "date_format": "%d/%m/%Y"},
        tables={
            "orders": {
                "table": "Sales Lines.csv",
                "columns": {"customer_id": "Kunde", "order_date": "Datum", "amount": "Menge * Preis"},
            }
        },
    )
    assert frame["customer_id"].tolist() == ["00123", "123"]
    assert frame["amount"].tolist() == [2469.0, -10.0]
    assert [str(day)[:10] for day in frame["order_date"]] == ["2025-12-31", "2026-01-01"]


def test_where_keeps_the_rows_that_count_and_the_others_are_not_faults(border):
    border.write("orders.csv", "customer_id,order_date,amount,type\na,2026-01-01,1,S\nb,2026-01-02,2,R\n")
    staged = border.stage(tables={"orders": {"where": "type = 'S'"}})
    assert staged.report.table("orders").n_kept == 1
    assert [(finding.severity, finding.n) for finding in staged.report.findings] == [("set_aside", 1)]


def test_a_condition_that_cannot_be_decided_is_counted_not_swallowed(border):
    border.write(
        "orders.csv", "customer_id,order_date,amount,qty\na,2026-01-01,1,3\nb,2026-01-02,2,many\nc,2026-01-02,2,0\n"
    )
    staged = border.stage(tables={"orders": {"where": "qty > 0"}})
    finding, aside = staged.report.findings
    assert (finding.column, finding.n, finding.severity) == ("where", 1, "dropped")
    assert (aside.n, aside.severity) == (1, "set_aside")
    assert finding.examples[0].row == 3
    assert staged.report.table("orders").n_kept == 1


def test_an_unreadable_input_of_an_expression_is_named_even_under_coalesce(border):
    border.write("orders.csv", "customer_id,order_date,q,p\na,2026-01-01,2,3\nb,2026-01-01,x,3\nc,2026-01-01,,3\n")
    staged = border.stage(tables={"orders": {"columns": {"amount": "COALESCE(q, 0) * p"}}})
    (finding,) = staged.report.findings
    assert (finding.problem, finding.n, finding.examples[0].value) == ("is not a number", 1, "q=x; p=3")
    assert staged.report.table("orders").n_kept == 2


def test_every_missing_column_and_every_bad_expression_is_named_at_once(border):
    border.write("orders.csv", "Customer_ID,day,net\na,2026-01-01,1\n")
    border.write("contacts.csv", "customer_id,contact_date,medium\na,2026-01-01,call\n")
    with pytest.raises(DataError) as refused:
        border.stage(tables={"orders": {"columns": {"amount": "nett * 2"}, "where": "read_csv('x') = 1"}})
    places = [(fault.table, fault.column or fault.key) for fault in refused.value.faults]
    assert places == [
        ("orders", "customer_id"), ("orders", "order_date"), ("orders", "amount"),
        ("orders", "tables.orders.where"), ("contacts", "channel"),
    ]  # fmt: skip
    text = str(refused.value)
    assert "perhaps 'Customer_ID'" in text
    assert "did you mean 'net'" in text
    assert "READCSV, which is not allowed" in text


def test_a_wrong_delimiter_is_recognised(border):
    border.write("orders.csv", "customer_id;order_date;amount\na;2026-01-01;1\n")
    with pytest.raises(DataError, match=r"separated by ';': set format\.delimiter"):
        border.stage()


def test_a_column_mapped_twice_is_refused(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\n")
    with pytest.raises(DataError, match="is mapped twice: to amount and to margin_amount"):
        border.stage(tables={"orders": {"columns": {"amount": "amount", "margin_amount": "amount"}}})


def test_further_attributes_of_a_customer_are_kept_as_text(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\n")
    border.write("customers.csv", "customer_id,Tier,zip\na,gold,08001\n")
    frame = border.frame("customers", tables={"customers": {"columns": {"tier": "Tier"}}})
    assert frame.loc[0, ["tier", "zip"]].tolist() == ["gold", "08001"]


def test_padded_lines_without_a_header(border):
    border.write("log.txt", " 00001 19970101  1   11.77\n 00002 19970112  5   77.00\n\n broken 19970112\n")
    names = ["customer_id", "order_date", "quantity", "amount"]
    text_format = {"delimiter": "whitespace", "header": names, "date_format": "%Y%m%d"}
    staged = border.stage(tables={"orders": {"table": "log.txt", "format": text_format}})
    assert staged.report.table("orders").n_kept == 2
    assert {finding.examples[0].row for finding in staged.report.findings} == {4}
