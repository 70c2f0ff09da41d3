"""Each value of a row is read once, however many checks look at it."""

from dataclasses import dataclass, replace

import ibis.expr.types as ir

from portfolio_lab.data.load.mapping import Field, is_unread
from portfolio_lab.data.source import FILE, ROW, RawTable, Source


@dataclass(frozen=True)
class ReadTable:
    """A raw table with its values already read, and the fields and conditions over them."""

    table: ir.Table
    fields: list[Field]
    where: ir.BooleanValue | None
    where_unreadable: ir.BooleanValue | None


def read_once(
    source: Source,
    raw: RawTable,
    fields: list[Field],
    *,
    where: ir.BooleanValue | None,
    where_unreadable: ir.BooleanValue | None,
) -> ReadTable:
    """Return the fields over a view in which each value stands in a column of its own.

    Without it an engine would trim, match and cast anew in every branch of every check, for it may not compute ahead
    what stands in a CASE. Same grain as ``raw``.
    """
    columns: dict[str, ir.Value] = {name: raw.expr[name] for name in (ROW, FILE) if name in raw.expr.columns}
    for place, field in enumerate(fields):
        columns |= {f"value_{place}": field.value, f"shown_{place}": field.shown}
        columns |= {f"bad_{place}": field.bad} if field.is_computed else {}
    conditions = {"where": where, "where_unreadable": where_unreadable}
    columns |= {name: condition for name, condition in conditions.items() if condition is not None}
    table = source.as_view(f"read_{raw.name}", raw.expr.select(**columns))
    return ReadTable(
        table,
        [_over(table, field, place) for place, field in enumerate(fields)],
        *(None if condition is None else table[name] for name, condition in conditions.items()),
    )


def _over(table: ir.Table, field: Field, place: int) -> Field:
    value, shown = table[f"value_{place}"], table[f"shown_{place}"]
    bad = table[f"bad_{place}"] if field.is_computed else is_unread(value, shown)
    return replace(field, value=value, shown=shown, bad=bad)
