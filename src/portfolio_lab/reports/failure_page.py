"""The failure page of an attempt: which cell, with what parameters, how it ended, and where the notebook lies."""

import json
import re
from pathlib import Path

from portfolio_lab.reports.page_fit import fit_page
from portfolio_lab.reports.pages import count, long_date, render_page
from portfolio_lab.reports.safe_text import visible

FAILURE_PAGE = "failure.html"
MAX_CHARACTERS = 20_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
WELL = ("ok", "skipped")
ENDINGS = {"interrupted": "was interrupted", "killed": "was killed", "refused": "was not started"}


def render_attempt(attempt_dir: Path) -> str:
    """Return the failure page of an attempt from its manifest and the run.json of its reports, whatever is there."""
    manifest = _read(attempt_dir / "manifest.json")
    records = [_read(path) for path in sorted(attempt_dir.glob("*/run.json"))]
    ended_badly = [record for record in records if record.get("status") not in WELL]
    page = render_page(
        "failure.html",
        title=manifest.get("title") or "Customer portfolio review",
        attempt=manifest.get("build") or attempt_dir.name,
        headline=_headline(manifest, attempt_dir),
        problem=_cut(manifest.get("problem")),
        reports=[_report(record, attempt_dir) for record in ended_badly],
        others=[record for record in records if record.get("status") in WELL],
    )
    return fit_page(page, "the failure page")


def _headline(manifest: dict, attempt_dir: Path) -> str:
    as_of = manifest.get("as_of") or attempt_dir.name.partition("_")[2]
    of_day = f" of {long_date(as_of, locale=manifest.get('locale') or 'en_GB')}" if _DAY.match(as_of) else ""
    ending = ENDINGS.get(manifest.get("status", ""), "failed")
    n_failed = len(manifest.get("failed") or ())
    reports = f": {count(n_failed, 'report', locale='en_GB')} could not be made" if n_failed else ""
    return f"The review{of_day} {ending}{reports}"


def _report(record: dict, attempt_dir: Path) -> dict:
    cell, error = record.get("cell") or {}, record.get("error") or {}
    notebook = attempt_dir / record["topic"] / (record.get("notebook") or "none")
    return {
        "title": record.get("title") or record["topic"],
        "sentence": record.get("sentence") or record.get("status"),
        "evidence": _evidence(record, cell),
        "source": _cut(cell.get("source")),
        "error": _cut(f"{error['name']}: {error['message']}" if error else ""),
        "traceback": _cut("\n".join(error.get("traceback", ()))),
        "kernel_log": _cut("\n".join(record.get("kernel_log") or ())),
        "parameters": [(name, _cut(str(value))) for name, value in (record.get("parameters") or {}).items()],
        "notebook": f"{record['topic']}/{record['notebook']}" if notebook.is_file() else "",
    }


def _evidence(record: dict, cell: dict) -> list[tuple[str, str]]:
    cells, limit = record.get("cells") or {}, record.get("limit") or {}
    evidence = [
        ("State", record.get("status")),
        ("Cell", f"{cell['number']} of {cells.get('total', '?')}" if cell else None),
        ("Limit", f"{limit['name']} = {limit['value']}" if limit else None),
        ("Signal", record.get("signal")),
        ("Exit code", record.get("exit_code")),
        ("Seconds", record.get("seconds")),
        ("Peak memory", f"{record['peak_memory_mb']:.0f} MB" if record.get("peak_memory_mb") else None),
        ("Started", record.get("started_at")),
        ("Attempts", record.get("attempts")),
    ]
    return [(name, str(value)) for name, value in evidence if value is not None]


def _cut(text: str | None) -> str:
    """Return the text, of a very long one its end, where the cause of an error stands."""
    text = visible(text or "")
    return text if len(text) <= MAX_CHARACTERS else f"…\n{text[-MAX_CHARACTERS:]}"


def _read(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
