"""Read, resolve and write run files."""

import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from portfolio_lab.analysis.periods import last_period_end
from portfolio_lab.errors import Fault, RunFileError
from portfolio_lab.reports.catalog import CATALOG, ReportParams
from portfolio_lab.reports.run_file.faults import model_faults, report_faults, table_faults
from portfolio_lab.reports.run_file.locate import find_run_file, root_above
from portfolio_lab.reports.run_file.model import RunFile
from portfolio_lab.reports.run_file.yaml_text import Lines, read_yaml


def read_run_file(run: str | Path, *, root: Path | None = None) -> RunFile:
    """Return the run file of that name in ``params/``, or at that path, validated whole.

    Raises RunFileError with all faults at once: file, line, key, value and the nearest valid name.
    """
    path = find_run_file(run, root=root)
    plain, lines = read_yaml(path)
    faults = [*_structure_faults(plain, path, lines), *_name_faults(plain, path, lines)]
    if faults:
        raise RunFileError(faults)
    return RunFile.model_validate(plain).read_from(path, root=root or root_above(path))


def report_params(run_file: RunFile, topic: str, /, **given: Any) -> ReportParams:
    """Return the validated parameters of a report: its defaults, the run file's overrides, then ``given``.

    Raises RunFileError with every wrong parameter.
    """
    values = {**run_file.reports.get(topic, {}), **given}
    try:
        return CATALOG[topic].model_validate(values)
    except ValidationError as error:
        raise RunFileError(model_faults(error, CATALOG[topic], run_file.path, {}, ("reports", topic))) from error


def resolve_as_of(run_file: RunFile, today: date, given: str = "") -> date:
    """Return the last day whose events are known: ``given``, else the run file's, else the last period's end.

    Raises RunFileError for a ``given`` that is not an ISO day.
    """
    if given:
        try:
            return date.fromisoformat(given)
        except ValueError as error:
            fault = Fault("is not a day", "write it as 2026-09-30", key="as_of", value=given)
            raise RunFileError([fault]) from error
    return last_period_end(today, run_file.period) if run_file.as_of == "last_period_end" else run_file.as_of


def dump_run_file(run_file: RunFile, as_of: date) -> str:
    """Return the resolved run file as YAML: every default spelled out, ``as_of`` a day, secrets still ``${NAME}``."""
    plain = run_file.model_dump(mode="json") | {"as_of": as_of.isoformat()}
    out, yaml = StringIO(), YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump(plain, out)
    return out.getvalue()


def secret_names(run_file: RunFile) -> tuple[str, ...]:
    """Return the names of the environment variables to which the run file refers as ``${NAME}``."""
    return tuple(dict.fromkeys(re.findall(r"\$\{(\w+)\}", run_file.data.source)))


def _structure_faults(plain: dict[str, Any], path: Path, lines: Lines) -> list[Fault]:
    try:
        RunFile.model_validate(plain)
    except ValidationError as error:
        return model_faults(error, RunFile, path, lines)
    return []


def _name_faults(plain: dict[str, Any], path: Path, lines: Lines) -> list[Fault]:
    data = plain.get("data")
    tables = data.get("tables") if isinstance(data, dict) else None
    return [*table_faults(tables, path, lines), *report_faults(plain.get("reports"), path, lines)]
