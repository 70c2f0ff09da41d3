"""Load once what every notebook loads, then fork a kernel for each notebook. Executed as a script by the runner.

Reads one request a line (JSON: id, argv, cwd, env, log) and writes one line for each kernel that began and ended. The
process stays single-threaded and opens no socket before a fork, so that every kernel starts clean. Whatever a notebook
starts and leaves alone becomes a child of this process, which ends them all when the runner has gone, however it went.
"""

import gc
import importlib
import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from typing import Any

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LAST_SECONDS = 10


def main(preloaded: list[str]) -> None:
    """Load the modules that are named, then serve requests until the runner closes its end."""
    from portfolio_lab.reports.runner.kernel_main import die_with_parent, load_kernel

    die_with_parent()
    load_kernel()
    for name in preloaded:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    adopt_orphans()
    try:
        serve()
    finally:
        end_all()


def adopt_orphans() -> None:
    """Become the parent of every process below that loses its own, and outlive the runner by what it takes to end them.

    The runner's end is seen by its pipe: it is closed by the system whatever killed the runner.
    """
    import ctypes

    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    system.prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0)


def end_all() -> None:
    """Kill every kernel and whatever they started, in whatever session it is, until there is nothing left."""
    import psutil

    until = time.monotonic() + LAST_SECONDS
    while time.monotonic() < until:
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                child.kill()
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def serve() -> None:
    """Fork on request and tell of every end; returns when nobody asks any more."""
    told, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    waiting = b""
    while True:
        ready, _, _ = select.select([0, told], [], [])
        if told in ready:
            os.read(told, 4096)
            tell_ends()
        if 0 in ready:
            chunk = os.read(0, 1 << 16)
            if not chunk:
                return
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                begin(json.loads(line), close=(told, wake))


def begin(request: dict[str, Any], *, close: tuple[int, ...]) -> None:
    """Fork one kernel; in the child this never returns."""
    child = os.fork()
    if child == 0:
        become_kernel(request, close)
    tell({"id": request["id"], "pid": child})


def become_kernel(request: dict[str, Any], close: tuple[int, ...]) -> None:
    """Turn this fork into the kernel of one notebook: own session, folder, environment, streams and random numbers."""
    code = 1
    try:
        from portfolio_lab.reports.runner.kernel_main import die_with_parent, start_kernel

        parent = os.getppid()
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _streams(request["log"], close)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"], JPY_PARENT_PID=str(parent))
        die_with_parent()
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # Python's own numbers are drawn anew after a fork, these are not
        sys.argv = request["argv"]
        start_kernel()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - the kernel's last words go to its log
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def tell_ends() -> None:
    """Write a line for each kernel that has ended, with its exit code or negative signal."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        tell({"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def tell(message: dict[str, Any]) -> None:
    """Write one line to the runner."""
    os.write(1, json.dumps(message).encode() + b"\n")


def _streams(log: str, close: tuple[int, ...]) -> None:
    for number in close:
        os.close(number)
    nothing, words = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(words, 1)
    os.dup2(words, 2)
    os.close(nothing)
    os.close(words)


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this script, which holds nothing that a notebook should find
    main(sys.argv[1:])
    os._exit(0)  # nothing to tidy: the modules that were loaded need no farewell
