"""The two small files by which a report speaks to other pages: page.json and facts.json."""

import json
from pathlib import Path

METADATA_KEY = "portfolio_lab"
PAGE_LAYOUT = 1


def read_page(report_dir: Path) -> dict:
    """Return page.json of a report folder, or an empty dict where the notebook did not come so far."""
    return _read(report_dir / "page.json")


def read_facts(report_dir: Path) -> dict[str, dict]:
    """Return facts.json of a report folder, or an empty dict where the notebook did not come so far."""
    return _read(report_dir / "facts.json")


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
