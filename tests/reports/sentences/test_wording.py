"""Numbers in words."""

import datetime as dt

import pytest

from portfolio_lab.reports.sentences.wording import (
    Wording,
    capitalised,
    has_or_have,
    in_words,
    is_or_are,
    listed,
)

ENGLISH = Wording("en_GB", "EUR")


@pytest.mark.parametrize(
    ("n", "text"), [(0, "no customers"), (1, "1 customer"), (2, "2 customers"), (2357, "2,357 customers")]
)
def test_a_number_with_its_noun(n, text):
    assert ENGLISH.count(n, "customer") == text


def test_an_irregular_plural():
    assert [ENGLISH.count(n, "person", "people") for n in (0, 1, 2)] == ["no people", "1 person", "2 people"]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0%"),
        (0.0004, "under 0.1%"),
        (0.0005, "0.1%"),
        (0.5, "50.0%"),
        (0.9996, "over 99.9%"),
        (0.9994, "99.9%"),
        (1.0, "100.0%"),
        (None, "–"),
    ],
)
def test_a_share_is_never_shown_as_none_or_all_when_it_is_not(share, text):
    assert ENGLISH.share(share) == text


def test_the_locale_is_the_readers():
    german = Wording("de_DE", "EUR")
    assert german.money(1234.0) == "1.234\xa0€"
    assert german.number(1234.5, digits=1) == "1.234,5"
    assert ENGLISH.date(dt.date(2026, 9, 30)) == "30 September 2026"


@pytest.mark.parametrize(("n", "text"), [(0, "no"), (1, "one"), (9, "nine"), (10, "10"), (-1, "-1")])
def test_small_numbers_are_words(n, text):
    assert in_words(n) == text


@pytest.mark.parametrize(
    ("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists(parts, text):
    assert listed(parts) == text


def test_small_words():
    assert listed(["a", "b"], last="or") == "a or b"
    assert capitalised("no Customers") == "No Customers"
    assert capitalised("") == ""
    assert (is_or_are(1), is_or_are(0), has_or_have(1), has_or_have(2)) == ("is", "are", "has", "have")
