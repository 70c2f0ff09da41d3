"""The folders of builds and attempts: begin, publish, abandon, sweep what a killed run left."""

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

BUILDS = ".builds"
FAILED = "failed"
HALF = ".tmp"
NAME = re.compile(r"^(\d+)_(\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True, order=True)
class BuildFolder:
    """A build or an attempt on disk; sorts by the order in which they were begun."""

    number: int
    as_of: str
    path: Path

    @property
    def id(self) -> str:
        """The name of its folder."""
        return self.path.name


def list_builds(run_dir: Path) -> list[BuildFolder]:
    """Return the finished builds, in the order in which they were begun."""
    return _folders(run_dir / BUILDS)


def list_failed(run_dir: Path) -> list[BuildFolder]:
    """Return the attempts that were not published, in the order in which they were begun."""
    return _folders(run_dir / FAILED)


def begin_build(run_dir: Path, as_of: date) -> Path:
    """Make the folder of a new build, ``.builds/<id>.tmp``, and return it."""
    half = run_dir / BUILDS / f"{next_id(run_dir, as_of)}{HALF}"
    half.mkdir(parents=True)
    return half


def next_id(run_dir: Path, as_of: date) -> str:
    """Return the id of the next build or attempt; numbers grow, so that order never hangs on a clock."""
    last = max((folder.number for folder in (*list_builds(run_dir), *list_failed(run_dir))), default=0)
    return f"{last + 1:04d}_{as_of.isoformat()}"


def number_of(build_id: str) -> int:
    """Return the number of a build or attempt; the greater one was begun later."""
    return int(build_id.partition("_")[0])


def id_of(half: Path) -> str:
    """Return the id of a build that is being made."""
    return half.name.removesuffix(HALF)


def seal_build(half: Path) -> Path:
    """Rename a build to its final name, and return it; from here on nobody writes in it."""
    final = half.with_name(id_of(half))
    return half.rename(final)


def unseal_build(build: Path) -> Path:
    """Take back the final name of a build to which no link leads, and return its unfinished name."""
    half = build.with_name(f"{build.name}{HALF}")
    return build.rename(half)


def move_to_failed(build: Path) -> Path:
    """Move a build that will not be published to ``failed/<id>``, and return its new place."""
    place = build.parents[1] / FAILED / id_of(build)
    place.parent.mkdir(exist_ok=True)
    return build.rename(place)


def remove_build(folder: Path) -> None:
    """Remove a build: first its name, so that no reader ever meets half of it."""
    grave = folder.with_name(f".{folder.name}.gone{HALF}")
    shutil.rmtree(folder.rename(grave))


def half_builds(run_dir: Path) -> Iterator[Path]:
    """Give the builds that a killed run left unfinished."""
    for half in sorted((run_dir / BUILDS).glob(f"*{HALF}")):
        if NAME.match(id_of(half)):
            yield half


def sweep_litter(run_dir: Path) -> None:
    """Remove half-written links, half-removed builds and other files that end in .tmp, but no half build."""
    for folder in (run_dir, run_dir / BUILDS, run_dir / FAILED):
        for path in folder.glob(f".*{HALF}"):
            with suppress(FileNotFoundError):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _folders(parent: Path) -> list[BuildFolder]:
    found = []
    for path in parent.iterdir() if parent.is_dir() else ():
        match = NAME.match(path.name)
        if match and path.is_dir():
            found.append(BuildFolder(int(match[1]), match[2], path))
    return sorted(found)
