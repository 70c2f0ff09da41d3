import asyncio
import os
import signal
import threading
import time

import pytest

from portfolio_lab.reports.runner.interrupts import STOPPING, stop_as_interrupt, stop_sets, too_late_to_stop


@pytest.mark.parametrize("number", STOPPING)
def test_every_request_to_stop_arrives_as_interrupt_and_handlers_come_back(number):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), stop_as_interrupt():
        os.kill(os.getpid(), number)
        time.sleep(1)
    assert signal.getsignal(number) is before


def test_in_the_event_loop_a_request_sets_the_event():
    async def wait() -> None:
        event = asyncio.Event()
        with stop_sets(event):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(event.wait(), 2)

    with stop_as_interrupt():
        asyncio.run(wait())
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)


def test_too_late_means_that_nothing_happens_then_or_afterwards():
    with stop_as_interrupt():
        with too_late_to_stop():
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)


def test_outside_the_main_thread_signals_are_left_alone():
    before, seen = signal.getsignal(signal.SIGTERM), []

    async def look() -> None:
        with stop_sets(asyncio.Event()):
            seen.append(signal.getsignal(signal.SIGTERM))

    def work() -> None:
        with stop_as_interrupt(), too_late_to_stop():
            asyncio.run(look())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
