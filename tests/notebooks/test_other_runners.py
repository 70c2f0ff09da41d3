"""Every notebook also runs as an analyst would run it without our runner: with plain papermill, and under nbval.

Long computations are asked for in their shortest form: what is tested is that the notebook runs, not what it says.
"""

import subprocess
import sys

import pytest

from portfolio_lab.reports.catalog import CATALOG, missing_tables, notebook_path, own_params

DEMO_TABLES = frozenset({"orders", "assignments", "plans", "contacts", "claims", "customers", "salespeople"})
SHORT = {"n_bootstrap": 20, "n_origins": 4, "n_simulations": 20}


@pytest.mark.parametrize("topic", CATALOG)
def test_a_notebook_runs_under_plain_papermill_from_any_folder(tmp_path, topic, demo_data):
    assert not missing_tables(topic, DEMO_TABLES)
    out = tmp_path / "out.ipynb"
    short = [word for name in own_params(topic) if name in SHORT for word in ("-p", name, str(SHORT[name]))]
    command = [sys.executable, "-m", "papermill", str(notebook_path(topic)), str(out), "-p", "run_file", "demo", *short]
    done = subprocess.run([*command, "--no-progress-bar"], cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_notebook_runs_under_nbval_with_its_defaults(tmp_path, demo_data):
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    command += ["-c", str(tmp_path / "pytest.ini"), str(notebook_path("data_quality"))]
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:]
