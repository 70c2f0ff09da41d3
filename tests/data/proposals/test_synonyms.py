import pytest

from portfolio_lab.data.proposals.synonyms import COLUMNS, TABLES, likeness, plain
from portfolio_lab.data.table_names import known_tables


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Customer ID", "customerid"), ("Cód. Cliente", "codcliente"), ("Straße", "strasse"), ("№", "no")],
)
def test_names_are_compared_without_case_accents_and_marks(name, bare):
    assert plain(name) == bare


def test_the_same_name_comes_before_another_one_before_one_that_is_alike():
    assert likeness("customer_id", "CustomerID", COLUMNS) == 1.0
    assert likeness("customer_id", "Kundennummer", COLUMNS) == 0.9
    assert 0 < likeness("customer_id", "custommerid", COLUMNS) < 0.6
    assert likeness("customer_id", "weather", COLUMNS) == 0.0


def test_other_names_are_those_of_tables_and_columns_that_we_have():
    columns = {column for names in known_tables().values() for column in names.columns}
    assert set(TABLES) <= set(known_tables())
    assert set(COLUMNS) <= columns
    assert all(plain(word) == word for words in (*TABLES.values(), *COLUMNS.values()) for word in words.split())
