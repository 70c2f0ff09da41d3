import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.safe_text import (
    checked_id,
    file_name,
    guard_cell,
    paragraph,
    storable,
    unguard_cell,
    visible,
    without_marks,
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Núñez & Söhne", "Núñez & Söhne"),
        ("a\x00b", "a⟨U+0000⟩b"),
        ("\u202eabc", "⟨U+202E⟩abc"),
        ("half\ud800", "half⟨U+D800⟩"),
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_visible_writes_out_what_cannot_be_seen(text, seen):
    assert visible(text) == seen
    assert visible(seen) == seen


def test_paragraph_understands_bold_and_nothing_else():
    assert paragraph("**A & B** <i>x</i> _y_") == "<strong>A &amp; B</strong> &lt;i&gt;x&lt;/i&gt; _y_"


def test_plain_text_loses_only_the_marks_of_bold():
    assert without_marks("**A** ** b") == "A ** b"


def test_storable_keeps_text_and_writes_out_half_characters():
    assert storable("ñ\ud800") == "ñ\\ud800"


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("-5", "'-5"),
        ("\t=1", "'\t'=1"),
        ("  @x", "  '@x"),
        ("a;=1", "a;'=1"),
        ("'quoted", "''quoted"),
        ("a=1", "a=1"),
        ("Anna-Lena", "Anna-Lena"),
        ("O'Neill", "O'Neill"),
        ("", ""),
    ],
)
def test_guard_stands_before_whatever_could_begin_a_formula(text, guarded):
    assert guard_cell(text) == guarded
    assert unguard_cell(guarded) == text


@given(st.text(alphabet=st.one_of(st.sampled_from(" '=+-@＝,;|\t\r\n\"ab"), st.characters()), max_size=30))
def test_guard_loses_nothing_and_leaves_no_formula(text):
    guarded = guard_cell(text)
    assert unguard_cell(guarded) == text
    assert not guarded.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_id_is_a_plain_word():
    assert checked_id("customers_2", of="table") == "customers_2"
    with pytest.raises(AnalysisError, match=r"'\.\./x' cannot be the id of a table .*use lower-case letters"):
        checked_id("../x", of="table")


@given(st.text(max_size=60))
def test_a_file_name_has_only_plain_letters_and_is_short(text):
    name = file_name(text)
    assert len(name) <= 40
    assert all(character in "abcdefghijklmnopqrstuvwxyz0123456789_" for character in name)


def test_a_file_name_stays_readable():
    assert file_name("Óscar D'Ors / North") == "oscar_d_ors_north"
    assert file_name("../..") == ""
