"""Start and end the kernel process of one notebook: IPC sockets in a private folder, a clean profile, no survivors."""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from portfolio_lab.reports.runner.clients import WatchfulClient
from portfolio_lab.reports.runner.nursery import Nursery, NurseryProvisioner
from portfolio_lab.reports.runner.strays import end_marked, kernel_mark

KERNEL_SCRIPT = Path(__file__).with_name("kernel_main.py")
START_SECONDS = 120
N_LOG_LINES = 20

quiet = logging.getLogger("portfolio_lab.kernel_client")
quiet.addHandler(logging.NullHandler())
quiet.propagate = False


class OwnKernelSpec(KernelSpecManager):
    """Knows one kernel, this interpreter, whatever a user has installed under the same name (asked for by jupyter)."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the command that starts this interpreter's kernel."""
        command = [sys.executable, str(KERNEL_SCRIPT), "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name=kernel_name, language="python")


@dataclass
class Kernel:
    """One kernel process, its client, and its private folder."""

    manager: AsyncKernelManager
    folder: Path
    client: object | None = None

    @property
    def pid(self) -> int | None:
        """The process id, once there is a process."""
        return getattr(self.manager.provisioner, "pid", None)

    @property
    def log_path(self) -> Path:
        """Where the process writes what does not go through the notebook."""
        return self.folder / "kernel.log"


def make_kernel(folder: Path, nursery: Nursery | None = None) -> Kernel:
    """Return a kernel that is not started yet; its sockets lie in ``folder``, which is made, readable by us alone.

    With a ``nursery`` it will be forked from there, otherwise started cold.
    """
    folder.mkdir(mode=0o700)
    manager = AsyncKernelManager(
        kernel_spec_manager=OwnKernelSpec(),
        kernel_name="python3",
        client_factory=WatchfulClient,
        transport="ipc",
        ip=str(folder / "k"),
        connection_file=str(folder / "c.json"),
        log=quiet,
    )
    if nursery is not None:
        provisioner = NurseryProvisioner(parent=manager, kernel_id=folder.name, kernel_spec=manager.kernel_spec)
        provisioner.nursery = nursery
        manager.provisioner = provisioner
    return Kernel(manager, folder)


async def start_kernel(kernel: Kernel, *, cwd: Path, env: Mapping[str, str]) -> None:
    """Start the process and wait until it answers; RuntimeError when it never does."""
    own = {"IPYTHONDIR": str(kernel.folder / "ipython"), **kernel_mark(kernel.folder)}
    arguments = ["--HistoryManager.enabled=False"]
    with kernel.log_path.open("wb") as log:
        await kernel.manager.start_kernel(
            cwd=str(cwd), env={**env, **own}, stdout=log, stderr=log, extra_arguments=arguments
        )
    kernel.client = kernel.manager.client()
    kernel.client.start_channels()
    await kernel.client.wait_for_ready(timeout=START_SECONDS)
    kernel.client.allow_stdin = False


async def end_kernel(kernel: Kernel) -> None:
    """End the process at once with all that it started, in whatever session that is, and take its sockets away."""
    if kernel.pid is not None:
        kill_tree(kernel.pid)
        end_marked(kernel_mark(kernel.folder))
    if kernel.client is not None:
        kernel.client.stop_channels()
    if kernel.manager.has_kernel:
        await kernel.manager.shutdown_kernel(now=True)
    else:
        await asyncio.shield(kernel.manager.cleanup_resources())


async def exit_code(kernel: Kernel) -> int | None:
    """Return how the process ended by itself: a code, a negative signal, or None while it lives."""
    return await kernel.manager.provisioner.poll() if kernel.manager.has_kernel else None


def kill_tree(pid: int) -> None:
    """Kill a process, its group and all its descendants, whatever group they have moved to."""
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, 9)


def log_tail(kernel: Kernel) -> tuple[str, ...]:
    """Return the last lines that the process itself wrote."""
    if not kernel.log_path.exists():
        return ()
    return tuple(kernel.log_path.read_text(errors="replace").splitlines()[-N_LOG_LINES:])
