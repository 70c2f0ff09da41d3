import json
import shutil

import pytest
from bs4 import BeautifulSoup

from portfolio_lab.reports.index import build_archive, build_review_index


def parse(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture(scope="module")
def review(sample_pages):
    return parse(sample_pages["review"])


def test_the_page_answers_the_four_questions_in_order(review):
    heads = [words(h) for h in review.find_all("h2")]
    assert heads == [
        "What changed since Q2 2026",
        "What needs a decision",
        "How sure we are",
        "The reports",
        "All facts",
    ]


def test_changes_are_listed_with_both_values_and_a_link(review):
    moves = [words(li) for li in review.select(".moves li")]
    assert moves[1] == "Customers with a purchase 1,604, was 1,481 ▲ +123, better ABC classes"
    assert review.select_one(".moves a")["href"] == "abc_classes/report.html"


def test_decisions_lead_to_their_reports(review):
    assert [words(li.p) for li in review.select(".asked li")] == [
        "Name an owner for each of the five largest customers before 31 October."
    ] * 2


def test_each_report_has_a_sentence_a_chart_and_a_link(review):
    reports = review.select(".report")
    assert [words(r.select_one(".kicker")) for r in reports] == ["ABC classes", "Survival"]
    assert all(r.h3.a["href"].endswith("/report.html") for r in reports)
    assert all(r.img["alt"].startswith("The curve rises steeply") for r in reports)


def test_each_report_shows_its_first_facts(review):
    keys = [words(key) for key in review.select_one(".report").select(".keys div")]
    assert keys == ["Customers with a purchase 1,604", "Amount €3,095,605", "Gini of the amount 0.74"]


def test_reports_that_are_not_there_say_what_they_are_made_of(review):
    text = words(review.select(".report")[-1].find_next_sibling("p"))
    assert text.startswith("Not in this review: Monitor, made of orders; ")
    assert "Service, made of orders and service events; " in text
    assert "ABC classes" not in text


def test_a_review_of_nothing_is_still_a_page(tmp_path):
    page = parse(build_review_index(tmp_path))
    assert "No report asks for a decision." in words(page.main)
    assert "This review holds no report." in words(page.main)
    assert page.find("a", href="review.xlsx") is None


def test_a_first_review_says_that_it_is_the_first(tmp_path, write_report):
    write_report(tmp_path / "abc_classes", [lambda out: out.fact("n", 1, label="N", unit="count")], publish=False)
    page = parse(build_review_index(tmp_path))
    assert "This is the first review of this run" in words(page.main)
    assert "This report gives no headline." in words(page.main)
    assert page.select(".report img") == []


def test_an_older_report_is_marked_with_its_date(tmp_path, sample_run, write_report):
    shutil.copytree(sample_run / "2026-06-30" / "abc_classes", tmp_path / "abc_classes")
    write_report(tmp_path / "survival", [], title="Survival", publish=False)
    page = parse(build_review_index(tmp_path))
    assert "As of 30 June 2026." in words(page.select_one(".report"))
    assert "ABC classes is of 30 June 2026" in words(page.main)


@pytest.mark.parametrize(
    "file", ["../../secret.png", "figures/../../x_small.png", "/etc/passwd", "figures/none_small.png"]
)
def test_a_thumbnail_never_leaves_its_report(file, tmp_path, write_report):
    folder = write_report(tmp_path / "build" / "abc_classes", [], publish=False)
    (tmp_path / "secret.png").write_bytes(b"secret")
    page = json.loads((folder / "page.json").read_text())
    (folder / "page.json").write_text(json.dumps({**page, "thumbnail": {"file": file, "alt": "x"}}))
    assert parse(build_review_index(tmp_path / "build")).find("img") is None


def test_the_archive_appears_whole_or_not_at_all(sample_run, tmp_path):
    run = tmp_path / "demo"
    shutil.copytree(sample_run, run, symlinks=True)
    before = (run / "index.html").read_text()
    (run / "index.html").unlink()
    assert build_archive(run).read_text() == before
    assert not list(run.glob("*.tmp")) + list(run.glob(".*.tmp"))


def test_whoever_opens_a_build_without_its_link_finds_the_way_to_all_reviews(sample_run):
    build = (sample_run / "2026-09-30").resolve()
    above = (build / BeautifulSoup((build / "index.html").read_text(), "html.parser").header.a["href"]).resolve()
    page = BeautifulSoup(above.read_text(), "html.parser")
    assert (above.parent / page.a["href"]).resolve() == (sample_run / "index.html").resolve()
    assert page.find("meta", attrs={"http-equiv": "refresh"})["content"] == f"0; url={page.a['href']}"
    assert [path.name for path in above.parent.glob(".*.tmp")] == []
