"""Where run files are, and which folder their relative paths start at."""

import difflib
import os
from pathlib import Path

from portfolio_lab.errors import Fault, RunFileError
from portfolio_lab.reports.catalog import notebooks_folder

ROOT_VARIABLE = "PORTFOLIO_LAB_ROOT"
ROOT_MARKS = ("notebooks", "pyproject.toml", ".git")


def find_run_file(run: str | Path, *, root: Path | None = None) -> Path:
    """Return the path of a run file given by name or path; RunFileError names the runs that exist."""
    text, bases = str(run), _bases(root)
    by_path = Path(text).suffix in (".yaml", ".yml")
    candidates = [Path(text), *(base / text for base in bases)] if by_path else _named(text, bases)
    for candidate in candidates:
        if candidate.is_file():
            return candidate.resolve()
    known = sorted({path.stem for base in bases for path in (base / "params").glob("*.yaml")})
    near = difflib.get_close_matches(text, known, n=1)
    remedy = f"did you mean {near[0]!r}? Known runs: " if near else "give a path ending in .yaml, or one of: "
    raise RunFileError([Fault("there is no such run file", remedy + (", ".join(known) or "none yet"), value=text)])


def root_above(path: Path) -> Path:
    """Return the project root above a run file: the nearest folder with notebooks, else the file's own folder, or the
    one above it where that is called params: there ``init`` writes what was typed beside it.

    The runner hands it down through an environment variable, since its resolved run file lies elsewhere.
    """
    if ROOT_VARIABLE in os.environ:
        return Path(os.environ[ROOT_VARIABLE])
    folders = path.resolve().parents
    marked = (folder for folder in folders if any((folder / mark).exists() for mark in ROOT_MARKS))
    return next(marked, folders[1] if folders[0].name == "params" else folders[0])


def project_root() -> Path:
    """Return the project in which a command was typed: the nearest folder above with notebooks, else this folder."""
    return root_above(Path.cwd() / "any").resolve()


def _named(name: str, bases: list[Path]) -> list[Path]:
    """A name is a word, never a path: nothing outside params/ is reached through it."""
    return [base / "params" / f"{name}.yaml" for base in bases] if name == Path(name).name else []


def _bases(root: Path | None) -> list[Path]:
    here = Path.cwd()
    return [*([root] if root else []), root_above(here / "any"), here, notebooks_folder().parent]
