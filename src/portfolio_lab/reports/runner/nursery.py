"""Kernels forked from one warm process: what every notebook loads is loaded once, each notebook has its own process.

Linux only; elsewhere, or when the warm process has died, kernels are started cold.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

NURSERY_SCRIPT = Path(__file__).with_name("nursery_main.py")
LOOK_SECONDS = 0.02
LEAVE_SECONDS = 15


@dataclass
class Nursery:
    """The warm process, and what it has told so far."""

    process: subprocess.Popen
    begun: dict[int, int] = field(default_factory=dict)
    ended: dict[int, int] = field(default_factory=dict)
    heard: bytes = b""
    n_asked: int = 0


@contextmanager
def warm_nursery(preload: tuple[str, ...], *, env: Mapping[str, str], log: Path) -> Iterator[Nursery | None]:
    """Give a process in which ``preload`` is loaded (it loads while this returns); None where there cannot be one."""
    if not preload or sys.platform != "linux":
        yield None
        return
    command = [sys.executable, str(NURSERY_SCRIPT), *preload]
    own = {**env, "JPY_PARENT_PID": str(os.getpid())}
    with (
        log.open("wb") as words,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, env=own, start_new_session=True
        ) as process,
    ):
        os.set_blocking(process.stdout.fileno(), False)
        nursery = Nursery(process)
        try:
            yield nursery
        finally:
            _dismiss(nursery)


def _dismiss(nursery: Nursery) -> None:
    """Let the warm process end what its kernels have left running; one that was never asked has nothing to end."""
    with suppress(OSError):
        nursery.process.stdin.close()
    if nursery.n_asked:
        with suppress(subprocess.TimeoutExpired):
            nursery.process.wait(timeout=LEAVE_SECONDS)
    nursery.process.kill()


async def fork_kernel(nursery: Nursery, request: Mapping[str, Any]) -> "ForkedKernel | None":
    """Return a kernel that was forked as requested; None when the warm process is gone."""
    nursery.n_asked += 1
    number = nursery.n_asked
    try:
        nursery.process.stdin.write(json.dumps({"id": number, **request}).encode() + b"\n")
        nursery.process.stdin.flush()
    except OSError:
        return None
    while number not in nursery.begun:
        if nursery.process.poll() is not None:
            return None
        await asyncio.sleep(LOOK_SECONDS)
        listen(nursery)
    return ForkedKernel(nursery, nursery.begun[number])


def listen(nursery: Nursery) -> None:
    """Take in what the warm process has told since the last time."""
    with suppress(BlockingIOError, ValueError):
        while chunk := os.read(nursery.process.stdout.fileno(), 1 << 16):
            nursery.heard += chunk
    *lines, nursery.heard = nursery.heard.split(b"\n")
    for line in lines:
        told = json.loads(line)
        if "code" in told:
            nursery.ended[told["pid"]] = told["code"]
        else:
            # The id of an orphan that ended here may have been given to this kernel.
            nursery.ended.pop(told["pid"], None)
            nursery.begun[told["id"]] = told["pid"]


@dataclass
class ForkedKernel:
    """A kernel process that is our grandchild; answers like the process objects that jupyter knows."""

    nursery: Nursery
    pid: int
    stdin: None = None
    stdout: None = None
    stderr: None = None

    def poll(self) -> int | None:
        """The exit code, a negative signal, or None while it lives."""
        listen(self.nursery)
        gone = self.nursery.process.poll() is not None
        # A kernel dies with its nursery, by SIGKILL.
        return self.nursery.ended.get(self.pid, -signal.SIGKILL if gone else None)

    def wait(self) -> int:
        """The exit code, as soon as there is one."""
        while (code := self.poll()) is None:
            time.sleep(LOOK_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has gone already, told or not yet told."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class NurseryProvisioner(LocalProvisioner):
    """Makes kernels by forking the warm process (a class because jupyter asks for one)."""

    nursery: Nursery | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; start it cold when the warm process is gone."""
        request = {"argv": cmd[1:], "cwd": kwargs["cwd"], "env": kwargs["env"], "log": kwargs["stderr"].name}
        forked = await fork_kernel(self.nursery, request)
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid, self.cwd = forked, forked.pid, forked.pid, kwargs["cwd"]
        return self.connection_info
