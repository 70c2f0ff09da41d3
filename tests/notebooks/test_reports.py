"""Every report of the catalog on the demo company: it publishes, and its facts are the golden ones."""

import json
import math
import re
from pathlib import Path

import pytest

from portfolio_lab.reports.catalog import CATALOG

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
