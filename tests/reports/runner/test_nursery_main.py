"""The warm process on its own: requests in, kernels out, ends told; gone with its runner."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from portfolio_lab.reports.runner import nursery_main


@pytest.fixture
def warm() -> Iterator[subprocess.Popen]:
    env = {**os.environ, "JPY_PARENT_PID": str(os.getpid())}
    command = [sys.executable, nursery_main.__file__, "json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True) as process:
        yield process
        process.kill()


def ask(warm: subprocess.Popen, tmp_path, number: int, *argv: str) -> int:
    request = {"id": number, "argv": ["kernel", *argv], "cwd": str(tmp_path), "env": {"PATH": os.environ["PATH"]},
               "log": str(tmp_path / "kernel.log")}  # fmt: skip
    warm.stdin.write(json.dumps(request) + "\n")
    warm.stdin.flush()
    told = json.loads(warm.stdout.readline())
    assert told["id"] == number
    return told["pid"]


def test_each_kernel_has_its_own_session_and_its_end_is_told(warm, tmp_path):
    first, second = ask(warm, tmp_path, 1), ask(warm, tmp_path, 2)
    assert first != second and psutil.Process(first).ppid() == warm.pid
    end = time.monotonic() + 10
    while (os.getpgid(first), os.getpgid(second)) != (first, second) and time.monotonic() < end:
        time.sleep(0.01)
    assert os.getpgid(first) == first and os.getsid(second) != os.getsid(warm.pid)
    os.kill(first, 15)
    os.kill(second, 9)
    told = [json.loads(warm.stdout.readline()) for _ in range(2)]
    assert {one["pid"] for one in told} == {first, second}
    assert -9 in {one["code"] for one in told}


def test_a_kernel_that_cannot_begin_ends_with_its_words_in_the_log(warm, tmp_path):
    pid = ask(warm, tmp_path, 1, "--no-such-option=1")
    told = json.loads(warm.stdout.readline())
    assert told["pid"] == pid and told["code"] != 0
    assert "--no-such-option" in (tmp_path / "kernel.log").read_text()


def test_it_ends_when_nobody_asks_any_more(warm):
    warm.stdin.close()
    assert warm.wait(timeout=20) == 0
