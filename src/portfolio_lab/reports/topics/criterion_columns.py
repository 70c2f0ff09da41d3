"""Which of the company's columns the value of a customer is computed from."""

from collections.abc import Mapping

import sqlglot
from sqlglot.errors import SqlglotError

from portfolio_lab.data.expressions import used_columns

# The margin of a line is the one that was brought; where there is none it is the amount less the cost.
MARGIN, LESS_COST = ("margin_amount",), ("margin_amount", "amount", "cost_amount")


def list_criterion_columns(columns: Mapping[str, str], *, criterion: str, where: str | None = None) -> tuple[str, ...]:
    """Return the company's columns behind a criterion, those of the condition on order lines included, each once.

    ``columns`` gives for each of our columns the company's column or the expression that it is computed by.
    """
    ours = ("amount",) if criterion == "amount" else LESS_COST if "cost_amount" in columns else MARGIN
    texts = [columns[name] for name in ours if name in columns]
    found = [name for text in texts for name in _names_in(text)]
    found += _columns_of(where) if where else ()
    return tuple(dict.fromkeys(found))


def _names_in(text: str) -> tuple[str, ...]:
    names = _columns_of(text)
    # a column may be called "Birth Date": where the text is no expression of columns, it is itself the name
    return names if names and not text.replace(" ", "").isalpha() else (text,)


def _columns_of(text: str) -> tuple[str, ...]:
    """The columns of an expression; none where it cannot be read."""
    try:
        return tuple(used_columns(sqlglot.parse_one(text, dialect="duckdb")))
    except SqlglotError:
        return ()
