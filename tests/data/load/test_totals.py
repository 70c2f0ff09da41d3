"""A row of totals is no customer: refused where it holds the sum of the others, noted where only its name says so."""

import ibis
import pandas as pd
import pytest
import yaml
from fixtures.engines import ENGINES

from portfolio_lab.data.load.rows import EMPTIED, PROBLEM, VALUE
from portfolio_lab.data.load.totals import note_totals
from portfolio_lab.data.source import FILE, ROW
from portfolio_lab.data.source.spelling import TOTAL_WORDS
from portfolio_lab.errors import DataError

ORDERS = "customer_id,order_date,amount\na,2026-01-05,10.10\nb,2026-02-01,20.20\n"


def totals(staged):
    return [item for item in staged.report.findings if "totals" in item.problem]


@pytest.mark.parametrize("word", ["TOTAL", " Gesamtsumme ", "suma", "Grand Total", "Total général:"])
def test_a_row_that_holds_the_sum_of_the_others_is_refused_with_its_place(border, word):
    border.write("orders.csv", f"{ORDERS}{word},2026-02-28,30.30\n")
    with pytest.raises(DataError) as refused:
        border.stage()
    (fault,) = refused.value.faults
    assert (fault.table, fault.column, fault.row, fault.value) == ("orders", "customer_id", 4, word.strip())
    assert "is a row of totals: its amount is the sum of the others" in fault.problem
    assert f"data.tables.orders.where: \"customer_id NOT IN ('{word.strip()}')\"" in fault.remedy


def test_what_the_remedy_says_helps(border):
    border.write("orders.csv", f"{ORDERS}TOTAL,2026-02-28,30.30\n")
    without = {"orders": {"where": "customer_id NOT IN ('TOTAL')"}}
    assert not totals(border.stage(tables=without))
    assert border.frame("orders", tables=without)["customer_id"].tolist() == ["a", "b"]


def test_a_column_of_another_name_stands_in_the_remedy_as_it_is_to_be_written(border):
    border.write("orders.csv", "Kunden Nr,order_date,amount\na,2026-01-05,1\nb,2026-01-06,2\nTOTAL,2026-02-28,3\n")
    with pytest.raises(DataError) as refused:
        border.stage(tables={"orders": {"columns": {"customer_id": "Kunden Nr"}}})
    condition = yaml.safe_load(refused.value.faults[0].remedy.partition("where: ")[2])
    assert condition == "\"Kunden Nr\" NOT IN ('TOTAL')"
    mapped = {"orders": {"columns": {"customer_id": "Kunden Nr"}, "where": condition}}
    assert border.frame("orders", tables=mapped)["customer_id"].tolist() == ["a", "b"]


@pytest.mark.parametrize("amount", ["30.31", "-30.30", "0"])
def test_a_customer_may_be_called_so(border, amount):
    border.write("orders.csv", f"{ORDERS}Total,2026-02-28,{amount}\nTotal,2026-03-28,5\n")
    (found,) = totals(border.stage())
    assert (found.severity, found.n, found.examples[0].row) == ("noted", 2, 4)
    assert found.problem == "is called as rows of totals are"
    assert set(border.frame("orders")["customer_id"]) == {"a", "b", "Total"}


def test_of_one_row_no_other_is_the_sum(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,2026-01-05,10\nTotal,2026-02-28,10\n")
    (found,) = totals(border.stage())
    assert found.severity == "noted"


def test_names_that_hold_more_than_the_word_are_customers_like_others(border):
    border.write("orders.csv", f"{ORDERS}Total Energies,2026-02-28,30.30\nTotalAB,2026-02-28,1\nSummer,2026-02-28,2\n")
    assert not totals(border.stage())


def test_other_tables_are_looked_at_too(border):
    border.write("orders.csv", ORDERS)
    border.write("customers.csv", "customer_id,name\na,A\nb,B\nTotal,2\n")
    (found,) = totals(border.stage())
    assert (found.table, found.severity) == ("customers", "noted")


def test_every_word_is_known_in_small_letters_as_engines_compare_it():
    assert TOTAL_WORDS.match("total général") and TOTAL_WORDS.pattern == TOTAL_WORDS.pattern.lower()


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_every_engine_knows_a_row_of_totals(engine):
    lines = {"customer_id": ["a", "b", "Suma Total"], "amount": [10.10, 20.20, 30.30]}
    engine.create_table("lines_with_totals", pd.DataFrame(lines), overwrite=True)
    nothing = dict.fromkeys((FILE, PROBLEM, EMPTIED, VALUE), ibis.null("string")) | {ROW: ibis.null("int64")}
    table = engine.table("lines_with_totals").mutate(**nothing)
    written = {"orders": {"customer_id": "customer_id"}}
    try:
        told = [note_totals(engine, {"orders": each}, written) for each in (table, table.filter(table.amount != 10.10))]
    finally:
        engine.drop_table("lines_with_totals", force=True)
    assert [(found.severity, found.n, found.examples[0].value) for (found,) in told] == [
        ("refused", 1, "Suma Total"),
        ("noted", 1, "Suma Total"),
    ]
