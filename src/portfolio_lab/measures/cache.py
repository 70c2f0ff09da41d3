"""Measures are computed once: a Parquet file per measure, data, day and options, shared by a review's notebooks."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd

Tables = Mapping[str, ir.Table]


@dataclass(frozen=True)
class MeasureCache:
    """Keeps computed measures in ``folder``; ``fingerprint`` stands for the data and how they were read."""

    folder: Path
    fingerprint: str

    def get(
        self,
        build: Callable[..., pd.DataFrame],
        tables_at: Callable[[date], Tables],
        *,
        as_of: date,
        options: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return ``build(tables_at(as_of), as_of=as_of, **options)``, from the cache if it is there and readable."""
        options = dict(options or {})
        path = self.folder / f"{build.__name__}_{as_of}_{self.key(build, as_of=as_of, options=options)}.parquet"
        found = _read(path)
        if found is None:
            found = build(tables_at(as_of), as_of=as_of, **options)
            _write(found, path)
        return found

    def key(self, build: Callable[..., pd.DataFrame], *, as_of: date, options: Mapping[str, Any]) -> str:
        """Return a hash of all that the measure depends on: data, day, options, and the code of the measures."""
        parts = [
            self.fingerprint,
            as_of.isoformat(),
            f"{build.__module__}.{build.__qualname__}",
            dict(options),
            code_hash(),
        ]
        return hashlib.blake2b(json.dumps(parts, sort_keys=True, default=str).encode(), digest_size=10).hexdigest()


@cache
def code_hash() -> str:
    """Return a hash of the code of the measures: a changed measure is computed again."""
    digest = hashlib.blake2b(digest_size=10)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> pd.DataFrame | None:
    """A file that is not there or cannot be read is no reason to fail: the measure is computed."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError):
        return None


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write beside and move: whoever reads finds the whole file or none; a full disk costs the next reader time."""
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(beside)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
