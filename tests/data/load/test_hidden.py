"""What is wrong behind the first reason for which a row is left out is told in the same pass."""

import pytest

from portfolio_lab.errors import DataError

HEAD = "customer_id,order_date,amount,order_id,status\n"


def refused_places(border, **settings):
    with pytest.raises(DataError) as refused:
        border.stage(max_drop_share=0.1, **settings)
    return [(fault.column, fault.row, fault.key, fault.value) for fault in refused.value.faults if fault.column]


def test_days_and_amounts_of_the_same_rows_are_both_named(border):
    border.write("orders.csv", HEAD + 'a,1.2.2026,"5,00",o1,ok\nb,2.2.2026,"6,00",o2,ok\n')
    assert refused_places(border) == [
        ("order_date", 2, "a / o1", "1.2.2026"),
        ("amount", 2, "a / o1", "5,00"),
    ]


def test_what_is_told_is_not_told_again_and_rows_set_aside_are_not_judged(border):
    border.write("orders.csv", HEAD + "a,never,x,o1,ok\nb,2026-01-01,1,o2,ok\n,later,x,o3,cancelled\n")
    places = refused_places(border, tables={"orders": {"where": "status <> 'cancelled'"}})
    assert [(column, row) for column, row, *_ in places] == [("order_date", 2), ("amount", 2)]


def test_a_table_that_cannot_be_mapped_tells_of_all_its_columns(border):
    border.write("orders.csv", HEAD + "a,2026-01-01,1,o1,ok\n")
    border.write("contacts.csv", "customer_id,contact_date\n,never\n")
    assert refused_places(border) == [
        ("channel", None, None, None),
        ("customer_id", 2, None, None),
        ("contact_date", 2, None, "never"),
    ]
