"""Every notebook also runs as an analyst would run it without our runner: with plain papermill, and under nbval.

Long computations are asked for in their shortest form: what is tested is that the notebook runs, not what it says.
"""

import subprocess
import sys

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from portfolio_lab.data.schema import CONTRACTS
from portfolio_lab.reports.catalog import CATALOG, missing_tables, notebook_path, own_params
from portfolio_lab.reports.runner.clients import WatchfulClient

DEMO_TABLES = frozenset(CONTRACTS) - {"valuations", "durations", "experiment"}
SHORT = {"n_bootstrap": 100, "n_origins": 4, "n_simulations": 20}


# our runner executes every notebook on the same data; plain papermill is tried on one, and on all by make bench
TRIED = ("data_quality",)
TOPICS = [topic if topic in TRIED else pytest.param(topic, marks=pytest.mark.full) for topic in CATALOG]


def run_in(folder, command):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_notebook_runs_under_plain_papermill_from_any_folder(tmp_path, topic, demo_data):
    assert not missing_tables(topic, DEMO_TABLES)
    out = tmp_path / "out.ipynb"
    short = [word for name in own_params(topic) if name in SHORT for word in ("-p", name, str(SHORT[name]))]
    command = [sys.executable, "-m", "papermill", str(notebook_path(topic)), str(out), "-p", "run_file", "demo", *short]
    done = run_in(tmp_path, [*command, "--no-progress-bar"])
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_companion_of_the_stages_draws_its_sliders_and_nothing_else(tmp_path, demo_data):
    """With ipywidgets installed: the two sliders with what they show, and no progress bar of an engine."""
    written = nbformat.read(notebook_path("stage_tuning").parent / "explore" / "stage_thresholds.ipynb", as_version=4)
    # as papermill does it, but with a client that hears every answer: see reports/runner/clients.py
    manager = AsyncKernelManager(kernel_name="python3", client_factory=WatchfulClient)
    NotebookClient(written, km=manager, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in written["cells"] for output in cell.get("outputs", [])]
    assert ["VBox(children=(IntSlider" in output["data"]["text/plain"] for output in outputs] == [True]
    widgets = written["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    shown = [widget["state"]["outputs"] for widget in widgets if widget["model_name"] == "OutputModel"]
    assert "Leavers told from stayers" in str(shown) and "image/png" in str(shown)
    starts = sorted(widget["state"]["value"] for widget in widgets if widget["model_name"] == "IntSliderModel")
    assert len(starts) == 2 and starts[0] < starts[1]


def test_a_notebook_runs_under_nbval_with_its_defaults(tmp_path, demo_data):
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    command += ["-c", str(tmp_path / "pytest.ini"), str(notebook_path("data_quality"))]
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = run_in(tmp_path, command)
    assert done.returncode == 0, done.stdout[-2000:]
