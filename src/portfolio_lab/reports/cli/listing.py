"""The command ``list``: what can be run, with which parameters, and what a run would do now."""

import json
import sys
from pathlib import Path
from typing import Any

from portfolio_lab.reports.catalog import CATALOG, missing_tables, needs_in_words, own_params


def list_reports(*, as_json: bool) -> int:
    """Write every report with its own parameters: type, default, help."""
    rows = [describe_report(topic) for topic in CATALOG]
    _write(rows, as_json, _report_lines)
    return 0


def list_for_run(run: str, as_of: str, reports: Path | None, *, as_json: bool) -> int:
    """Write for each report whether a run would run it now, and why; runs nothing."""
    from portfolio_lab.reports.cli.asking import Asked, make_request
    from portfolio_lab.reports.cli.progress import show_progress
    from portfolio_lab.reports.cli.secrets import without_secrets
    from portfolio_lab.reports.runner.skip import find_before, plan_reports
    from portfolio_lab.reports.runner.wiring import suite_parts

    request = make_request(Asked(run, as_of, reports=reports))
    with without_secrets(request.run_file), show_progress() as observe:
        parts = suite_parts(observe)
        data = parts.prepare(request)
    before = find_before(request.run_dir, request.as_of.isoformat())
    plan = plan_reports(request, data, parts.reports(request.run_file, data), before)
    steps = {step.report.topic: step for step in plan.steps}
    rows = [describe_report(topic) | _intention(topic, steps.get(topic), data.tables) for topic in CATALOG]
    _write(rows, as_json, _intention_lines)
    return 0


def describe_report(topic: str) -> dict[str, Any]:
    """Return a report as plain values: topic, title, question, needed tables, and its own parameters."""
    report = CATALOG[topic]
    schema = report.model_json_schema()["properties"]
    parameters = [
        {
            "name": name,
            "type": type_in_words(schema[name]),
            "default": schema[name].get("default"),
            "help": schema[name].get("description", ""),
        }
        for name in own_params(topic)
    ]
    about = {
        "topic": topic,
        "title": report.title,
        "question": report.question,
        "needs": [list(way) for way in report.needs],
    }
    return about | {"parameters": parameters}


def type_in_words(schema: dict[str, Any]) -> str:
    """Return the type of a parameter as a reader would say it, with its limits."""
    if "anyOf" in schema:
        return " or ".join(type_in_words(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    words = {
        "integer": "whole number",
        "number": "number",
        "string": "text",
        "boolean": "true or false",
        "array": "list",
    }
    said = "day" if schema.get("format") == "date" else words.get(schema.get("type"), schema.get("type", "any"))
    limits = [f"{sign} {schema[key]}" for key, sign in _LIMITS.items() if key in schema]
    return f"{said} ({', '.join(limits)})" if limits else said


_LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def _intention(topic: str, step: Any, tables: frozenset[str]) -> dict[str, Any]:
    if step is None:
        missing = ", ".join(missing_tables(topic, tables))
        return {"would_run": False, "reason": f"the data have no table {missing}", "difference": None}
    return {"would_run": step.action == "run", "reason": step.reason, "difference": step.difference}


def _report_lines(row: dict[str, Any]) -> list[str]:
    lines = [f"{row['topic']}  {row['title']}: {row['question']}", f"    made of {needs_in_words(row['topic'])}"]
    for item in row["parameters"]:
        lines.append(f"    -p {row['topic']}.{item['name']}={item['default']}  {item['type']}; {item['help']}")
    return lines


def _intention_lines(row: dict[str, Any]) -> list[str]:
    differs = f" [{row['difference']}]" if row["difference"] else ""
    verb = "would be run" if row["would_run"] else "would not be run"
    return [f"{row['topic']}  {verb}, because {row['reason']}{differs}"]


def _write(rows: list[dict[str, Any]], as_json: bool, lines: Any) -> None:
    if as_json:
        text = json.dumps(rows, indent=1, ensure_ascii=False)
    else:
        text = "\n".join(line for row in rows for line in lines(row))
    sys.stdout.write(f"{text}\n")
