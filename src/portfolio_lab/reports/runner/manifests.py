"""Write and read run.json and manifest.json; each appears whole or not at all."""

import json
from pathlib import Path
from typing import Any

from portfolio_lab.reports.runner.records import Manifest, Record

MANIFEST = "manifest.json"
RUN = "run.json"


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as JSON at ``path``; a reader sees the old file or the new one, never half of it."""
    half = path.with_name(f".{path.name}.tmp")
    try:
        half.write_text(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def write_record(path: Path, record: Record) -> None:
    """Write a record as JSON at ``path``."""
    write_json(path, record.model_dump(mode="json"))


def read_manifest(build: Path) -> Manifest | None:
    """Return the manifest of a build or an attempt; None where there is none that can be read."""
    try:
        return Manifest.model_validate_json((build / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
