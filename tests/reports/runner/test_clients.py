"""No answer of a kernel is overheard, whatever was said to the kernel in the meantime."""

import asyncio
import json
import time
from queue import Empty

import pytest
import zmq
import zmq.asyncio
from fixtures.fake_review import make_review, run_fake
from jupyter_client.session import Session

from portfolio_lab.reports.runner.clients import WatchfulChannel
from portfolio_lab.reports.runner.kernels import make_kernel

WIDGET = """
import ipywidgets, sys
out = ipywidgets.Output()
for number in range(20):
    with out:
        print(number)
        sys.stdout.flush()
"""


async def ask(tmp_path, *, says: bool, timeout: float | None) -> float:
    """Return after how many seconds a channel had an answer that arrived while the client was busy."""
    context, session, answer = zmq.asyncio.Context(), Session(key=b"k"), Session(key=b"k")
    kernel = zmq.Context.instance().socket(zmq.ROUTER)
    kernel.bind(f"ipc://{tmp_path}/s")
    socket = context.socket(zmq.DEALER)
    socket.connect(f"ipc://{tmp_path}/s")
    channel = WatchfulChannel(socket, session)
    try:
        channel.send(session.msg("execute_request"))
        who = kernel.recv_multipart()[0]
        waiting = asyncio.ensure_future(channel.get_msg(timeout=timeout))
        await asyncio.sleep(0.1)
        answer.send(kernel, "execute_reply", ident=who)
        time.sleep(0.3)  # the answer is there before the loop looks again
        if says:
            channel.send(session.msg("comm_msg"))
        began = time.monotonic()
        assert (await asyncio.wait_for(waiting, 20))["msg_type"] == "execute_reply"
        return time.monotonic() - began
    finally:
        socket.close(0)
        kernel.close(0)


@pytest.mark.parametrize("timeout", [None, 15.0])
@pytest.mark.parametrize("says", [False, True], ids=["silent", "talking"])
def test_an_answer_that_came_while_the_client_spoke_is_heard(tmp_path, says, timeout):
    assert asyncio.run(ask(tmp_path, says=says, timeout=timeout)) < 3


def test_no_answer_is_said_when_the_time_is_over(tmp_path):
    async def wait() -> None:
        socket = zmq.asyncio.Context().socket(zmq.DEALER)
        socket.bind(f"ipc://{tmp_path}/s")
        try:
            with pytest.raises(Empty):
                await WatchfulChannel(socket, Session()).get_msg(timeout=0.4)
        finally:
            socket.close(0)

    began = time.monotonic()
    asyncio.run(wait())
    assert 0.3 < time.monotonic() - began < 3


def test_the_client_of_a_kernel_is_watchful(tmp_path):
    client = make_kernel(tmp_path / "k").manager.client()
    assert client.shell_channel_class is WatchfulChannel


@pytest.mark.full
def test_a_notebook_with_widgets_does_not_wait_for_the_end_of_its_time(tmp_path):
    """Without a watchful client about one in ten of such cells waited; a cell has ten minutes here."""
    folder = make_review(tmp_path, a_draws=(WIDGET,) * 40)
    outcome = run_fake(folder, jobs=1)
    assert outcome.exit_code == 0, outcome.sentence
    run = json.loads((folder / "reports" / "demo" / "latest" / "a_draws" / "run.json").read_text())
    assert run["seconds"] < 120
