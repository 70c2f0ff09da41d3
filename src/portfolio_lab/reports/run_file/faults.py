"""What is wrong with a run file, in words: place, value, and the nearest valid name."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from portfolio_lab.data.table_names import known_tables
from portfolio_lab.errors import Fault
from portfolio_lab.reports.catalog import CATALOG, COMMON_PARAMS
from portfolio_lab.reports.run_file.yaml_text import Lines, Place


def model_faults(error: ValidationError, model: type[BaseModel], path: Path, lines: Lines, above: Place = ()) -> list:
    """Return one fault for each finding of pydantic, with key, line and remedy."""
    return [_fault(item, model, path, lines, above) for item in error.errors()]


def table_faults(tables: Any, path: Path, lines: Lines) -> Iterator[Fault]:
    """Yield a fault for each table and column under ``data.tables`` that no contract knows."""
    if not isinstance(tables, dict) or not tables:
        return
    for name, settings in tables.items():
        at: Place = ("data", "tables", name)
        if name not in known_tables():
            yield unknown(at, list(known_tables()), path, lines, what="is not a table we know")
            continue
        names = known_tables()[name]
        columns = settings.get("columns") if isinstance(settings, dict) else None
        for column in columns if isinstance(columns, dict) and not names.keeps_more_columns else ():
            if str(column) not in names.columns:
                known = list(names.columns)
                yield unknown((*at, "columns", column), known, path, lines, what=f"is not a column of {name}")


def report_faults(reports: Any, path: Path, lines: Lines) -> Iterator[Fault]:
    """Yield a fault for each report that is not in the catalog and each parameter that its report refuses."""
    for topic, given in reports.items() if isinstance(reports, dict) else ():
        if topic not in CATALOG:
            yield unknown(("reports", topic), list(CATALOG), path, lines, what="is not a report")
            continue
        for name in sorted(set(given) & set(COMMON_PARAMS)) if isinstance(given, dict) else ():
            key = f"reports.{topic}.{name}"
            yield Fault("cannot be set here", "leave it out: the runner sets it", file=path.name, key=key)
        try:
            CATALOG[topic].model_validate(given)
        except ValidationError as error:
            yield from model_faults(error, CATALOG[topic], path, lines, ("reports", topic))


def unknown(at: Place, known: list[str], path: Path, lines: Lines, *, what: str) -> Fault:
    """Return the fault of a name that we do not know, with the nearest one that we do."""
    line = lines.get(at)
    return Fault(what, nearest(str(at[-1]), known), file=path.name, line=line, key=".".join(map(str, at)))


def nearest(word: str, known: list[str]) -> str:
    """Return the remedy for an unknown word: the nearest known one and the list."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    listed = f"known here: {', '.join(known)}" if known else "leave it out"
    return f"did you mean {near[0]!r}? {listed}" if near else listed


def _fault(item: Any, model: type[BaseModel], path: Path, lines: Lines, above: Place) -> Fault:
    loc = tuple(step for step in item["loc"] if not _is_variant(step))
    at = (*above, *loc)
    line = next((lines[at[:end]] for end in range(len(at), 0, -1) if at[:end] in lines), None)
    problem, remedy = _words(item, model, loc)
    nested = isinstance(item["input"], (dict, list))
    value = None if nested or item["type"] in ("missing", "extra_forbidden") else str(item["input"])[:120]
    return Fault(problem, remedy, file=path.name, line=line, key=".".join(map(str, at)) or None, value=value)


def _is_variant(step: Any) -> bool:
    """Pydantic names the member of a union that it tried, such as ``literal['computed']``: not a key of the file."""
    return isinstance(step, str) and ("[" in step or step in ("date", "tuple", "bool", "constrained-str"))


def _words(item: Any, model: type[BaseModel], loc: Place) -> tuple[str, str]:
    kind, message = item["type"], item["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return "is not a key we know", nearest(str(loc[-1]), _fields_at(model, loc[:-1]))
    if kind == "missing":
        return "is missing", "add it"
    if kind == "string_type":
        return "must be text", "put it in quotation marks"
    if kind == "literal_error":
        return "is not one of the values allowed", f"use {item['ctx']['expected']}"
    if kind == "string_pattern_mismatch":
        return "is not written as it has to be", f"it must match {item['ctx']['pattern']}"
    problem, _, remedy = (message[0].lower() + message[1:]).partition("; ")
    return problem, remedy or "correct the value"


def _fields_at(model: Any, loc: Place) -> list[str]:
    """Return the field names of the model at a place inside another model."""
    found = [model]
    for step in loc:
        models = [inner for item in found for inner in _models_in(item)]
        fields = [inner.model_fields[step].annotation for inner in models if step in inner.model_fields]
        found = fields or found
    return list(dict.fromkeys(name for item in found for inner in _models_in(item) for name in inner.model_fields))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
