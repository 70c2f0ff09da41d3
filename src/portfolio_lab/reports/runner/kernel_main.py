"""Start the kernel of one notebook. Executed as a script by the runner, so it imports nothing of this package."""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1
# The kernel of a scheduled run has no debugger and nobody who presses Tab: leaving them out saves a fifth of its start.
UNUSED_AT_NIGHT = ("debugpy", "jedi", "parso")


def die_with_parent() -> None:
    """Ask Linux to end this process with its parent; elsewhere ipykernel looks for its parent once a second."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have died before the request: then nobody would ever send the signal.
    if os.getppid() != int(os.environ.get("JPY_PARENT_PID", os.getppid())):
        os._exit(1)


def start_kernel() -> None:
    """Start ipykernel in this process and never return."""
    hidden = [name for name in UNUSED_AT_NIGHT if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    from ipykernel.kernelapp import launch_new_instance

    for name in hidden:
        sys.modules.pop(name, None)
    launch_new_instance()


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this script, which holds nothing that a notebook should find
    die_with_parent()
    start_kernel()
