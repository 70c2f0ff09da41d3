"""Every report, run once on the demo company and on CDNOW as a scheduler runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portfolio_lab.data.demo import write_demo

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def reports_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("published")


def publish(run, reports_dir):
    start = "from portfolio_lab.reports.cli import main; main()"
    command = [sys.executable, "-c", start, "run", run, "--reports", str(reports_dir)]
    done = subprocess.run(command, cwd=reports_dir, capture_output=True, text=True, timeout=900, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return reports_dir / run / "latest"


@pytest.fixture(scope="session")
def demo(reports_dir):
    if not (ROOT / "data" / "demo" / "orders.csv").exists():
        write_demo(ROOT / "data" / "demo")
    return publish("demo", reports_dir)


@pytest.fixture(scope="session")
def cdnow(reports_dir):
    return publish("cdnow", reports_dir)


@pytest.fixture(scope="session")
def facts_of():
    """The facts that a build published about a topic."""
    return lambda build, topic: json.loads((build / topic / "facts.json").read_text(encoding="utf-8"))
