"""Start the kernel of one notebook. Executed as a script by the runner, so it imports nothing of this package."""

import importlib
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
# A scheduled kernel has no debugger and nobody who presses Tab: leaving both out saves a third of its start.
# IPython asks for completion while it is imported, ipykernel for the debugger later: that one stays hidden.
COMPLETION = ("jedi", "parso")
DEBUGGER = "debugpy"


def die_with_parent() -> None:
    """Ask Linux to end this process with its parent; elsewhere ipykernel looks for its parent once a second."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have died before the request: then nobody would ever send the signal.
    if os.getppid() != int(os.environ.get("JPY_PARENT_PID", os.getppid())):
        os._exit(1)


def load_kernel() -> None:
    """Load ipykernel without what nobody uses at night."""
    sys.modules.update(dict.fromkeys((*COMPLETION, DEBUGGER)))
    importlib.import_module("ipykernel.kernelapp")
    for name in COMPLETION:
        sys.modules.pop(name)


def start_kernel() -> None:
    """Start ipykernel in this process and never return."""
    if "ipykernel.kernelapp" not in sys.modules:
        load_kernel()
    sys.modules["ipykernel.kernelapp"].launch_new_instance()


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this script, which holds nothing that a notebook should find
    die_with_parent()
    start_kernel()
