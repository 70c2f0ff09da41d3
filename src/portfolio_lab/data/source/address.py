"""Where a company's data are: the ``source`` of a run file, resolved to a folder, a file or a server."""

import os
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote, urlsplit

from portfolio_lab.errors import DataError, Fault

Kind = Literal["folder", "text", "parquet", "workbook", "duckdb", "postgres", "spark"]

TEXT_ENDINGS = (".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".tsv.gz")
PARQUET_ENDINGS = (".parquet", ".pq")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
DUCKDB_ENDINGS = (".duckdb", ".ddb")
OTHER_FORMS = (
    ((".zip", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst"), "unpack it, and put what is in it in its place"),
    ((".xls", ".xlsb", ".ods"), "save it as .xlsx, or its tables as CSV"),
)
SECRET = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Address:
    """A source that exists: its kind, the path of a file source or the URL of a server, and a name safe to print."""

    kind: Kind
    label: str
    path: Path | None = None
    url: str = ""


def resolve_address(source: str, *, root: Path) -> Address:
    """Return where the data are; relative paths start at ``root``.

    Raises DataError for a path that does not exist, a package that is not installed, an unset secret, or a kind of
    source that is not known.
    """
    if source.startswith("package://"):
        return _of_path(_package_path(source), source)
    if "://" in source:
        return _of_server(source)
    if SECRET.search(source):
        remedy = "write the path itself, or an address with its parts: postgres://user:${NAME}@host:5432/database"
        raise DataError([Fault("has ${…} where there is no address of a server", remedy, key="data.source")])
    path = Path(source)
    return _of_path(path if path.is_absolute() else root / path, source)


def secrets_of(source: str) -> dict[str, str]:
    """Return the values of the ``${NAME}`` variables in a source; DataError for one that is not set."""
    values = {name: os.environ.get(name) for name in SECRET.findall(source)}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        faults = [
            Fault("is not set", f"set it: export {name}=…", key=f"environment variable {name}") for name in missing
        ]
        raise DataError(faults)
    return {name: str(value) for name, value in values.items()}


def _of_path(path: Path, label: str) -> Address:
    if not path.exists():
        raise DataError(
            [Fault("does not exist", "correct data.source in the run file", key="data.source", value=label)]
        )
    kind = kind_of_file(path)
    if kind is None:
        known = ", ".join((*TEXT_ENDINGS[:3], *PARQUET_ENDINGS[:1], *WORKBOOK_ENDINGS[:1], *DUCKDB_ENDINGS[:1]))
        remedy = remedy_for(path) or f"give a folder, or a file ending in {known}"
        raise DataError([Fault("is no kind of data we read", remedy, value=label)])
    return Address(kind, label, path=path)


def kind_of_file(path: Path) -> Kind | None:
    """Return the kind of a folder or file by its ending; None for one that we do not read."""
    if path.is_dir():
        return "folder"
    name = path.name.lower()
    endings: dict[Kind, tuple[str, ...]] = {
        "text": TEXT_ENDINGS,
        "parquet": PARQUET_ENDINGS,
        "workbook": WORKBOOK_ENDINGS,
        "duckdb": DUCKDB_ENDINGS,
    }
    return next((kind for kind, known in endings.items() if name.endswith(known)), None)


def remedy_for(path: Path) -> str | None:
    """Return how a packed file, or one of another spreadsheet, can be made one that we read; None for others."""
    return next((remedy for endings, remedy in OTHER_FORMS if path.name.lower().endswith(endings)), None)


def _package_path(source: str) -> Path:
    name, _, inside = source.removeprefix("package://").partition("/")
    if ".." in Path(inside).parts:
        raise DataError([Fault("leaves the package", "name a path inside it, without '..'", value=source)])
    try:
        return Path(str(distribution(name).locate_file(inside)))
    except PackageNotFoundError as error:
        remedy = f"install it: pip install {name} (or the extra 'examples')"
        raise DataError([Fault(f"the package {name!r} is not installed", remedy, value=source)]) from error


def _of_server(source: str) -> Address:
    scheme = source.partition("://")[0]
    kinds: dict[str, Kind] = {"postgres": "postgres", "postgresql": "postgres", "spark": "spark"}
    if scheme not in kinds:
        remedy = "use a path, package://…, postgres://… or spark://…"
        raise DataError([Fault(f"{scheme}:// is no kind of source we read", remedy, key="data.source")])
    _refuse_written_password(source)
    return Address(kinds[scheme], label_of(source), url=_with_secrets(source, secrets_of(source)))


def _with_secrets(source: str, secrets: dict[str, str]) -> str:
    """Return the address with its secrets; marks in them that an address uses itself are escaped, but for the host."""
    before, at, behind = source.rpartition("@")
    host, mark, options = behind.partition("?")
    escaped = {name: quote(value, safe="%:") for name, value in secrets.items()}
    url = _filled(before, escaped) + at + _filled(host, secrets) + mark + _filled(options, escaped)
    _refuse_no_address(url)
    return url


def _filled(text: str, secrets: dict[str, str]) -> str:
    return SECRET.sub(lambda found: secrets[found[1]], text)


def _refuse_no_address(url: str) -> None:
    """Raise DataError for what is no address; without the cause, which may show a part of a password."""
    try:
        is_address = urlsplit(url).port != 0
    except ValueError:
        is_address = False
    if not is_address:
        remedy = "write it as postgres://user:${NAME}@host:5432/database"
        raise DataError([Fault("is no address of a server", remedy, key="data.source")])


def label_of(source: str) -> str:
    """Return a server's address without user, password and options: safe to print."""
    parts = urlsplit(SECRET.sub("secret", source))
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _refuse_written_password(source: str) -> None:
    _refuse_no_address(SECRET.sub("1", source))
    parts = urlsplit(SECRET.sub("", source))
    if parts.password or any("password" in name and value for name, value in parse_qsl(parts.query)):
        remedy = "write ${NAME} in its place and set that environment variable"
        raise DataError([Fault("holds a password in clear text", remedy, key="data.source")])
