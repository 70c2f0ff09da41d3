"""What looks alike is not silently two: unseen marks and Unicode forms are refused, capitals alone are noted."""

import ibis
import pandas as pd
import pytest

from portfolio_lab.data.load.alike import note_alike
from portfolio_lab.errors import DataError

HEADER = "customer_id,order_date,amount\n"


def found(**tables):
    con = ibis.duckdb.connect()
    there = {name: con.create_table(name, pd.DataFrame(rows)) for name, rows in tables.items()}
    sources = {name: {column: f'"{column}"' for column in rows} for name, rows in tables.items()}
    return note_alike(con, there, sources)


def test_two_forms_of_an_accent_are_one_customer_and_refused_with_the_codes_that_differ():
    (finding,) = found(orders={"customer_id": ["M\u00fcller", "Mu\u0308ller", "Mu\u0308ller", "Muller", None]})
    assert (finding.severity, finding.n, finding.table) == ("refused", 3, "orders")
    assert finding.problem.startswith("holds 2 spellings that look alike")
    assert [example.key for example in finding.examples] == ["Mu<U+0308>ller, Müller"]
    assert 'customer_id: NORMALIZE("customer_id") (orders)' in finding.remedy


@pytest.mark.parametrize("other", ["a\u00a0b", "a\u200b b", "a\u00ad b", "a  b", "\u2060a b", "a\u2009b"])
def test_marks_that_nobody_sees_are_refused(other):
    (finding,) = found(orders={"customer_id": ["a b", other, "ab"]})
    assert (finding.severity, finding.n) == ("refused", 2)


def test_capitals_alone_are_noted_for_there_are_systems_that_mean_them():
    (finding,) = found(orders={"customer_id": ["001Aa", "001AA", "\u00c9mile", "\u00e9mile", "z"]})
    assert (finding.severity, finding.n, len(finding.examples)) == ("noted", 4, 2)
    assert finding.remedy.startswith("nothing, if they are different; else")


def test_tables_are_compared_with_each_other_and_the_odd_one_is_named():
    tables = {
        "orders": {"customer_id": ["soft", "x"], "salesperson_id": ["p", "q"]},
        "customers": {"customer_id": ["so\u00adft", "x"]},
        "salespeople": {"salesperson_id": ["p", "q"], "manager_id": ["P\u200b", None]},
    }
    hidden, capital = found(**tables)
    assert (hidden.table, hidden.column, hidden.n, hidden.severity) == ("customers", "customer_id", 1, "refused")
    assert (capital.table, capital.column, capital.severity) == ("salespeople", "manager_id", "noted")


def test_letters_of_many_scripts_that_differ_are_no_finding():
    assert found(orders={"customer_id": ["山田", "山本", "Пётр", "Петр", "Strasse", "Straße", "e", "é"]}) == []


def test_a_refused_run_and_the_expression_that_it_proposes(border):
    border.write("orders.csv", HEADER + "M\u00fcller,2026-01-01,1\nMu\u0308ller,2026-01-02,2\n")
    with pytest.raises(DataError, match="customer_id: NORMALIZE") as refused:
        border.stage()
    assert refused.value.faults[0].n == 2
    frame = border.frame(tables={"orders": {"columns": {"customer_id": 'NORMALIZE("customer_id")'}}})
    assert frame["customer_id"].tolist() == ["M\u00fcller", "M\u00fcller"]


def test_an_expression_with_a_colon_is_proposed_as_yaml_can_read_it(border):
    border.write("orders.csv", HEADER + "a,2026-01-01,1\na\u200b b,2026-01-02,2\na b,2026-01-02,2\n")
    tables = {"orders": {"columns": {"customer_id": "'x: ' || customer_id"}}}
    with pytest.raises(DataError) as refused:
        border.stage(tables=tables)
    assert """customer_id: "NORMALIZE('x: ' || customer_id)" (orders)""" in refused.value.faults[0].remedy
