import asyncio
import os
import subprocess
import sys

import pytest

from portfolio_lab.reports.runner import limits
from portfolio_lab.reports.runner.limits import Usage, measure_tree, note_usage, watch_memory


def test_the_whole_tree_is_measured():
    code = "import time; block = bytearray(80_000_000); print('ready', flush=True); time.sleep(30)"
    before, _ = measure_tree(os.getpid())
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        child.stdout.readline()
        after, seconds = measure_tree(os.getpid())
        child.kill()
    assert after - before > 70 and seconds > 0


def test_a_process_that_is_gone_uses_nothing():
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    assert measure_tree(child.pid) == (0.0, 0.0)


def test_usage_keeps_the_highest(monkeypatch):
    usage, looks = Usage(), iter([(10.0, 1.0), (30.0, 2.0), (20.0, 3.0)])
    monkeypatch.setattr(limits, "measure_tree", lambda pid: next(looks))
    assert [note_usage(usage, 1), note_usage(usage, 1), note_usage(usage, 1)] == [10.0, 30.0, 20.0]
    assert (usage.peak_memory_mb, usage.cpu_seconds) == (30.0, 3.0)
    assert note_usage(usage, None) == 0.0


async def watch(monkeypatch, looks: list[float]) -> int:
    """Watch a limit of 100 MB at five times the real pace; return how many looks it took to act."""
    monkeypatch.setattr(limits, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(limits, "TOLERATED_SECONDS", 0.4)
    seen = iter([*looks, *[0.0] * 1000])
    taken = []
    monkeypatch.setattr(limits, "measure_tree", lambda pid: (taken.append(next(seen)) or taken[-1], 0.0))
    await watch_memory(lambda: 1, Usage(), limit_mb=100)
    return len(taken)


def test_memory_above_the_tolerance_for_long_enough_is_acted_on(monkeypatch):
    assert 2 <= asyncio.run(watch(monkeypatch, [111.0] * 50)) <= 7


@pytest.mark.parametrize("looks", [[110.0] * 20, [111.0, 111.0, 50.0] * 6])
def test_memory_within_the_tolerance_or_only_for_a_moment_is_not(monkeypatch, looks):
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(watch(monkeypatch, looks), timeout=1.5))
