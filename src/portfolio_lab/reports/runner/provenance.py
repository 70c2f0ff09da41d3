"""Where a result comes from: versions, the project's commit, hashes of code and notebooks."""

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import portfolio_lab

CODE = {".py", ".j2", ".html", ".css", ".json", ".sql"}
GIT_SECONDS = 10


def installed_versions() -> dict[str, str]:
    """Return the version of Python and of every installed distribution, read from folder names alone, for speed."""
    found = {}
    for folder in reversed([Path(entry) for entry in sys.path if entry]):
        for info in folder.glob("*.dist-info"):
            name, _, version = info.name.removesuffix(".dist-info").partition("-")
            found[name.lower().replace("_", "-")] = version
    return {"python": platform.python_version(), **dict(sorted(found.items()))}


def needed_versions(package: str = "portfolio-lab") -> dict[str, str]:
    """Return the versions of Python and of what ``package`` needs, directly or not: nothing else changes a result.

    Tools that are installed beside it (a test runner, JupyterLab) are not among them.
    """
    found, waiting = {"python": platform.python_version()}, [(package, "")]
    seen = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        with suppress(PackageNotFoundError):
            needed = distribution(name)
            found[canonicalize_name(name)] = needed.version
            waiting += _requirements(needed.requires or (), extra)
    return dict(sorted(found.items()))


def _requirements(lines: Iterable[str], extra: str) -> list[tuple[str, str]]:
    """What of these requirements holds here, as names with each extra that is asked for (none: an empty one)."""
    wanted = [Requirement(line) for line in lines]
    held = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": extra})]
    return [(canonicalize_name(one.name), name) for one in held for name in ("", *one.extras)]


def git_state(root: Path) -> dict[str, Any] | None:
    """Return the commit of the project folder and whether files differ from it; None outside git."""
    commit, changes = _git(root, "rev-parse", "HEAD"), _git(root, "status", "--porcelain", "--untracked-files=no")
    return None if commit is None else {"commit": commit, "dirty": bool(changes)}


def code_hash(folder: Path | None = None) -> str:
    """Return a hash over every source and template of this package."""
    folder = folder or Path(portfolio_lab.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in CODE and path.is_file()):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def value_hash(value: Any) -> str:
    """Return a hash of a JSON-like value; the order of keys does not matter."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _git(root: Path, *command: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *command], capture_output=True, text=True, timeout=GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
