"""One run of a review at a time; the operating system releases the lock however a run ends."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from portfolio_lab.errors import Fault, RunError, RunFileError

LOCK_NAME = ".lock"


class ReviewLockedError(RunError):
    """Another run of the same review is under way."""


@contextmanager
def hold_review(run_dir: Path) -> Iterator[None]:
    """Hold the review's lock while the block runs; nothing of it stays on disk afterwards.

    Raises ReviewLockedError at once when another run holds it, RunFileError when the folder cannot be written.
    """
    lock = FileLock(run_dir / LOCK_NAME, timeout=0)
    try:
        with refuse_unwritable(run_dir):
            run_dir.mkdir(parents=True, exist_ok=True)
            lock.acquire()
    except Timeout as error:
        raise ReviewLockedError(f"another run of {run_dir.name} is under way → wait until it has ended") from error
    try:
        yield
    finally:
        # Removed while still held: whoever opened the file before looks again and finds that it has gone.
        with suppress(OSError):
            (run_dir / LOCK_NAME).unlink()
        lock.release()


@contextmanager
def refuse_unwritable(run_dir: Path) -> Iterator[None]:
    """Turn a folder that cannot be written, before anything was run, into a RunFileError with its remedy."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        problem = f"the reports folder cannot be written: {error.strerror or error}"
        remedy = "make room or ask for write access there, or choose another folder with --reports"
        raise RunFileError([Fault(problem, remedy, file=str(run_dir))]) from error
