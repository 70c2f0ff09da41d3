"""Whether files are as they were, told without reading them: by what the file system keeps about each."""

import time
from pathlib import Path

from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source.address import resolve_address
from portfolio_lab.data.source.files import find_table_files

# A file changed twice within the tick of the file system's clock keeps its time: what is younger than the coarsest
# clock in use (two seconds) is read again.
SETTLED_NS = 3_000_000_000


def file_state(settings: DataSettings, *, root: Path) -> list[list] | None:
    """Return name, size, times and inode of every file that the tables are read from, and the names beside them.

    None where this cannot be told: a server, or a file that was changed only just now. Two equal states mean equal
    content: the time of the last change of status (ctime) cannot be set back, so that a copy with an old date and
    an edit of equal length within one second are seen. Raises DataError for a source that is not there.
    """
    address = resolve_address(settings.source, root=root)
    if address.path is None:
        return None
    paths = {address.path, *log_beside(address.path)}
    if address.kind in ("folder", "text", "parquet"):
        files, _ = find_table_files(address, settings)
        paths |= {part for file in files.values() for part in file.parts}
    try:
        states = [_of(path) for path in sorted(paths)]
    except OSError:
        return None
    youngest = max(max(mtime, ctime) for _, _, mtime, ctime, _ in states)
    names = sorted(entry.name for entry in address.path.iterdir()) if address.path.is_dir() else []
    return [*states, names] if time.time_ns() - youngest > SETTLED_NS else None


def _of(path: Path) -> tuple[str, int, int, int, int]:
    about = path.stat()
    return str(path.absolute()), about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino


def log_beside(path: Path) -> list[Path]:
    """Return the file beside a DuckDB database that holds what is not yet written into the database itself."""
    log = path.with_name(f"{path.name}.wal")
    return [log] if log.is_file() else []
