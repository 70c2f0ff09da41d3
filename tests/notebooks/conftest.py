"""Every report, run once on the demo company and on CDNOW as a scheduler runs them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from portfolio_lab.data.demo import write_demo

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def demo_data():
    """The folder of the demo company's tables, written unless it is there."""
    folder = ROOT / "data" / "demo"
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.with_name(".demo.lock")):
        if not (folder / "orders.csv").exists():
            write_demo(folder)
    return folder


@pytest.fixture(scope="session")
def reports_dir(tmp_path_factory):
    """The folder of the reviews of these tests, one for all workers: tests read what is in it and change nothing."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    (folder / "published").mkdir(exist_ok=True)
    return folder / "published"


def publish(run, reports_dir):
    """Publish a review unless a worker has; the others wait for it."""
    done = reports_dir / f".{run}.done"
    with FileLock(reports_dir / f".{run}.lock"):
        if not done.exists():
            publish_once(run, reports_dir)
            done.touch()
    return reports_dir / run / "latest"


def publish_once(run, reports_dir):
    """Run a review in a folder of its own, beginning with what was published here before.

    The runner itself decides what of that is still true of the code, the data and the parameters, and runs the rest.
    """
    before = ROOT / "reports" / run
    if (before / "latest").exists() and not (reports_dir / run).exists():
        shutil.copytree(before, reports_dir / run, symlinks=True, ignore=shutil.ignore_patterns("failed", "*.lock"))
    start = "from portfolio_lab.reports.cli import main; main()"
    command = [sys.executable, "-c", start, "run", run, "--reports", str(reports_dir)]
    done = subprocess.run(command, cwd=reports_dir, capture_output=True, text=True, timeout=900, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def demo(reports_dir, demo_data):
    return publish("demo", reports_dir)


@pytest.fixture(scope="session")
def cdnow(reports_dir):
    return publish("cdnow", reports_dir)


@pytest.fixture(scope="session")
def facts_of():
    """The facts that a build published about a topic."""
    return lambda build, topic: json.loads((build / topic / "facts.json").read_text(encoding="utf-8"))
