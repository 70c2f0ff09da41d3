"""Blanks around texts: those of the keyboard, and those that only a computer can see."""

from functools import reduce
from operator import or_
from string import whitespace

import ibis
import ibis.expr.types as ir

# no-break, figure, narrow no-break and wide spaces, zero width space, byte order mark
UNSEEN = "\u00a0\u2007\u202f\u3000\u200b\ufeff"
ALL = whitespace + UNSEEN
# In a pattern the two rarest are written by their codes: Spark would take them for the letters v and f.
IN_PATTERN = " \t\n\r\\x0b\\x0c" + UNSEEN


def without_blanks(text: ir.StringValue) -> ir.StringValue:
    """Return a text without blanks around it; null where nothing is left."""
    return text.re_replace(f"^[{IN_PATTERN}]+|[{IN_PATTERN}]+$", "").nullif("")


def without_blanks_cheaply(text: ir.StringValue) -> ir.StringValue:
    """Return the same where most texts have none: to look at both ends is much cheaper than to replace."""
    ends = [text.endswith(blank) for blank in ALL]
    has_blank = reduce(or_, [text < "!", text >= "\u0080", *ends])
    return ibis.ifelse(has_blank, without_blanks(text), text)
