"""Which of the company's columns the value of a customer is computed from."""

from collections.abc import Mapping

import sqlglot
from sqlglot.errors import SqlglotError

from portfolio_lab.data.expressions import used_columns

# The margin of a line is brought, or it is the amount less the cost.
OUR_COLUMNS = {"amount": ("amount",), "margin": ("margin_amount", "amount", "cost_amount")}


def list_criterion_columns(columns: Mapping[str, str], *, criterion: str, where: str | None = None) -> tuple[str, ...]:
    """Return the company's columns behind a criterion, those of the condition on order lines included, each once.

    ``columns`` gives for each of our columns the company's column or the expression that it is computed by.
    """
    texts = [columns[name] for name in OUR_COLUMNS[criterion] if name in columns]
    found = [name for text in [*texts, *([where] if where else [])] for name in _names_in(text)]
    return tuple(dict.fromkeys(found))


def _names_in(text: str) -> tuple[str, ...]:
    try:
        names = used_columns(sqlglot.parse_one(text, dialect="duckdb"))
    except SqlglotError:
        names = ()
    # a column may be called "Birth Date": where the text is no expression of columns, it is itself the name
    return names if names and not text.replace(" ", "").isalpha() else (text,)
