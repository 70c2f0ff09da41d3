"""Values are read once: the checks look at columns, not at the same cast again and again."""

from portfolio_lab.data.load.checking import type_table
from portfolio_lab.data.load.found import find_raw_tables
from portfolio_lab.data.load.mapping import map_columns
from portfolio_lab.data.load.once import read_once
from portfolio_lab.data.schema import table_spec
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import ColumnReader, open_source

TEXT = "customer_id,day,qty,price\n a ,2026-01-01,2,3\nb,2026-01-02,x,1\nc,,1,\n\t,2026-01-03,1,1\n"
SETTINGS = {"source": "source", "tables": {"orders": {"columns": {"order_date": "day", "amount": "qty * price"}}}}


def opened(border):
    border.write("orders.csv", TEXT)
    settings = DataSettings.model_validate(SETTINGS)
    source = open_source(settings, root=border.source.parent)
    return source, find_raw_tables(source, settings).tables["orders"], settings


def test_fields_over_the_view_say_what_the_fields_over_the_source_say(border):
    source, raw, settings = opened(border)
    reader = ColumnReader(raw.text_format, "UTC", is_trimmed=True)
    fields, _ = map_columns(table_spec("orders"), raw, settings.table("orders"), reader=reader)
    read = read_once(source, raw, fields, where=raw.expr.qty == "1", where_unreadable=None)
    for before, after in zip(fields, read.fields, strict=True):
        for what in ("value", "shown", "bad"):
            old = raw.expr.select(v=getattr(before, what)).to_pandas()
            assert read.table.select(v=getattr(after, what)).to_pandas().equals(old), (before.column.name, what)
    assert read.table.select(v=read.where).to_pandas()["v"].tolist() == [False, False, True, True]
    assert read.where_unreadable is None


def test_what_was_computed_from_an_unreadable_value_stays_bad_and_not_blank(border, tmp_path):
    source, raw, settings = opened(border)
    table, _ = type_table(source, raw, settings, folder=tmp_path)
    problems = table.order_by("__row__").to_pandas()["__problem__"].fillna("").tolist()
    assert problems == ["", "amount|not_a_number", "order_date|blank", "customer_id|blank"]


def test_a_value_is_cast_once_in_the_query_that_writes_the_table(border):
    source, raw, settings = opened(border)
    reader = ColumnReader(raw.text_format, "UTC", is_trimmed=True)
    fields, _ = map_columns(table_spec("orders"), raw, settings.table("orders"), reader=reader)
    read = read_once(source, raw, fields, where=None, where_unreadable=None)
    query = source.con.compile(read.table.select(read.fields[0].value, read.fields[2].bad))
    assert "CAST" not in query
    assert "TRIM" not in query
