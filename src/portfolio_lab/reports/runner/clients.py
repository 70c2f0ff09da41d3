"""The client of a kernel: it hears every answer, also one that arrived while it was itself saying something."""

from time import monotonic
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type

LOOK_SECONDS = 1.0


class WatchfulChannel(AsyncZMQSocketChannel):
    """A channel that looks for messages now and again instead of waiting to be woken.

    A notebook that shows widgets makes its executor send while it waits for the answer of a cell. Sending takes the
    wake-up of a message that arrived in the meantime, and who only waits for that sleeps until the cell's time is over.
    """

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message; raises ``queue.Empty`` when none came within ``timeout`` seconds (None: ever)."""
        ends = None if timeout is None else monotonic() + timeout
        while not await self.socket.poll(_milliseconds(ends)):
            if ends is not None and monotonic() >= ends:
                break
        return await super().get_msg(timeout=0)


class WatchfulClient(AsyncKernelClient):
    """An asynchronous client whose requests are answered on a watchful channel."""

    shell_channel_class = Type(WatchfulChannel)


def _milliseconds(ends: float | None) -> int:
    left = LOOK_SECONDS if ends is None else min(LOOK_SECONDS, max(0.0, ends - monotonic()))
    return int(left * 1000)
