"""A kernel whose runner is killed goes with it."""

import subprocess
import sys
import time
from pathlib import Path

import psutil

from portfolio_lab.reports.runner import kernel_main

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
