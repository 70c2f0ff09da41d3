"""Each way in which a notebook can end, in real processes, with its evidence; all in one review, side by side."""

from pathlib import Path

import pytest
from fixtures.fake_review import make_review, manifest_of, run_fake, run_json
from fixtures.processes import children_of_the_runner, processes_of, soon

HOLD_400_MB = "block = bytearray(400_000_000)\nblock[::4096] = b'x' * len(block[::4096])\nimport time; time.sleep(60)"
NOTEBOOKS = {
    "good": ("x = 1", "x + 1"),
    "raises": ("x = 1", "def outer():\n    raise ValueError('first\\nsecond')\nouter()", "never = 1"),
    "leaves": ("import sys", "sys.exit(0)"),
    "sleeps": ("import time", "time.sleep(60)"),
    "kills_itself": ("import os, signal", "print('before', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"),
    "crashes": ("import faulthandler, os", "os.kill(os.getpid(), 11)"),
    "ends": ("import os", "os.write(2, b'last words')\nos._exit(3)"),
    "grows": ("1", HOLD_400_MB),
    "tolerated": ("1", "raise ValueError('tagged')"),
    "talks": ("input('what?')",),
    "starts_child": ("import subprocess, sys", "subprocess.Popen(['sleep', '321'], start_new_session=True).pid",
                     "import time; time.sleep(60)"),
}  # fmt: skip


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = make_review(tmp_path_factory.mktemp("endings"), **NOTEBOOKS)
    tag_as_expected(folder / "notebooks" / "tolerated.ipynb")
    limits = {"cell_seconds": 12, "memory_mb": 250, "report_seconds": 60}
    return run_fake(folder, limits=limits, jobs=len(NOTEBOOKS), only=())


def tag_as_expected(path: Path) -> None:
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)


def test_success_says_how_many_cells_ran(outcome):
    record = run_json(outcome, "good")
    assert (record["status"], record["cells"], record["cell"], record["error"]) == (
        "ok", {"total": 4, "run": 4}, None, None)  # fmt: skip
    assert record["seconds"] > 0 and record["cpu_seconds"] > 0 and 20 < record["peak_memory_mb"] < 250


def test_an_error_names_cell_source_and_last_lines(outcome):
    record = run_json(outcome, "raises")
    assert record["status"] == "error" and record["cells"] == {"total": 5, "run": 3}
    assert record["cell"]["number"] == 4 and record["cell"]["index"] == 3
    assert record["cell"]["source"].startswith("def outer()")
    assert record["error"]["name"] == "ValueError" and record["error"]["message"] == "first\nsecond"
    assert "raise ValueError" in "\n".join(record["error"]["traceback"])
    assert "\x1b" not in "\n".join(record["error"]["traceback"])
    assert record["sentence"] == "Cell 4 of 5 stopped with ValueError: first"


def test_leaving_python_is_an_error_not_a_success(outcome):
    record = run_json(outcome, "leaves")
    assert record["status"] == "error" and record["error"]["name"] == "SystemExit"


def test_a_cell_that_is_tagged_as_raising_still_fails(outcome):
    assert run_json(outcome, "tolerated")["status"] == "error"


def test_asking_the_reader_is_an_error_because_nobody_is_there(outcome):
    assert run_json(outcome, "talks")["error"]["name"] == "StdinNotImplementedError"


def test_a_cell_that_takes_too_long_is_a_timeout(outcome):
    record = run_json(outcome, "sleeps")
    assert record["status"] == "timeout" and record["limit"] == {"name": "cell_seconds", "value": 12.0}
    assert record["cell"]["source"] == "time.sleep(60)" and record["seconds"] < 50


def test_a_signal_from_outside_is_named(outcome):
    record = run_json(outcome, "kills_itself")
    assert (record["status"], record["signal"], record["exit_code"]) == ("killed", "SIGKILL", -9)
    assert record["peak_memory_mb"] > 20 and record["cell"]["number"] == 4
    assert run_json(outcome, "crashes")["signal"] == "SIGSEGV"


def test_a_process_that_ends_by_itself_is_a_dead_kernel_with_its_last_words(outcome):
    record = run_json(outcome, "ends")
    assert (record["status"], record["exit_code"], record["signal"]) == ("dead_kernel", 3, None)


def test_a_kernel_that_grows_too_large_is_ended(outcome):
    record = run_json(outcome, "grows")
    assert record["status"] == "memory" and record["limit"] == {"name": "memory_mb", "value": 250.0}
    assert record["peak_memory_mb"] > 275 and "above the limit of 250 MB" in record["sentence"]


def test_the_partial_notebook_ends_where_the_run_ended(outcome):
    import nbformat

    notebook = nbformat.read(outcome.page.parent / "raises" / "executed.ipynb", as_version=4)
    counts = [cell.get("execution_count") for cell in notebook.cells]
    assert counts[:4] == [1, 2, 3, 4] and counts[4] is None


def test_no_process_outlives_the_run_not_even_one_that_left_the_group(outcome):
    assert run_json(outcome, "starts_child")["status"] == "timeout"
    assert soon(lambda: processes_of("sleep 321") == [])
    assert soon(lambda: children_of_the_runner() == [])


def test_nothing_is_published_when_one_fails(outcome):
    manifest = manifest_of(outcome)
    assert outcome.exit_code == 1 and manifest["status"] == "failed"
    assert manifest["failed"] == sorted(set(NOTEBOOKS) - {"good"})
    run_dir = outcome.page.parents[2]
    assert not (run_dir / "latest").exists() and list((run_dir / ".builds").iterdir()) == []


def test_a_report_that_takes_too_long_and_a_review_that_does(tmp_path):
    folder = make_review(tmp_path, slow="import time; time.sleep(60)", waits="1")
    outcome = run_fake(folder, limits={"report_seconds": 3}, jobs=1)
    assert run_json(outcome, "slow")["limit"]["name"] == "report_seconds"
    assert manifest_of(outcome)["reports"]["waits"]["status"] == "ok"
    outcome = run_fake(folder, limits={"review_seconds": 3}, jobs=1)
    assert run_json(outcome, "slow")["limit"]["name"] == "review_seconds"
    waiting = manifest_of(outcome)["reports"]["waits"]
    assert waiting["status"] == "timeout" and waiting["sentence"].startswith("The report had not begun")
