"""A kernel whose runner is killed goes with it."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
from fixtures import fake_review
from fixtures.fake_review import make_review

from portfolio_lab.reports.runner import kernel_main

WRITE_PID = "import os\nfrom pathlib import Path\nPath(output_dir, 'pid').write_text(str(os.getpid()))"
PARENT = f"""
import os, subprocess, sys, time
os.environ["JPY_PARENT_PID"] = sys.argv[1] if len(sys.argv) > 1 else str(os.getpid())
child = subprocess.Popen([sys.executable, "-c", '''
import sys; sys.path.insert(0, {str(Path(kernel_main.__file__).parent)!r})
import kernel_main, time
kernel_main.die_with_parent()
print("alive", flush=True)
time.sleep(60)
'''], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def wait_until_gone(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.02)
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_the_child_dies_at_once_with_its_parent():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        assert parent.stdout.readline() == "alive\n"
        parent.kill()
        assert wait_until_gone(pid, 0.9)


def test_the_child_of_a_parent_that_has_gone_already_does_not_begin():
    with subprocess.Popen([sys.executable, "-c", PARENT, "1"], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        assert wait_until_gone(pid, 10)
        parent.kill()
        assert parent.stdout.read() == ""


def test_killing_the_runner_leaves_no_kernel(tmp_path):
    folder = make_review(tmp_path, sleeps=(WRITE_PID, "import time; time.sleep(60)"))
    with subprocess.Popen([sys.executable, fake_review.__file__, str(folder)], start_new_session=True) as runner:
        while not (found := [path for path in folder.rglob("pid") if path.read_text()]):
            time.sleep(0.05)
            assert runner.poll() is None
        pid = int(found[0].read_text())
        runner.kill()
    assert wait_until_gone(pid, 0.9)
