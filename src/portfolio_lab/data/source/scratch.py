"""The folder in which an open source keeps what it rewrites and spills; what killed processes left is swept."""

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

# Not the name under which a run keeps its sockets: those folders are swept once nobody holds their lock.
PREFIX = "portfolio-source-"
ABANDONED_SECONDS = 24 * 3600


def new_scratch() -> Path:
    """Return a new folder for one open source, after removing our own that nobody has touched for a day."""
    base = Path(tempfile.gettempdir())
    for folder in base.glob(f"{PREFIX}*"):
        with suppress(OSError):
            about = folder.stat()
            if about.st_uid == os.getuid() and time.time() - about.st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
