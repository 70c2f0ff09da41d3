"""Faults at random moments: whatever is killed, filled or refused, readers see the last good review, whole.

Real kernels, real signals, a real full disk. Each fault is followed by a look at everything that may be left behind,
and by a run that must work.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from fixtures import fake_review
from fixtures.fake_review import fake_parts, make_review, run_fake, snapshot, without_kernels
from fixtures.processes import soon

from portfolio_lab.errors import RunFileError
from portfolio_lab.reports.runner.locks import ReviewLockedError, hold_review
from portfolio_lab.reports.runner.manifests import read_manifest
from portfolio_lab.reports.runner.prune import prune_review

N_FAST, N_FULL = 8, 100
DAEMON = "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)"
WORK = "import time\nfor _ in range(5):\n    time.sleep(0.1)"
FAILS_WHEN_ASKED = "if 'fails' in Path(run_file).parents[4].joinpath('data.txt').read_text():\n    raise ValueError(n)"
TMPFS_MB = 8


@dataclass
class Stage:
    """Where a fault happens: the review's folder, its runner process, and how long a run takes."""

    folder: Path
    runner: subprocess.Popen
    seconds: float
    chance: random.Random

    @property
    def run_dir(self) -> Path:
        return self.folder / "reports" / "demo"

    def begin(self, *options: str) -> int:
        """Begin a run and return the id of its process."""
        self.runner.stdin.write(" ".join([str(self.folder), *options]) + "\n")
        self.runner.stdin.flush()
        return int(self.runner.stdout.readline())

    def end(self) -> int:
        """Wait for the run and return its exit code."""
        return int(self.runner.stdout.readline())

    def wait_a_moment(self) -> None:
        """Wait for a random part of a run."""
        time.sleep(self.chance.uniform(0, 1.1 * self.seconds))


def stop_runner(stage: Stage, *signals: int) -> int:
    pid = stage.begin()
    stage.wait_a_moment()
    with suppress(ProcessLookupError):
        os.kill(pid, stage.chance.choice(signals))
    return stage.end()


def kill_runner(stage: Stage) -> int:
    return stop_runner(stage, signal.SIGKILL)


def interrupt_runner(stage: Stage) -> int:
    return stop_runner(stage, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def kill_kernel(stage: Stage) -> int:
    pid = stage.begin()
    stage.wait_a_moment()
    with suppress(psutil.NoSuchProcess, IndexError):
        stage.chance.choice(psutil.Process(pid).children()).kill()
    return stage.end()


def fail_in_cell(stage: Stage) -> int:
    (stage.folder / "data.txt").write_text(f"fails {stage.chance.random()}")
    stage.begin()
    code = stage.end()
    assert code == 1
    return code


def break_links(stage: Stage) -> int:
    stage.begin("no-links")
    code = stage.end()
    assert code == 1
    return code


def fill_disk(stage: Stage) -> int:
    stage.begin()
    stage.wait_a_moment()
    fill = stage.folder / "fill"
    with suppress(OSError), fill.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    code = stage.end()
    fill.unlink()
    return code


def run_twice(stage: Stage) -> int:
    stage.begin()
    time.sleep(stage.chance.uniform(0, 0.3))
    with suppress(ReviewLockedError), hold_review(stage.run_dir):
        time.sleep(0.3)
    return stage.end()


FAULTS: tuple[Callable[[Stage], int], ...] = (
    kill_runner, interrupt_runner, kill_kernel, fill_disk, kill_runner, fail_in_cell, break_links, run_twice,
)  # fmt: skip


def kernels_of(folder: Path) -> list[psutil.Process]:
    """Every living kernel that works in this folder, and whatever it started."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("PORTFOLIO_LAB_ROOT") == str(folder):
                found.append(process)
    return found


def assert_no_orphans(folder: Path) -> None:
    assert soon(lambda: kernels_of(folder) == [])


def assert_whole(stage: Stage, before: dict[str, bytes], code: int) -> None:
    """What readers reach is what it was, or a new build that is published whole."""
    now = snapshot(stage.run_dir)
    if now == before:
        assert code != 0
        return
    for name in ("latest", "2026-09-30"):
        build = (stage.run_dir / name).resolve()
        assert read_manifest(build).status == "published"
        for topic in ("a", "b"):
            assert (build / topic / "report.html").read_text() == "page " * 200
        assert (build / "index.html").read_text() == "review" and (build / "review.xlsx").read_text() == "workbook"


def assert_next_run_works(stage: Stage, data: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        without_kernels(patch)
        (stage.folder / "data.txt").write_text(f"{data} again")
        assert run_fake(stage.folder).exit_code == 0
    assert not list(stage.run_dir.rglob("*.tmp")) and not (stage.run_dir / ".lock").exists()
    assert {path.name for path in stage.run_dir.iterdir()} <= {
        ".builds",
        "failed",
        "index.html",
        "latest",
        "2026-09-30",
    }
    prune_review(stage.run_dir, keep=1, apply=True)


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MB}m", "tmpfs", str(folder)]
    mounted = shutil.which("mount") and subprocess.run(command, capture_output=True).returncode == 0
    if not mounted:
        assert os.environ.get("CI") != "true", "a small disk can only be mounted by root, and CI must have it"
        pytest.skip("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def stage(small_disk) -> Iterator[Stage]:
    with subprocess.Popen(
        [sys.executable, fake_review.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as runner:
        folder = make_review(
            small_disk / "review", a=(DAEMON, WORK), b=("from pathlib import Path", FAILS_WHEN_ASKED, WORK)
        )
        stage = Stage(folder, runner, 0.0, random.Random(20261122))
        stage.begin()
        began = time.monotonic()
        assert stage.end() == 0
        stage.seconds = time.monotonic() - began
        yield stage
        runner.stdin.close()
        shutil.rmtree(folder)


def inject(stage: Stage, n_faults: int) -> list[int]:
    codes = []
    for number in range(n_faults):
        (stage.folder / "data.txt").write_text(str(number))
        before = snapshot(stage.run_dir)
        codes.append(FAULTS[number % len(FAULTS)](stage))
        assert_no_orphans(stage.folder)
        assert_whole(stage, before, codes[-1])
        assert_next_run_works(stage, str(number))
    return codes


def test_a_few_faults_at_random_moments(stage):
    codes = inject(stage, N_FAST)
    assert len([code for code in codes if code != 0]) >= N_FAST // 4


@pytest.mark.full
def test_a_hundred_faults_at_random_moments(stage):
    codes = inject(stage, N_FULL)
    assert len([code for code in codes if code != 0]) >= N_FULL // 3


def test_a_folder_that_became_read_only_is_refused_and_stays_as_it_is(stage, small_disk):
    before = snapshot(stage.run_dir)
    (stage.folder / "data.txt").write_text("new")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        with pytest.raises(RunFileError, match="cannot be written: Read-only file system"):
            run_fake(stage.folder, parts=fake_parts(stage.folder))
        assert snapshot(stage.run_dir) == before
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert_next_run_works(stage, "new")
