"""Kernels from the warm process behave as cold ones do, and nobody outlives the run."""

import os
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from fixtures.fake_review import fake_parts, make_review, run_fake, run_json
from fixtures.processes import children_of_the_runner, soon

from portfolio_lab.reports.runner.nursery import ForkedKernel, Nursery, warm_nursery

FIGURE = """
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
axes = plt.figure(figsize=(4, 2)).gca()
axes.plot(np.arange(5) ** 2)
print(pd.__version__)
"""
TABLE = "pd.DataFrame({'customer': ['a', 'b'], 'amount': [1.5, 2]}).describe()"
PRELOAD = ("pandas", "matplotlib.pyplot")
KILL_PARENT = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)"
NOTEBOOKS = {
    "a_good": "1",
    "b_killed": "import os\nos.kill(os.getpid(), 9)",
    "c_ends": "import os\nos._exit(3)",
    "d_raises": "1 / 0",
    "e_sleeps": "import time\ntime.sleep(60)",
}


def outputs(folder, *, preload) -> list:
    run_fake(folder, parts=fake_parts(folder, preload=preload), force=True)
    path = folder / "reports" / "demo" / "latest" / "figures" / "executed.ipynb"
    notebook = nbformat.read(path, as_version=4)
    return [[output.get("data", output.get("text")) for output in cell.outputs] for cell in notebook.cells[2:]]


def test_text_tables_and_pictures_are_the_same_byte_for_byte(tmp_path):
    folder = make_review(tmp_path, figures=(FIGURE, TABLE))
    cold, forked = outputs(folder, preload=()), outputs(folder, preload=PRELOAD)
    assert "image/png" in cold[0][-1] and "text/html" in cold[1][0]
    assert forked == cold


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = make_review(tmp_path_factory.mktemp("nursery"), **NOTEBOOKS)
    return run_fake(folder, limits={"cell_seconds": 5}, jobs=5)


@pytest.mark.parametrize(
    ("topic", "status", "code", "signal"),
    [
        ("a_good", "ok", None, None),
        ("b_killed", "killed", -9, "SIGKILL"),
        ("c_ends", "dead_kernel", 3, None),
        ("d_raises", "error", None, None),
        ("e_sleeps", "timeout", None, None),
    ],
)
def test_states_are_told_apart_as_with_cold_kernels(outcome, topic, status, code, signal):
    record = run_json(outcome, topic)
    assert (record["status"], record["exit_code"], record["signal"]) == (status, code, signal)
    assert record["peak_memory_mb"] > 10


def test_no_process_is_left(outcome):
    assert soon(lambda: children_of_the_runner() == [])


def test_killing_a_kernel_whose_end_is_not_yet_told_is_no_error():
    # between the end of a kernel and the line that tells it, another process of the run may want to kill it
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    with subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as warm:
        os.set_blocking(warm.stdout.fileno(), False)
        kernel = ForkedKernel(Nursery(warm), gone.pid)
        assert kernel.poll() is None
        kernel.kill()
        kernel.terminate()
        warm.kill()


def test_when_the_warm_process_is_killed_its_kernels_are_too_and_the_next_start_cold(tmp_path):
    folder = make_review(tmp_path, a=KILL_PARENT, b="1")
    outcome = run_fake(folder, jobs=1)
    assert (run_json(outcome, "a")["status"], run_json(outcome, "a")["signal"]) == ("killed", "SIGKILL")
    assert run_json(outcome, "b")["status"] == "ok"


def test_a_module_that_cannot_be_loaded_only_costs_the_warmth(tmp_path):
    folder = make_review(tmp_path, a="1")
    assert run_fake(folder, parts=fake_parts(folder, preload=("no_such_module",))).exit_code == 0


def test_without_modules_to_load_there_is_no_warm_process(tmp_path):
    with warm_nursery((), env={}, log=tmp_path / "log") as nursery:
        assert nursery is None


def test_the_warm_process_ends_with_the_block_and_its_words_are_kept(tmp_path):
    with warm_nursery(("no_such_module",), env=dict(os.environ), log=tmp_path / "log") as nursery:
        while nursery.process.poll() is None:
            time.sleep(0.02)
    assert "no_such_module" in (tmp_path / "log").read_text()
    with warm_nursery(("json",), env=dict(os.environ), log=tmp_path / "log") as nursery:
        assert psutil.pid_exists(nursery.process.pid)
    assert nursery.process.returncode == -9
