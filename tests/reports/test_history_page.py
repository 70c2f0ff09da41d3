import datetime as dt
import shutil

import pytest
from bs4 import BeautifulSoup

from portfolio_lab.reports.history_page import render_archive


def parse(run):
    return BeautifulSoup(render_archive(run), "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


def rows(table):
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]


@pytest.fixture
def run(sample_run, tmp_path):
    shutil.copytree(sample_run, tmp_path / "demo", symlinks=True)
    return tmp_path / "demo"


def test_the_state_of_the_newest_attempt_is_told(run):
    page = parse(run)
    said = "Good: 30 September 2026 · newer run for 31 December 2026 failed on 1 January 2027"
    assert words(page.select_one(".lead")) == said
    assert page.select_one(".lead a")["href"] == "failed/0004_2026-12-31/failure.html"


def test_an_attempt_before_the_last_build_is_of_no_interest(run):
    (run / "failed" / "0004_2026-12-31").rename(run / "failed" / "0002_2026-09-30")
    assert words(parse(run).select_one(".lead")) == "Good: 30 September 2026"


@pytest.mark.parametrize(("status", "said"), [("killed", "was killed"), ("refused", "was refused for its data")])
def test_each_ending_has_its_words(run, manifest_of, status, said):
    manifest_of(run / "failed" / "0004_2026-12-31", as_of="2026-12-31", status=status, finished_at="2027-01-02T00:00Z")
    assert f"newer run for 31 December 2026 {said} on 2 January 2027" in words(parse(run).select_one(".lead"))


def test_an_attempt_without_manifest_or_page_is_told_without_a_link(run):
    shutil.rmtree(run / "failed" / "0004_2026-12-31")
    (run / "failed" / "0004_2026-12-31").mkdir()
    lead = parse(run).select_one(".lead")
    assert words(lead) == "Good: 30 September 2026 · newer run for 31 December 2026 failed"
    assert lead.a is None


def test_every_review_is_listed_the_newest_first(run):
    page = parse(run)
    assert rows(page.find("table")) == [
        ["30 September 2026", "Q3 2026", "1 Oct 2026", "2"],
        ["30 June 2026", "Q2 2026", "1 Oct 2026", "1"],
        ["31 March 2026", "Q1 2026", "1 Oct 2026", "1"],
    ]
    assert page.find("table").a["href"] == "2026-09-30/index.html"


def test_each_fact_has_its_course(run):
    table = parse(run).find_all("table")[1]
    assert rows(table)[0] == ["Customers with a purchase", "", "1,604", "1,481", "1,357"]
    assert table.svg["aria-label"] == ("1,357 on 31 March 2026; 1,481 on 30 June 2026; 1,604 on 30 September 2026")
    assert rows(table)[3] == ["Largest customer", "", *["Ferretería Núñez"] * 3]


def test_a_report_that_was_carried_over_counts_for_its_own_date_only(run):
    shutil.rmtree(run / "2026-09-30" / "abc_classes")
    shutil.copytree(run / "2026-06-30" / "abc_classes", run / "2026-09-30" / "abc_classes")
    page = parse(run)
    assert [words(th) for th in page.find_all("table")[1].thead.find_all("th")][2:] == ["30 Jun 2026", "31 Mar 2026"]
    assert "30 September 2026: ABC classes carried over from an earlier review." in words(page.main)


def test_a_changed_method_is_marked(tmp_path, write_report, manifest_of):
    for number, (day, method) in enumerate((("2026-03-31", "a"), ("2026-06-30", "b")), start=1):
        build = tmp_path / ".builds" / f"{number:04d}_{day}"
        step = [lambda out, method=method: out.fact("n", 1, label="N", unit="count", method=method)]
        write_report(build / "abc_classes", step, as_of=dt.date.fromisoformat(day), publish=False)
        (tmp_path / day).symlink_to(f".builds/{build.name}")
    assert rows(parse(tmp_path).find_all("table")[1]) == [["N", "", "1 method changed", "1"]]


def test_a_run_without_any_review_says_so(tmp_path):
    page = parse(tmp_path)
    assert words(page.select_one(".lead")) == "No review has been published yet"
    assert page.find("table") is None
