"""Every reason that a row can have is said in words with a remedy."""

import pytest

from portfolio_lab.data.load.rows import UNREADABLE
from portfolio_lab.data.load.words import TABLE_WORDS, WORDS, column_in_words, in_words, table_in_words
from portfolio_lab.data.table_names import known_tables


def test_every_code_has_words():
    assert set(UNREADABLE.values()) <= set(WORDS)
    assert all(problem and remedy for problem, remedy in WORDS.values())


def test_choices_are_listed():
    assert in_words("not_among_choices", ("in", "out"))[0] == "is not one of the values that we know (in, out)"
    assert in_words("blank", ("in", "out"))[0] == "is blank"


def test_every_table_has_words_for_a_reader_and_none_of_them_a_mark():
    assert set(TABLE_WORDS) == set(known_tables())
    for name, names in known_tables().items():
        assert "_" not in table_in_words(name)
        assert not [column for column in names.columns if "_" in column_in_words(column)]


@pytest.mark.parametrize(
    ("column", "words"),
    [("customer_id", "customer number"), ("order_date", "order date"), ("margin_amount", "margin"),
     ("amount", "amount"),
     ("is_locked", "locked"), ("horizon_days", "horizon in days"), (None, "whole row"), ("name", "name")],
)  # fmt: skip
def test_a_column_in_words(column, words):
    assert column_in_words(column) == words
