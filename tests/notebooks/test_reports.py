"""Every report of the catalog on the demo company: it publishes, and its facts are the golden ones."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portfolio_lab.reports.catalog import CATALOG, notebook_path

GOLDENS = Path(__file__).parent / "goldens"
MAX_PAGE_BYTES = 1024 * 1024


def golden_values(facts):
    return {name: fact["value"] for name, fact in facts.items()}


@pytest.mark.parametrize("topic", CATALOG)
def test_facts_of_the_demo_company_are_the_golden_ones(demo, topic, request, facts_of):
    found = golden_values(facts_of(demo, topic)) if (demo / topic).is_dir() else None
    path = GOLDENS / f"{topic}.json"
    if request.config.getoption("--write-goldens"):
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    golden = json.loads(path.read_text(encoding="utf-8"))
    assert list(found) == list(golden)
    wrong = {name: (found[name], golden[name]) for name in golden if not same(found[name], golden[name])}
    assert wrong == {}


def same(found, golden):
    if isinstance(golden, float) and isinstance(found, float | int):
        return math.isclose(found, golden, rel_tol=1e-6, abs_tol=1e-9)
    return found == golden


@pytest.mark.parametrize("topic", CATALOG)
def test_the_page_is_whole_offline_and_without_script(demo, topic):
    page = (demo / topic / "report.html").read_text(encoding="utf-8")
    assert len(page.encode()) <= MAX_PAGE_BYTES
    assert "<script" not in page.lower()
    assert not re.search(r"""(src|href)\s*=\s*["']https?://""", page)
    assert "Traceback" not in page
    assert ">nan<" not in page.lower()


@pytest.mark.parametrize("topic", CATALOG)
def test_each_report_says_its_answer_and_shows_itself(demo, topic):
    page = json.loads((demo / topic / "page.json").read_text(encoding="utf-8"))
    assert page["headline"].endswith((".", "?"))
    assert page["thumbnail"]
    assert 3 <= len(page["tiles"]) <= 7
    assert all(figure["alt"].strip() for figure in page["figures"].values())


def test_the_review_carries_every_report_and_its_downloads(demo):
    index = (demo / "index.html").read_text(encoding="utf-8")
    assert all(f"{topic}/report.html" in index for topic in CATALOG if (demo / topic).is_dir())
    assert (demo / "review.xlsx").stat().st_size > 10_000
    assert (demo / "manifest.json").is_file()


@pytest.mark.parametrize("topic", CATALOG)
def test_a_notebook_runs_under_plain_papermill_from_any_folder(tmp_path, topic, demo):
    """As an analyst without our runner would; nbval's lax mode does the same with the notebook's own defaults."""
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebook_path(topic)), str(out), "-p", "run_file", "demo"]
    done = subprocess.run([*command, "--no-progress-bar"], cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_notebook_runs_under_nbval_with_its_defaults(tmp_path, demo):
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    command += ["-c", str(tmp_path / "pytest.ini"), str(notebook_path("data_quality"))]
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:]
