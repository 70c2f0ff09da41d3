"""The one door through which rows leave the engine: finished measures, never order lines."""

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

KEY = "customer_id"


def fetch(measure: ir.Table) -> pd.DataFrame:
    """Return a measure's rows as a frame in the engine's types; ``schema.conform`` then gives it ours.

    Same grain as the expression. By way of Arrow: Ibis's own conversion handles columns with empty values one by one.
    The customers of many rows come as a categorical, where none is missing.
    """
    rows = measure.to_pyarrow()
    if KEY in rows.column_names and rows[KEY].null_count == 0 and rows[KEY].type in (pa.string(), pa.large_string()):
        place = rows.column_names.index(KEY)
        rows = rows.set_column(place, KEY, rows[KEY].cast(pa.string()).dictionary_encode().unify_dictionaries())
    return rows.to_pandas(date_as_object=False)


def fetch_table(table: ir.Table) -> pd.DataFrame:
    """Return a company's table as it is: texts as objects, days as ``datetime64[s]``, numbers with gaps as floats.

    Same grain as the table. By way of Arrow, for the reason of ``fetch``; a table with anything but texts, days, whole
    numbers and floats is left to Ibis.
    """
    types = table.schema().values()
    if not all(kind.is_string() or kind.is_date() or kind.is_integer() or kind.is_floating() for kind in types):
        return table.to_pandas()
    frame = table.to_pyarrow().to_pandas(date_as_object=False)
    days = {name: "datetime64[s]" for name, kind in table.schema().items() if kind.is_date()}
    return frame.astype(days)
