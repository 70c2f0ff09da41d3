"""The cut at as_of: what was not known on that day is not there."""

from collections.abc import Iterator, Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from portfolio_lab.data.schema import TableSpec, table_spec

ORDER_SHARES, ORDER_DAYS = "order_shares", "order_days"
MADE_OF = {ORDER_SHARES: "orders", ORDER_DAYS: "orders"}  # tables that are sums of another by day, cut as it is


class Tables(Mapping[str, ir.Table]):
    """The tables of a run as they were known at the end of ``as_of``: a mapping of our names to Ibis tables."""

    def __init__(self, tables: Mapping[str, ir.Table], *, as_of: date) -> None:
        self._tables, self.as_of = dict(tables), as_of

    def __getitem__(self, name: str) -> ir.Table:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def cut_at(tables: Mapping[str, ir.Table], as_of: date) -> Tables:
    """Return the tables without anything that was not known at the end of ``as_of``.

    Rows dated later are left out; facts that became known later (a closing date, a payment, an outcome) are emptied.
    A row without a date was always known.
    """
    cut = {name: _cut(table_spec(MADE_OF.get(name, name)), table, as_of) for name, table in tables.items()}
    return Tables(cut, as_of=as_of)


def _cut(spec: TableSpec, table: ir.Table, as_of: date) -> ir.Table:
    day = ibis.date(as_of.isoformat())
    if spec.dated_by in table.columns:
        dated = table[spec.dated_by]
        table = table.filter(dated.isnull() | (dated <= day))
    for known_on, columns in spec.known_from.items():
        if known_on in table.columns:
            later = (table[known_on] > day).fill_null(False)
            there = [name for name in columns if name in table.columns]
            table = table.mutate(
                **{name: ibis.ifelse(later, ibis.null(table[name].type()), table[name]) for name in there}
            )
    return table
