"""One spelling for what looks alike: the engine's and our own are the same."""

import ibis
import pytest

from portfolio_lab.data.source.spelling import in_one_spelling, spelt

TEXTS = {
    "plain": "plain",
    "Mu\u0308ller": "M\u00fcller",
    "Mu\u200b\u0308ller": "M\u00fcller",
    "A\u00a0 \u2009B ": "A B",
    "\u2060so\u00adft\ufeff": "soft",
    "\u1100\u1161": "\uac00",
    "a\tb\u3000c": "a b c",
    "\u212b": "\u00c5",
    "m\u00b2": "m\u00b2",
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_a_text_in_one_spelling(text, expected):
    assert spelt(text) == expected
    assert spelt(expected) == expected


def test_duckdb_spells_as_python_does():
    con = ibis.duckdb.connect()
    table = ibis.memtable({"text": [*TEXTS, "\u200b", None]})
    made = con.execute(in_one_spelling(table.text, engine="duckdb"))
    assert [None if one is None or one != one else one for one in made] == [*TEXTS.values(), None, None]
