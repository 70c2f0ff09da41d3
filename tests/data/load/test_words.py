"""Every reason that a row can have is said in words with a remedy."""

from portfolio_lab.data.load.rows import UNREADABLE
from portfolio_lab.data.load.words import WORDS, in_words


def test_every_code_has_words():
    assert set(UNREADABLE.values()) <= set(WORDS)
    assert all(problem and remedy for problem, remedy in WORDS.values())


def test_choices_are_listed():
    assert in_words("not_among_choices", ("in", "out"))[0] == "is not one of the values that we know (in, out)"
    assert in_words("blank", ("in", "out"))[0] == "is blank"
