"""Nothing that a notebook started outlives its run, whatever session it moved to and however the run ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from fixtures import fake_review
from fixtures.fake_review import make_review, run_fake, run_json
from fixtures.processes import soon

from portfolio_lab.reports.runner.strays import end_marked, kernel_mark, no_strays, review_mark

SLEEP = "[sys.executable, '-c', 'import time; time.sleep(600)']"
# As a daemon does it: in a session of its own, and the process that started it has ended.
DAEMON = f"import subprocess, sys; subprocess.Popen({SLEEP}, start_new_session=True{{}}); print('started')"
LEAVE_RUNNING = f"""
import os, subprocess, sys, time
from pathlib import Path
subprocess.Popen({SLEEP}, start_new_session=True)
for how in ('', ', env={{}}'):
    subprocess.run([sys.executable, '-c', {DAEMON!r}.format(how)], stdout=subprocess.DEVNULL)
"""
READY = "Path(run_file).parents[4].joinpath('ready').write_text(str(os.getpid()))\ntime.sleep(600)"
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def sleepers() -> set[int]:
    """Every process of this machine that sleeps as the notebooks of these tests do, but those that are dying."""
    found = set()
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["status"] != psutil.STATUS_ZOMBIE and process.info["cmdline"] == SLEEPER:
            found.add(process.pid)
    return found


@pytest.fixture
def runner() -> Iterator[subprocess.Popen]:
    command = [sys.executable, fake_review.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


def kill_in_the_middle(runner: subprocess.Popen, folder: Path, *options: str) -> None:
    """Begin a run, and kill its runner as soon as its notebook has left processes running."""
    runner.stdin.write(" ".join([str(folder), *options]) + "\n")
    runner.stdin.flush()
    pid = int(runner.stdout.readline())
    assert soon((folder / "ready").exists, seconds=60)
    os.kill(pid, signal.SIGKILL)
    assert int(runner.stdout.readline()) == -signal.SIGKILL


def test_a_killed_runner_leaves_nothing_running_not_even_daemons_without_an_environment(tmp_path, runner):
    before = sleepers()
    folder = make_review(tmp_path / "review", a=(LEAVE_RUNNING, READY))
    kill_in_the_middle(runner, folder)
    kernel = int((folder / "ready").read_text())
    assert soon(lambda: sleepers() == before and not psutil.pid_exists(kernel))


def test_where_there_is_no_warm_process_the_next_run_ends_what_a_killed_one_left(tmp_path, runner):
    before = sleepers()
    folder = make_review(tmp_path / "review", a=(LEAVE_RUNNING.replace("env={}", 'cwd="/"'), READY))
    kill_in_the_middle(runner, folder, "cold")
    assert len(sleepers() - before) == 3
    (folder / "notebooks" / "a.ipynb").unlink()
    told = []
    run_fake(folder, observe=told.append)
    assert soon(lambda: sleepers() == before)
    assert "3 processes were still running" in " ".join(event.text for event in told)


def test_nothing_is_left_running_however_a_notebook_has_ended(tmp_path):
    before = sleepers()
    cells = {"well": "1", "gone": "os._exit(3)", "killed": "os.kill(os.getpid(), 9)", "late": "time.sleep(600)"}
    folder = make_review(tmp_path, **{topic: (LEAVE_RUNNING, cell) for topic, cell in cells.items()})
    outcome = run_fake(folder, limits={"cell_seconds": 3})
    states = {topic: run_json(outcome, topic)["status"] for topic in cells}
    assert states == {"well": "ok", "gone": "dead_kernel", "killed": "killed", "late": "timeout"}
    assert soon(lambda: sleepers() == before)


def test_only_what_carries_the_mark_is_ended_and_never_ourselves(monkeypatch):
    mark, other = kernel_mark(Path("/one")), kernel_mark(Path("/other"))
    marked, unmarked = (subprocess.Popen(SLEEPER, env=env, start_new_session=True) for env in (mark, other))
    monkeypatch.setenv(*next(iter(mark.items())))
    assert end_marked(mark) == 1
    assert marked.wait(timeout=10) == -signal.SIGKILL and unmarked.poll() is None
    assert end_marked(other) == 1
    unmarked.wait(timeout=10)


def test_what_works_for_a_review_is_ended_with_the_block(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "link").symlink_to("demo")
    with no_strays(tmp_path / "link"):
        stray = subprocess.Popen(SLEEPER, env=review_mark(tmp_path / "demo"))
    assert stray.wait(timeout=10) == -signal.SIGKILL
