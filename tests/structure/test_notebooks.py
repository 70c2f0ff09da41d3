"""Notebooks hold a question, calls and sentences; logic lives in the package."""

import ast
from pathlib import Path

import nbformat
import pytest

from portfolio_lab.reports.catalog import CATALOG

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
REPORTS = [path for path in NOTEBOOKS if path.stem in CATALOG and path.parent.name == "notebooks"]
MAX_LINES = 15
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try,
    ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Lambda,
)  # fmt: skip


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def parameters_cell(path):
    cells = [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert len(cells) == 1, f"{path.name} needs exactly one cell tagged parameters"
    return cells[0]


def test_every_report_has_its_notebook_and_every_notebook_its_report():
    free = {"start_here", "_template"}
    top = {path.stem for path in NOTEBOOKS if path.parent.name == "notebooks"}
    assert top - free == set(CATALOG)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_without_outputs_and_without_traces_of_a_run(path):
    for cell in code_cells(path):
        assert not cell.outputs
        assert cell.execution_count is None
    assert "papermill" not in read(path).metadata


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_logic_in_a_notebook(path):
    for cell in code_cells(path):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MAX_LINES, f"{path.name}: a cell of {len(lines)} lines"
        found = [type(node).__name__ for node in ast.walk(ast.parse(cell.source)) if isinstance(node, FORBIDDEN)]
        assert not found, f"{path.name}: {found} belongs in the package"


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_parameters_cell_equals_the_model_in_the_catalog(path):
    statements = ast.parse(parameters_cell(path).source).body
    assert all(isinstance(item, ast.AnnAssign) for item in statements), "one typed literal a line"
    cell = {item.target.id: ast.literal_eval(item.value) for item in statements}
    model = {name: item.default for name, item in CATALOG[path.stem].model_fields.items()}
    assert cell == model
    assert list(cell)[:3] == ["run_file", "as_of", "output_dir"]


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_each_parameter_has_a_comment_as_help(path):
    for line in parameters_cell(path).source.splitlines():
        assert line.count("=") == 1, f"two equal signs confuse papermill: {line}"
        assert "  # " in line, f"no help: {line}"


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_the_second_code_cell_opens_the_review(path):
    cells = code_cells(path)
    assert cells[0] == parameters_cell(path)
    assert "open_review(" in cells[1].source
    assert f'report="{path.stem}"' in cells[1].source
