"""Text of customers is data: made harmless on a page, in a spreadsheet and as a file name, with nothing lost."""

import html
import re
import unicodedata

from portfolio_lab.errors import AnalysisError

# Controls that a reader cannot see, the ones that turn the writing direction of what follows, and lone surrogates.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_LINE_ENDS = re.compile(r"\r\n?")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
GUARD = "'"
GUARDED = frozenset("'=+-@＝＋－＠\t\r\n")
SEPARATORS = frozenset(',;|\t\r\n"')


def visible(text: str) -> str:
    """Return the text with invisible and direction-changing characters written out, such as ⟨U+202E⟩."""
    return _INVISIBLE.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", _LINE_ENDS.sub("\n", text))


def paragraph(text: str) -> str:
    """Return the text as HTML: escaped, with **bold** alone turned into emphasis."""
    return _BOLD.sub(r"<strong>\1</strong>", html.escape(visible(text)))


def without_marks(text: str) -> str:
    """Return the text without the marks of **bold**, for places that show plain text only."""
    return _BOLD.sub(r"\1", text)


def storable(text: str) -> str:
    """Return the text as UTF-8 can hold it: half characters (lone surrogates) are written out as \\udXXX."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def guard_cell(text: str) -> str:
    """Return the text with an apostrophe wherever a spreadsheet could take what follows for a formula.

    That is at the start and after anything that a spreadsheet may read as the start of a new cell. An apostrophe that
    stood there already is doubled, so that :func:`unguard_cell` gives back exactly what went in.
    """
    if text.isalnum():
        return text
    guarded, at_start = [], True
    for character in text:
        guarded.append(GUARD + character if at_start and character in GUARDED else character)
        at_start = character in SEPARATORS or (at_start and character == " ")
    return "".join(guarded)


def unguard_cell(text: str) -> str:
    """Return what :func:`guard_cell` was given."""
    plain, at_start, characters = [], True, iter(text)
    for character in characters:
        kept = next(characters, "") if at_start and character == GUARD else character
        plain.append(kept)
        at_start = kept in SEPARATORS or (at_start and kept == " ")
    return "".join(plain)


def file_name(text: str) -> str:
    """Return a name of plain small letters, digits and _ for a file, at most 40 characters; empty if none is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:40].strip("_")


def checked_id(name: str, *, of: str) -> str:
    """Return the name if it may become part of a path and of a page's anchors; raise AnalysisError otherwise."""
    if isinstance(name, str) and _ID.match(name):
        return name
    remedy = "use lower-case letters, digits and _ and start with a letter (at most 60), such as customers"
    raise AnalysisError(f"{name!r} cannot be the id of a {of}", remedy=remedy)
