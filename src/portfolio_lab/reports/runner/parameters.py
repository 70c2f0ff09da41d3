"""Put parameters into a notebook through papermill, and make sure that nothing but values arrives."""

import ast
import copy
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from portfolio_lab.errors import RunError

INJECTED = "injected-parameters"


def inject_parameters(notebook: NotebookNode, parameters: Mapping[str, Any]) -> NotebookNode:
    """Return a copy of ``notebook`` whose cell tagged injected-parameters sets ``parameters``.

    Raises RunError for a notebook without a parameters cell, and when the written cell is not exactly these values.
    """
    from papermill.parameterize import parameterize_notebook

    if not any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells):
        raise RunError("the notebook has no cell tagged parameters → add one with the defaults of its report")
    prepared = copy.deepcopy(notebook)
    prepared.metadata.setdefault("papermill", NotebookNode())
    for cell in prepared.cells:
        cell.metadata.setdefault("tags", [])  # papermill looks for tags in every cell
    injected = parameterize_notebook(prepared, dict(parameters), kernel_name="python3", language="python")
    cell = next(cell for cell in injected.cells if INJECTED in cell.metadata.get("tags", []))
    assert_only_values(cell.source, parameters)
    return injected


def assert_only_values(source: str, parameters: Mapping[str, Any]) -> None:
    """Raise RunError unless ``source`` assigns exactly ``parameters``, each as a literal, and does nothing else.

    The names come from our models and the values from run files; a translation that let one of them act as code would
    run it with the rights of the scheduler.
    """
    try:
        found = {_name(statement): ast.literal_eval(statement.value) for statement in ast.parse(source).body}
    except (ValueError, SyntaxError, AttributeError) as error:
        raise RunError("a parameter cannot be written as a plain Python value → simplify its value") from error
    if found != dict(parameters):
        changed = sorted(name for name in parameters if found.get(name) != parameters[name])
        raise RunError(f"parameters {', '.join(changed)} change when written as Python → simplify their values")


def _name(statement: ast.stmt) -> str:
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        raise ValueError("not a plain assignment")
    return statement.targets[0].id
