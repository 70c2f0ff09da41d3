"""From what was typed to a request: run file, day, topics, parameters; refused whole with every fault at once."""

import difflib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portfolio_lab.errors import Fault, RunFileError
from portfolio_lab.reports.catalog import CATALOG, COMMON_PARAMS, own_params
from portfolio_lab.reports.run_file import RunFile, read_run_file, report_params, resolve_as_of
from portfolio_lab.reports.runner.parts import Request, available_cores

PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Asked:
    """What was typed for a run."""

    run: str
    as_of: str = ""
    only: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    reports: Path | None = None
    jobs: int | None = None
    force: bool = False
    pdf: bool = False


def make_request(asked: Asked) -> Request:
    """Return the request; raises RunFileError with every fault of run file, day, topics and parameters."""
    run_file = read_run_file(asked.run)
    given, faults = parse_parameters(asked.parameters)
    only = tuple(topic for text in asked.only for topic in text.split(","))
    faults += topic_faults(only, key="--only")
    run_file, wrong = with_parameters(run_file, given)
    try:
        as_of = resolve_as_of(run_file, today_in(run_file), asked.as_of)
    except RunFileError as refusal:
        wrong += refusal.faults
    if faults or wrong:
        raise RunFileError([*faults, *wrong])
    return Request(
        run_file,
        as_of,
        reports_folder(run_file, asked.reports),
        only=only,
        force=asked.force,
        jobs=asked.jobs or available_cores(),
        pdf=asked.pdf,
    )


def today_in(run_file: RunFile) -> date:
    """Return today's date where the company is; nothing below the command line reads the clock for a date."""
    return datetime.now(ZoneInfo(run_file.data.timezone)).date()


def reports_folder(run_file: RunFile, given: Path | None) -> Path:
    """Return the folder of all reports: the given one, else ``reports/`` of the project."""
    return (given or run_file.root / "reports").absolute()


def parse_parameters(texts: tuple[str, ...]) -> tuple[dict[str, dict[str, str]], list[Fault]]:
    """Return ``{topic: {name: text}}`` of options such as ``topic.name=value``, and what is wrong with the others."""
    given: dict[str, dict[str, str]] = {}
    faults: list[Fault] = []
    for text in texts:
        place, equals, value = text.partition("=")
        topic, dot, name = place.partition(".")
        if not (equals and dot and name):
            faults.append(Fault("is not a parameter", "write it as topic.name=value", key="-p", value=text))
        elif unknown := topic_faults((topic,), key="-p") or _name_faults(topic, name):
            faults += unknown
        else:
            given.setdefault(topic, {})[name] = value
    return given, faults


def topic_faults(topics: tuple[str, ...], *, key: str) -> list[Fault]:
    """Return a fault for each word that is not a report, with the nearest that is."""
    return [
        Fault("is not a report", _nearest(topic, list(CATALOG)), key=key, value=topic)
        for topic in topics
        if topic not in CATALOG
    ]


def with_parameters(run_file: RunFile, given: dict[str, dict[str, str]]) -> tuple[RunFile, list[Fault]]:
    """Return the run file with the given parameters over its own, and what is wrong with any report's parameters."""
    merged = dict(run_file.reports)
    for topic, texts in given.items():
        merged[topic] = {**merged.get(topic, {}), **{name: typed(topic, name, text) for name, text in texts.items()}}
    changed = run_file.model_copy(update={"reports": merged}).read_from(run_file.path, root=run_file.root)
    faults: list[Fault] = []
    for topic in CATALOG:
        try:
            report_params(changed, topic)
        except RunFileError as refusal:
            faults += [_where_it_was_typed(fault, topic, given.get(topic, {})) for fault in refusal.faults]
    return changed, faults


def _where_it_was_typed(fault: Fault, topic: str, texts: dict[str, str]) -> Fault:
    """Let a fault of a typed parameter name the option, not the run file in which it does not stand."""
    name = (fault.key or "").rpartition(".")[2]
    return replace(fault, file=None, key=f"-p {topic}.{name}", value=texts[name]) if name in texts else fault


def typed(topic: str, name: str, text: str) -> Any:
    """Return the value that was typed: as YAML where the report takes it so, else as the text that it is."""
    value = _as_yaml(text)
    try:
        CATALOG[topic].model_validate({name: value})
    except ValueError:
        return _text_where_it_fits(topic, name, text, value)
    return value


def _text_where_it_fits(topic: str, name: str, text: str, value: Any) -> Any:
    try:
        CATALOG[topic].model_validate({name: text})
    except ValueError:
        return value
    return text


def _as_yaml(text: str) -> Any:
    from ruamel.yaml import YAML, YAMLError

    try:
        value = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return text
    # 00123, 1_000 or 0x1F may be names: only what everybody reads as one number is a number.
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return text if is_number and not PLAIN_NUMBER.fullmatch(text.strip()) else value


def _name_faults(topic: str, name: str) -> list[Fault]:
    names = own_params(topic)
    if name in names:
        return []
    remedy = f"use --{name.replace('_', '-')}" if name == "as_of" else _nearest(name, list(names))
    if name in COMMON_PARAMS and name != "as_of":
        remedy = "it is set by the runner itself"
    return [Fault(f"is not a parameter of {topic}", remedy, key="-p", value=f"{topic}.{name}")]


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return (f"did you mean {near[0]!r}? " if near else "") + (f"known: {', '.join(known)}" if known else "it has none")
