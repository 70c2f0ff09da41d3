"""What a notebook finds in its process: its folder, its environment, nobody else's traces."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from fixtures.fake_review import fake_parts, make_review, run_fake

from portfolio_lab.reports.runner.kernels import end_kernel, kill_tree, log_tail, make_kernel, start_kernel

LOOK = """
import json, os, random, sys
import matplotlib, numpy
from IPython import get_ipython
from pathlib import Path
connection = Path(get_ipython().kernel.config["IPKernelApp"]["connection_file"])
seen = {"cwd": os.getcwd(), "backend": matplotlib.get_backend(), "root": os.environ["PORTFOLIO_LAB_ROOT"],
        "secret": os.environ.get("LAB_SECRET"), "line_width": matplotlib.rcParams["lines.linewidth"],
        "mode": connection.parent.stat().st_mode & 0o777, "transport": json.loads(connection.read_text())["transport"],
        "sockets": str(connection.parent), "path": sys.path, "random": [random.random(), float(numpy.random.random())],
        "python": sys.executable,
        "hash": hash("a"), "profile": os.environ["IPYTHONDIR"],
        "unused": [sys.modules.get(m) for m in ("jedi", "debugpy")]}
Path(output_dir, "seen.json").write_text(json.dumps(seen))
"""
SPOIL = """
import matplotlib, os, random, sys
matplotlib.rcParams["lines.linewidth"] = 99
os.chdir("/"); random.seed(1); sys.path.insert(0, "/spoiled")
import builtins; builtins.spoiled = True
"""


@pytest.fixture(scope="module", params=[(), ("matplotlib.pyplot", "numpy")], ids=["cold", "forked"])
def seen(tmp_path_factory, request):
    folder = make_review(tmp_path_factory.mktemp("kernels"), a_spoils=(SPOIL,), b_looks=(LOOK,), c_looks=(LOOK,))
    os.environ["LAB_SECRET"] = "not lost"
    try:
        outcome = run_fake(folder, parts=fake_parts(folder, preload=request.param), jobs=1)
    finally:
        del os.environ["LAB_SECRET"]
    assert outcome.exit_code == 0, outcome.sentence
    build = folder / "reports" / "demo" / "latest"
    return folder, *(json.loads((build / topic / "seen.json").read_text()) for topic in ("b_looks", "c_looks"))


def test_a_notebook_runs_in_its_own_folder_as_in_jupyterlab(seen):
    folder, looks, _ = seen
    assert looks["cwd"] == str(folder / "notebooks") and looks["root"] == str(folder)
    assert looks["python"] == sys.executable


def test_environment_is_handed_down_and_figures_are_inline(seen):
    assert seen[1]["secret"] == "not lost" and "inline" in seen[1]["backend"]


def test_sockets_are_in_a_private_folder_of_each_kernel(seen):
    _, first, second = seen
    assert first["transport"] == "ipc" and first["mode"] == 0o700
    assert first["sockets"] != second["sockets"] and not Path(first["sockets"]).exists()


def test_nothing_of_one_notebook_is_seen_in_another(seen):
    _, first, second = seen
    assert first["line_width"] == 1.5 and "/spoiled" not in first["path"]
    assert not set(first["random"]) & set(second["random"]) and first["hash"] == second["hash"]
    assert first["profile"].startswith(first["sockets"]) and first["unused"] == [None, None]
    assert not any("runner" in entry for entry in first["path"])


def test_a_process_that_cannot_start_leaves_its_words_and_no_folder_of_its_own(tmp_path):
    async def start():
        kernel = make_kernel(tmp_path / "k")
        try:
            with pytest.raises(RuntimeError, match="died"):
                await start_kernel(kernel, cwd=tmp_path, env={**os.environ, "PYTHONHOME": "/nowhere"})
            return kernel.pid, log_tail(kernel)
        finally:
            await end_kernel(kernel)

    pid, words = asyncio.run(start())
    assert any("encodings" in line or "init" in line for line in words)
    kill_tree(pid)  # a process that is gone already is no error
