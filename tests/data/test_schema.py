"""Contracts of the sources: every table of the vocabulary, read the way the border reads it."""

import pytest

from portfolio_lab.data.schema import CONTRACTS, table_spec

TABLES = [
    *("orders", "customers", "salespeople", "assignments", "absences", "contacts", "plans", "plan_tasks", "plan_arms"),
    *("service_events", "satisfaction", "receivables", "quotes", "products", "stock", "attributes", "targets"),
    *("benchmarks", "valuations", "durations", "experiment"),
]


def test_every_table_of_the_vocabulary_has_a_contract_with_its_grain():
    assert list(CONTRACTS) == TABLES
    assert all(contract.__doc__.startswith("One row per ") for contract in CONTRACTS.values())


@pytest.mark.parametrize(
    ("table", "required"),
    [
        ("orders", ("customer_id", "order_date", "amount")),
        ("assignments", ("customer_id", "salesperson_id", "start_date")),
        ("plan_arms", ("customer_id", "plan_id", "start_date", "arm")),
        ("durations", ("duration", "event_observed")),
        ("experiment", ("arm",)),
    ],
)
def test_required_columns(table, required):
    assert table_spec(table).required == required


def test_kinds_keys_bounds_and_choices_are_read_from_the_contract():
    orders, arms, customers = (table_spec(name) for name in ("orders", "plan_arms", "customers"))
    assert [column.kind for column in orders.columns[:3]] == ["identifier", "date", "number"]
    assert arms.column("arm").choices == ("treated", "hold_out")
    assert arms.key == ("customer_id", "plan_id")
    assert customers.key == ("customer_id",)
    assert customers.column("latitude").bounds == (("greater_than_or_equal_to", -90), ("less_than_or_equal_to", 90))
    assert customers.column("is_locked").kind == "flag"


@pytest.mark.parametrize("table", TABLES)
def test_what_is_known_from_a_day_names_columns_of_the_table(table):
    spec = table_spec(table)
    named = [spec.dated_by, *spec.known_from, *(name for names in spec.known_from.values() for name in names)]
    named += [*(spec.interval or ()), *spec.no_overlap_by, *spec.one_of, *spec.key]
    assert all(spec.column(name) for name in named if name)


def test_every_dated_fact_beyond_a_rows_own_date_is_declared():
    """A new date column has to say from when it is known, or a past review would see the future."""
    undeclared = [
        f"{spec.name}.{column.name}"
        for spec in map(table_spec, TABLES)
        for column in spec.columns
        if column.kind == "date" and column.name != spec.dated_by and column.name not in spec.known_from
    ]
    assert undeclared == [
        "orders.promised_date", "absences.end_date", "contacts.next_step_date", "plans.end_date", "plan_tasks.due_date",
        "receivables.due_date", "stock.expiry_date", "targets.month",
    ]  # fmt: skip


def test_an_unknown_table_is_a_key_error():
    with pytest.raises(KeyError):
        table_spec("order")
