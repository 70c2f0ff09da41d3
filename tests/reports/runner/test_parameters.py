"""Whatever a run file holds arrives in the notebook as that value, and as nothing else."""

import math

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portfolio_lab.errors import RunError
from portfolio_lab.reports.runner.parameters import assert_only_values, inject_parameters

HOSTILE = (
    '"; import os; os.system("touch /tmp/x") #', "'''", '"""', "\\", '\\"', "\n%%bash\nrm -rf /", "!ls", "%time", "x?",
    "{n}", "{{n}}", "${HOME}", "\x00", "\u202e", "\ud800", "é😀", "\r\n", "\\N{DIGIT ONE}", "\\x41", "# Parameters", "",
)  # fmt: skip


def notebook(*, tags: tuple[str, ...] = ("parameters",)) -> nbformat.NotebookNode:
    first = nbformat.v4.new_code_cell("n: int = 1", metadata={"tags": list(tags)})
    return nbformat.v4.new_notebook(cells=[first, nbformat.v4.new_code_cell("n")])


def values_after_running(injected: nbformat.NotebookNode) -> dict:
    """Transform the injected cell as a kernel does, run it, and return what it set."""
    from IPython.core.inputtransformer2 import TransformerManager

    source = next(cell.source for cell in injected.cells if "injected-parameters" in cell.metadata.tags)
    found: dict = {}
    exec(TransformerManager().transform_cell(source), {}, found)
    return found


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(["n", "title", "items"]), json_values, min_size=1))
@example({"n": 1, "title": "00123", "items": ["NO", 1.5, None, {"a": True}]})
def test_any_value_arrives_unchanged(values):
    assert values_after_running(inject_parameters(notebook(), values)) == values


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_arrives_as_text(text):
    values = {"title": text, "items": [text, {text: text}]}
    assert values_after_running(inject_parameters(notebook(), values)) == values


def test_the_cell_follows_the_defaults_and_the_notebook_is_not_changed():
    source = notebook()
    injected = inject_parameters(source, {"n": 2})
    assert [cell.metadata.tags for cell in injected.cells] == [["parameters"], ["injected-parameters"], []]
    assert len(source.cells) == 2 and injected.metadata.papermill.parameters == {"n": 2}


def test_a_notebook_without_parameters_cell_is_refused():
    with pytest.raises(RunError, match="no cell tagged parameters → add one"):
        inject_parameters(notebook(tags=()), {"n": 2})


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_without_literal_is_refused(value):
    with pytest.raises(RunError, match="cannot be written as a plain Python value"):
        inject_parameters(notebook(), {"n": value})


@pytest.mark.parametrize(
    "source",
    ["n = 1\nimport os", "n = print(1)", "n = m = 1", "print(1)", "n = 1\nn.x = 2", "n = __import__('os')", "n ="],
)
def test_a_cell_that_does_more_than_set_values_is_refused(source):
    with pytest.raises(RunError):
        assert_only_values(source, {"n": 1})


def test_a_changed_value_is_named():
    with pytest.raises(RunError, match="parameters n change when written as Python"):
        assert_only_values("n = 2", {"n": 1})
