"""What was staged from files that have not changed since: remembered beside the staged tables, by the files' state."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import file_state
from portfolio_lab.errors import DataError

SEEN = "seen.json"
KEPT = 20


def seen_key(settings: DataSettings, *, root: Path, more: dict[str, Any]) -> str | None:
    """Return a hash of the state of a source's files and of ``more``; None where the content has to be read.

    Only names, sizes and times of the files go into it. A source that cannot be used gives None: reading it then
    says what is wrong.
    """
    try:
        state = file_state(settings, root=root)
    except (DataError, OSError):
        return None
    if state is None:
        return None
    return hashlib.blake2b(json.dumps([state, more], sort_keys=True).encode(), digest_size=16).hexdigest()


def recall(folder: Path, key: str | None) -> str | None:
    """Return the fingerprint under which files in this state were staged before; None if they were not."""
    return _read(folder).get(key) if key else None


def remember(folder: Path, key: str | None, fingerprint: str) -> None:
    """Keep which fingerprint files in this state have; the oldest entries are forgotten."""
    if key is None:
        return
    kept = [item for item in _read(folder).items() if item[0] != key][-KEPT + 1 :]
    beside = folder / f"{SEEN}.{os.getpid()}"
    beside.write_text(json.dumps(dict([*kept, (key, fingerprint)])), encoding="utf-8")
    beside.replace(folder / SEEN)


def _read(folder: Path) -> dict[str, str]:
    try:
        seen = json.loads((folder / SEEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}
