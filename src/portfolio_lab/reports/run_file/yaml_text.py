"""YAML 1.2 read as plain values with the line of each key: no tags, no repeated keys, no dates guessed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from portfolio_lab.errors import Fault, RunFileError

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
PLAIN_TAGS = ("!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:str")

Place = tuple[Any, ...]
Lines = dict[Place, int]


class _TextDates(RoundTripConstructor):
    """Leaves dates as the text that was written, so that an impossible one can be named with its line."""


_TextDates.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


def read_yaml(path: Path) -> tuple[dict[str, Any], Lines]:
    """Return the values of a YAML file and the line of each key; RunFileError says where it is not readable."""
    if path.stat().st_size > MAX_BYTES:
        raise RunFileError([Fault("is larger than a run file can be", "give a YAML run file", file=path.name)])
    tree = _load(path)
    if not isinstance(tree, dict):
        raise RunFileError([Fault("does not hold keys and values", "start with 'run: name'", file=path.name)])
    lines: Lines = {}
    return _plain(tree, (), lines, iter(range(MAX_NODES)), path), lines


def _load(path: Path) -> Any:
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _TextDates
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RunFileError([Fault("is not UTF-8 text", "save it as UTF-8", file=path.name)]) from error
    except YAMLError as error:
        raise RunFileError([_fault(path, error)]) from error
    except (ValueError, RecursionError) as error:
        raise RunFileError([Fault(f"cannot be read: {error}", "correct the YAML", file=path.name)]) from error


def _fault(path: Path, error: YAMLError) -> Fault:
    marked = isinstance(error, MarkedYAMLError)
    problem = ((error.problem if marked else str(error)) or "is not YAML").splitlines()[0]
    remedy = "give each key once" if "duplicate key" in problem else "correct the YAML at this line"
    line = error.problem_mark.line + 1 if marked and error.problem_mark else None
    return Fault(problem, remedy, file=path.name, line=line)


def _plain(node: Any, at: Place, lines: Lines, budget: Iterator[int], path: Path) -> Any:
    if next(budget, None) is None:
        raise RunFileError([Fault("unfolds to too many values", "write it without repeated anchors", file=path.name)])
    tag = str(getattr(getattr(node, "tag", None), "value", "") or "")
    if tag and tag not in PLAIN_TAGS:
        key = ".".join(map(str, at))
        raise RunFileError([Fault(f"has the tag {tag}", "write a plain value", file=path.name, key=key)])
    if isinstance(node, dict):
        return {key: _plain(value, place, lines, budget, path) for key, value, place in _items(node, at, lines)}
    if isinstance(node, list):
        return [_plain(value, (*at, index), lines, budget, path) for index, value in enumerate(node)]
    return _scalar(node)


def _items(node: Any, at: Place, lines: Lines) -> Iterator[tuple[Any, Any, Place]]:
    for key, value in node.items():
        plain, known = _scalar(key), key in (node.lc.data or {})
        lines[(*at, plain)] = (node.lc.key(key)[0] if known else node.lc.line) + 1
        yield plain, value, (*at, plain)


def _scalar(node: Any) -> Any:
    """Return ruamel's round-trip scalars as plain Python ones."""
    return next((kind(node) for kind in (bool, int, float, str) if isinstance(node, kind)), node)
