"""Imports go down only, and a scheduled run pays for nothing that only analysts need."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_imports_go_down_only():
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("module", ["portfolio_lab.reports.cli", "portfolio_lab.reports.runner"])
def test_starting_a_run_loads_neither_jupyterlab_nor_a_plotting_library(module):
    heavy = ("matplotlib", "jupyterlab", "jupyter_server", "rfc3987_syntax", "seaborn", "statsmodels", "scipy")
    code = f"import {module}, sys; print([name for name in {heavy!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert loaded.stdout.strip() == "[]"


def test_jupyterlab_is_not_among_the_dependencies_of_a_run():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not [item for item in project["dependencies"] if item.startswith(("jupyterlab", "ipywidgets", "notebook"))]
    assert [item for item in project["optional-dependencies"]["lab"] if item.startswith("jupyterlab")]
