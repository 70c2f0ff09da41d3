"""The cut at as_of: what was not known on that day is not there."""

from datetime import date

import ibis
import pytest

from portfolio_lab.data.load import cut_at

DAY = date(2026, 3, 31)


def table(**columns):
    return ibis.memtable(columns, schema=None)


def days(*texts):
    return [date.fromisoformat(text) if text else None for text in texts]


def test_rows_dated_after_as_of_are_not_there_and_as_of_counts_whole():
    orders = ibis.memtable(
        {"customer_id": ["a", "b"], "order_date": days("2026-03-31", "2026-04-01"), "amount": [1.0, 2.0]}
    )
    assert cut_at({"orders": orders}, DAY)["orders"].to_pandas()["customer_id"].tolist() == ["a"]


def test_facts_of_a_later_day_are_emptied():
    customers = ibis.memtable(
        {
            "customer_id": ["a", "b", "c"],
            "created_date": days("2026-01-01", "2026-04-01", None),
            "closed_date": days("2026-04-01", None, "2026-03-31"),
            "closed_reason": ["moved", None, "insolvent"],
        },
        schema={"customer_id": "string", "created_date": "date", "closed_date": "date", "closed_reason": "string"},
    )
    frame = cut_at({"customers": customers}, DAY)["customers"].to_pandas().set_index("customer_id")
    assert frame.index.tolist() == ["a", "c"]
    assert frame["closed_date"].isna().tolist() == [True, False]
    assert frame["closed_reason"].fillna("").tolist() == ["", "insolvent"]


def test_a_quote_won_later_was_open():
    quotes = ibis.memtable(
        {
            "customer_id": ["a"],
            "quote_date": days("2026-03-01"),
            "amount": [1.0],
            "outcome": ["won"],
            "outcome_date": days("2026-04-02"),
        }
    )
    row = cut_at({"quotes": quotes}, DAY)["quotes"].to_pandas().iloc[0]
    assert row["outcome"] is None


@pytest.mark.parametrize("table_name", ["receivables", "plan_tasks"])
def test_what_is_due_later_was_already_known(table_name):
    rows = ibis.memtable({"customer_id": ["a"], "due_date": days("2026-05-01"), "amount": [1.0], "channel": ["call"]})
    assert len(cut_at({table_name: rows}, DAY)[table_name].to_pandas()) == 1


def test_the_mapping_says_on_which_day_it_was_cut():
    tables = cut_at({}, DAY)
    assert (len(tables), tables.as_of) == (0, DAY)
