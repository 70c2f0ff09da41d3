"""A private folder for the sockets of one run; those that killed runs left behind are swept."""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "portfolio-lab-"
LOCK_NAME = "alive"
# A socket's path may have about 100 characters; our own part takes 40 of them.
MAX_BASE = 60
YOUNG_SECONDS = 60


@contextmanager
def socket_folder(base: Path | None = None) -> Iterator[Path]:
    """Give a folder that only this user can enter, and take it away afterwards."""
    base = base or _short_base()
    sweep_sockets(base)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    try:
        with FileLock(folder / LOCK_NAME):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_sockets(base: Path) -> None:
    """Remove the socket folders of runs that are no longer alive; a living run holds the lock in its folder."""
    for folder in base.glob(f"{PREFIX}*"):
        with suppress(OSError, Timeout):
            if folder.stat().st_uid != os.getuid() or time.time() - folder.stat().st_mtime < YOUNG_SECONDS:
                continue
            with FileLock(folder / LOCK_NAME, timeout=0):
                shutil.rmtree(folder)


def _short_base() -> Path:
    base = Path(tempfile.gettempdir())
    too_long = len(str(base)) > MAX_BASE and hasattr(socket, "AF_UNIX")
    return Path("/tmp") if too_long else base
