"""Which raw tables a source has, and what keeps one of them from being read: found before any row is looked at."""

import json
from dataclasses import dataclass, replace

from portfolio_lab.data.load.mapping import MISSING, build_where, column_reader, map_columns
from portfolio_lab.data.schema import table_spec
from portfolio_lab.data.settings import DataSettings, TableSettings
from portfolio_lab.data.source import RawTable, Source
from portfolio_lab.data.source.headers import better_delimiter
from portfolio_lab.errors import DataError, Fault


@dataclass(frozen=True)
class Found:
    """The raw tables whose rows can be read, by name, and every fault that refuses the run whatever they hold.

    A table that lacks a column is among both: nobody should have to add it to hear what else is wrong.
    """

    tables: dict[str, RawTable]
    faults: tuple[Fault, ...]


def find_raw_tables(source: Source, settings: DataSettings) -> Found:
    """Return the raw tables of a source, with a fault for each that is missing, unreadable or cannot be mapped."""
    raws: dict[str, RawTable] = {}
    faults = [*source.faults, *_nothing_to_report_on(source), *_refuse_counting_once(settings)]
    for name in source.tables:
        try:
            raws[name] = source.raw(name)
        except DataError as error:
            faults += [replace(fault, table=fault.table or name) for fault in error.faults]
    faults += [fault for raw in raws.values() for fault in raw.faults]
    unfit = {name: _mapping_faults(raw, settings) for name, raw in raws.items()}
    faults += [fault for found in unfit.values() for fault in found]
    readable = {name: raw for name, raw in raws.items() if _rows_can_be_read(unfit[name], settings.table(name))}
    return Found(readable, tuple(faults))


def _rows_can_be_read(faults: list[Fault], own: TableSettings) -> bool:
    """Return whether the rows of a table tell of faults of their own: missing columns do not hide them."""
    return all(fault.problem == MISSING for fault in faults) and not (faults and own.where)


def _nothing_to_report_on(source: Source) -> list[Fault]:
    if source.faults:
        return []
    held = ", ".join((*source.tables, *source.unused)[:20]) or "nothing"
    if not source.tables:
        remedy = f"name the files after our tables, or say which is which under data.tables; the source holds: {held}"
        if source.is_remote:
            remedy = (
                f"say which table is which under data.tables, and let this user read them; the source shows: {held}"
            )
        return [Fault("has none of our tables", remedy, file=source.label)]
    if "orders" in source.tables or any(table_spec(name).stands_alone for name in source.tables):
        return []
    remedy = f"name it: data.tables.orders.table; the source holds: {held}"
    return [Fault("is missing", remedy, table="orders", file=source.label)]


def _refuse_counting_once(settings: DataSettings) -> list[Fault]:
    """Only order lines are looked at for a second load."""
    named = [name for name, own in settings.tables.items() if own.loaded_twice and name != "orders"]
    remedy = "take it away: it is for orders; of other tables with a key the first row of each is kept"
    return [Fault("has no meaning here", remedy, key=f"data.tables.{name}.loaded_twice") for name in named]


def _mapping_faults(raw: RawTable, settings: DataSettings) -> list[Fault]:
    spec, own, reader = table_spec(raw.name), settings.table(raw.name), column_reader(raw, settings)
    _, faults = map_columns(spec, raw, own, reader=reader)
    *_, fault = build_where(raw, own, reader=reader, table=spec.name)
    faults = [*faults, *([fault] if fault else [])]
    mark = better_delimiter(raw.columns, raw.text_format) if faults and raw.rejects_table else None
    return faults if mark is None else [_one_column_only(raw, mark)]


def _one_column_only(raw: RawTable, mark: str) -> Fault:
    """One cause, one fault: read with the wrong delimiter, no column of the file is there under its name."""
    remedy = f"the header seems to be separated by {mark!r}: set format.delimiter: {json.dumps(mark)}"
    problem = "is read as one single column"
    return Fault(problem, remedy, file=raw.label, table=raw.name, key="format.delimiter", value=raw.columns[0][:80])
