"""One report from notebook to run.json, where something other than its cells goes wrong."""

import json
from dataclasses import replace

import nbformat
import pytest
from fixtures.fake_review import fake_parts, make_review, manifest_of, run_fake, run_json

from portfolio_lab.reports.runner.records import RunRecord
from portfolio_lab.reports.runner.report import kernel_env


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = make_review(tmp_path_factory.mktemp("report"), good="n + 1", no_page="1", not_a_notebook="1", no_cell="1")
    (folder / "notebooks" / "not_a_notebook.ipynb").write_text("{")
    path = folder / "notebooks" / "no_cell.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].metadata["tags"] = []
    nbformat.write(notebook, path)

    def render(executed, place):
        if place.name == "no_page":
            raise ValueError("no headline")
        (place / "report.html").write_text(executed.cells[-1].outputs[0].data["text/plain"])

    return run_fake(folder, parts=replace(fake_parts(folder), render_report=render))


def test_the_page_is_made_from_the_executed_notebook(outcome):
    assert (outcome.page.parent / "good" / "report.html").read_text() == "2"
    assert RunRecord.model_validate(run_json(outcome, "good")).status == "ok"


def test_a_page_that_cannot_be_made_is_an_error_of_its_report(outcome):
    record = run_json(outcome, "no_page")
    assert record["status"] == "error" and record["cells"] == {"total": 3, "run": 3}
    assert record["sentence"] == "The page could not be written: ValueError: no headline"
    assert any("raise ValueError" in line for line in record["error"]["traceback"])


def test_a_notebook_that_is_none_or_has_no_parameters_cell_is_an_error_of_its_report_only(outcome):
    assert run_json(outcome, "not_a_notebook")["sentence"].startswith("The report did not begin: NotJSONError")
    assert "no cell tagged parameters" in run_json(outcome, "no_cell")["sentence"]
    assert manifest_of(outcome)["failed"] == ["no_cell", "no_page", "not_a_notebook"]


def test_parameters_name_the_final_place_of_the_build(outcome):
    parameters = run_json(outcome, "good")["parameters"]
    place = f"reports/demo/.builds/{outcome.manifest.build}"
    assert parameters == {
        "run_file": f"{place}/run.yaml", "as_of": "2026-09-30", "output_dir": f"{place}/good", "n": 1}  # fmt: skip
    assert ".tmp" not in (outcome.page.parent / "good" / "executed.ipynb").read_text()


def test_two_runs_write_the_same_notebook(tmp_path):
    folder = make_review(tmp_path, a=("print(n)", "{'b': 1, 'a': {3, 1, 2}, 'c': {'y', 'x'}}"))
    run_fake(folder)
    first = json.loads((folder / "reports/demo/latest/a/executed.ipynb").read_text().replace("0001_", "0002_"))
    run_fake(folder, force=True)
    assert json.loads((folder / "reports/demo/latest/a/executed.ipynb").read_text()) == first


def test_kernels_share_the_processors_unless_the_environment_says_otherwise(tmp_path, monkeypatch):
    from fixtures.fake_review import AS_OF, fake_run_file

    from portfolio_lab.reports.runner.parts import Request

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    request = Request(fake_run_file(tmp_path), AS_OF, tmp_path / "reports", jobs=3)
    env = kernel_env(request, {"WHERE": "here"})
    assert env["OPENBLAS_NUM_THREADS"] == "1"
    assert (env["OMP_NUM_THREADS"], env["WHERE"], env["PORTFOLIO_LAB_ROOT"]) == ("2", "here", str(tmp_path))
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert kernel_env(request, {})["OMP_NUM_THREADS"] == "7"
