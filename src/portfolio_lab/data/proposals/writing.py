"""A proposal as the text of a run file: guesses say how sure they are, questions stand where their answer goes."""

import json
import re
from collections.abc import Iterator

from portfolio_lab.data.proposals.matching import Proposal, TableProposal

PLAIN = re.compile(r"[A-Za-z_][\w./-]*( [\w./-]+)*")
WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
HEAD = """\
# A proposal made by `portfolio-lab init`. Nothing in it has been decided for you:
#   sure   name and content both say so
#   CHECK  a guess; look at it
#   ASK    a question that only you can answer
# Then: portfolio-lab check {typed}, and once that is content: portfolio-lab run {typed}
run: {run}
title: Customer portfolio review
as_of: last_period_end      # CHECK: or a day, as 2026-09-30, where the data end earlier
period: quarter             # CHECK: month, quarter or year
currency: EUR               # ASK: the currency of the amounts
locale: en_GB               # ASK: how numbers and days are written on the pages
# country: ES               # ASK: whose public holidays are no working days
data:
  source: {source}
  timezone: UTC             # ASK: where the business's clocks are, as Europe/Madrid
"""


def write_proposal(proposal: Proposal, *, run: str, source: str, typed: str = "") -> str:
    """Return the run file as YAML with comments; it is valid as it stands, questions are comments in it.

    ``typed``: what names the run on the command line, where that is not its name (a path).
    """
    lines = [HEAD.format(run=run, source=_value(source), typed=_one_line(typed or run)).rstrip("\n")]
    lines += [f"  # ASK: {_one_line(note)}" for note in proposal.notes]
    if proposal.tables:
        lines.append("  tables:")
    for table in proposal.tables:
        lines += _table_lines(table)
    if proposal.unrecognised:
        listed = ", ".join(proposal.unrecognised[:30])
        lines.append(f"  # ASK: not recognised, and not used unless you name them above: {_one_line(listed)}")
    if proposal.needs_orders:
        lines.append("  # ASK: which table holds the order lines? Add it: tables: {orders: {table: …, columns: {…}}}")
    return "\n".join(lines) + "\n"


def _table_lines(table: TableProposal) -> Iterator[str]:
    mark = "sure" if table.is_sure else "CHECK: recognised by its columns"
    yield f"    {table.table}:"
    yield from (f"      {line}  # {mark}" for line in _place(table))
    if table.text_format:
        listed = ", ".join(f"{key}: {json.dumps(value)}" for key, value in table.text_format.items())
        yield f"      format: {{{listed}}}  # sure: all rows that were looked at fit this and nothing else"
    for question in table.questions:
        yield f"      # ASK: {_one_line(question)}"
    if table.columns:
        yield "      columns:"
    for column in table.columns:
        said = f"sure: {column.why}" if column.is_sure else f"CHECK: {column.why}"
        yield f"        {column.column}: {_value(column.source)}  # {_one_line(said)}"
    for name in table.unmatched:
        yield f"      # ASK: {table.table} needs {name}; which column, or which expression over columns, is it?"
    if table.where:
        yield "      # CHECK: take away the '#' to set aside the rows that are blank there (the review says how many):"
        yield f"      # where: {_one_line(_value(table.where))}"
    if table.unused:
        verb = "kept as attributes" if table.keeps_unused else "not used"
        yield f"      # {verb}: {_one_line(', '.join(table.unused[:30]))}"


def _place(table: TableProposal) -> list[str]:
    """Return where the table is: file or sheet; several sheets without a common pattern are a list."""
    if table.sheet is None or (table.file is None and isinstance(table.sheet, str)):
        return [f"table: {_value(table.sheet or table.source)}"]
    listed = table.sheet if isinstance(table.sheet, str) else tuple(table.sheet)
    sheets = _value(listed) if isinstance(listed, str) else f"[{', '.join(map(_value, listed))}]"
    return [*([f"table: {_value(table.file)}"] if table.file else []), f"sheet: {sheets}"]


def _value(text: str) -> str:
    is_plain = PLAIN.fullmatch(text) and text.lower() not in WORDS_OF_YAML
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    """Keep what a company named with a line break from leaving its comment."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
