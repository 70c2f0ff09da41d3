"""Attributes of customers in force on a day: the customers table, with dated changes laid over it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import isfinite

import ibis
import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.schema import table_spec
from portfolio_lab.errors import DataError, Fault
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.schema import Snapshots

YES, NO = ("true", "yes", "1", "t", "y"), ("false", "no", "0", "f", "n")


def list_attributes(tables: Mapping[str, ir.Table]) -> list[str]:
    """Return the names of the attributes with dated changes, sorted; none without the table ``attributes``."""
    if "attributes" not in tables:
        return []
    return sorted(fetch(tables["attributes"].select("attribute").distinct())["attribute"])


def assert_names_are_free(names: Iterable[str]) -> None:
    """Raise ``DataError`` if an attribute has the name of a measure, for one column cannot be two things."""
    own = set(Snapshots.to_schema().columns) - {column.name for column in table_spec("customers").columns}
    taken = sorted({"customer_id", *own} - {"salesperson_id"})
    remedy = "rename it, or map it to another name under data.tables in the run file"
    faults = [
        Fault("an attribute of customers has the name of a measure", remedy, table="customers", column=name)
        for name in sorted(set(names) & set(taken))
    ]
    if faults:
        raise DataError(faults)


def assert_attributes_fit(tables: Mapping[str, ir.Table]) -> None:
    """Raise ``DataError`` if an attribute has the name of a measure, or a dated value does not fit its column's type.

    ``tables`` are cut at the day of the review: what a snapshot of that day would stumble on is found without one.
    """
    dated = list_attributes(tables)
    own = tables["customers"].columns if "customers" in tables else ()
    assert_names_are_free([*(name for name in own if name != "customer_id"), *dated])
    typed = [name for name in dated if _kind_of(name) in CONVERTED]
    if typed:
        frame = fetch(pivot_attributes(tables, names=typed))
        for place, name in enumerate(typed):
            _in_type_of_column(frame[f"a{place}"], name)


def pick_customer_columns(tables: Mapping[str, ir.Table], *, names: Sequence[str]) -> ir.Table:
    """Return the customers table as an expression with ``is_known`` and columns numbered c0, c1, …

    One row per customer. Numbers, because a company's names may differ from ours in case only, which DuckDB ignores.
    """
    customers = tables["customers"]
    return customers.select("customer_id", is_known=ibis.literal(True), **_numbered("c", customers, names))


def _numbered(prefix: str, table: ir.Table, names: Sequence[str]) -> dict[str, ir.Value]:
    return {f"{prefix}{place}": table[name] for place, name in enumerate(names)}


def pivot_attributes(tables: Mapping[str, ir.Table], *, names: Sequence[str]) -> ir.Table:
    """Return the last value of each attribute as an expression, columns numbered a0, a1, … One row per customer."""
    changes = tables["attributes"]
    values = {
        f"a{place}": changes.value.argmax(changes.valid_from, where=changes.attribute == name)
        for place, name in enumerate(names)
    }
    return changes.group_by("customer_id").aggregate(**values)


def name_attributes(frame: pd.DataFrame, *, columns: Sequence[str], attributes: Sequence[str]) -> pd.DataFrame:
    """Return the frame with its numbered columns named, and each dated value laid over the customers table's.

    Same grain as ``frame``. Raises ``DataError`` for a dated value that does not fit the type of its column.
    """
    named = frame.rename(columns={f"c{place}": name for place, name in enumerate(columns)})
    for place, name in enumerate(attributes):
        dated = _in_type_of_column(named.pop(f"a{place}"), name)
        base = named[name] if name in named else pd.Series(None, index=named.index, dtype="object")
        named[name] = dated.astype("object").where(dated.notna(), base)
    return named


def _in_type_of_column(texts: pd.Series, name: str) -> pd.Series:
    """The texts as the customers table would have them: numbers, flags and days where its contract says so."""
    if _kind_of(name) not in CONVERTED:
        return texts
    values = texts.map(CONVERTED[_kind_of(name)], na_action="ignore")
    wrong = texts[texts.notna() & values.isna()]
    if len(wrong):
        remedy = f"write it as the column {name} of customers asks for ({_kind_of(name)})"
        raise DataError([Fault(f"a dated value of the attribute {name} has the wrong type", remedy, table="attributes",
                               column="value", value=str(wrong.iloc[0]), n=len(wrong))])  # fmt: skip
    return values


def _kind_of(name: str) -> str:
    column = table_spec("customers").column(name)
    return column.kind if column else "text"


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _flag(text: str) -> bool | None:
    word = text.strip().lower()
    return word in YES if word in (*YES, *NO) else None


def _day(text: str) -> pd.Timestamp | None:
    try:
        return pd.Timestamp(date.fromisoformat(text.strip()))
    except ValueError:
        return None


CONVERTED = {"number": _number, "flag": _flag, "date": _day}
