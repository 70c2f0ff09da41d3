"""The house: each module has its test, each topic is one word everywhere, no module without a home."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "portfolio_lab"
MODULES = sorted(path.relative_to(SRC) for path in SRC.rglob("*.py"))
HOMELESS = {"utils", "helpers", "common", "misc", "tools", "base"}
MAX_BODY_LINES = 40
MAX_MODULE_LINES = 400


def test_there_is_something_to_check():
    assert len(MODULES) > 30


@pytest.mark.parametrize("module", [m for m in MODULES if m.name != "__init__.py"], ids=str)
def test_each_module_has_its_test(module):
    expected = ROOT / "tests" / module.parent / f"test_{module.name}"
    package = ROOT / "tests" / module.parent.parent / f"test_{module.parent.name}.py"
    assert expected.exists() or package.exists(), f"{module} has no test: write {expected.relative_to(ROOT)}"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_is_a_drawer_for_everything(module):
    assert module.stem not in HOMELESS
    assert len((SRC / module).read_text(encoding="utf-8").splitlines()) <= MAX_MODULE_LINES


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_each_module_says_what_it_is_and_no_function_is_longer_than_a_screen(module):
    tree = ast.parse((SRC / module).read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{module} has no docstring"
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (lines := _body_lines(node)) > MAX_BODY_LINES
    ]
    assert not long, f"{module}: take a step or a table out of {long}"


def _body_lines(node):
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_the_truth_of_the_demo_company_is_read_by_tests_and_benchmarks_only():
    """A report or analysis that could see the truth would prove nothing by finding it."""
    readers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("src/portfolio_lab/reports", "src/portfolio_lab/analysis", "notebooks", "params")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".ipynb", ".yaml") and "_truth" in path.read_text(encoding="utf-8")
    ]
    assert readers == []
