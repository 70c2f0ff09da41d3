import datetime as dt

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_notebook

from portfolio_lab.errors import RunError
from portfolio_lab.reports.outputs import Coverage
from portfolio_lab.reports.publish import render_failure, render_report


def parse(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture(scope="module")
def report(sample_pages):
    return parse(sample_pages["report"])


def test_the_page_begins_with_answer_question_and_decision(report):
    assert report.h1.text.startswith("212 of 1,234 customers bring 80%")
    assert words(report.select_one(".question")) == "Which customers carry the business?"
    assert "Name an owner" in words(report.select_one(".decision"))
    assert report.title.text == "ABC classes · Customer portfolio review · Q3 2026"


def test_tiles_show_value_interval_and_change(report):
    tiles = [words(tile) for tile in report.select(".tile")]
    assert tiles == [
        "Customers with a purchase 1,604 ▲ +123, better",
        "Amount €3,095,605 ▲ +€238,123, better",
        "Gini of the amount 0.74 0.73 to 0.76 unchanged",
        "Largest customer Ferretería Núñez unchanged",
    ]
    assert words(report.select_one(".basis")) == "Changes are against Q2 2026, as of 30 June 2026."


def test_there_are_at_most_seven_tiles_and_all_facts_are_listed(tmp_path, write_report):
    facts = [lambda out, i=i: out.fact(f"f{i}", i, label=f"Fact {i}", unit="count", tile=i != 2) for i in range(10)]
    page = parse(write_report(tmp_path / "r", facts) / "report.html")
    assert [words(dt) for dt in page.select(".tile dt")] == [f"Fact {i}" for i in (0, 1, 3, 4, 5, 6, 7)]
    assert [words(th) for th in page.select(".folds tbody th")] == [f"Fact {i}" for i in range(10)]


def test_without_an_earlier_review_the_page_says_so(tmp_path, write_report):
    page = parse(write_report(tmp_path / "r", [lambda out: out.fact("n", 1, label="N", unit="count")]) / "report.html")
    assert words(page.select_one(".basis")) == "There is no earlier review to compare with."
    assert page.select(".tile .change") == []


def test_a_changed_method_is_marked_and_not_compared(tmp_path, write_report):
    before = {"n": {"value": 1, "unit": "count", "method": "old", "definition": "abc123"}}
    steps = [lambda out: out.fact("n", 5, label="N", unit="count", method="new")]
    past = {"previous_as_of": dt.date(2026, 6, 30), "previous_facts": before}
    page = parse(write_report(tmp_path / "r", steps, **past) / "report.html")
    assert words(page.select_one(".tile")) == "N 5 method changed, not compared"


def test_a_report_without_headline_bears_its_title(tmp_path, write_report):
    assert parse(write_report(tmp_path / "r", []) / "report.html").h1.text == "ABC classes"


def test_method_glossary_and_code_are_folded_at_the_end(report):
    folds = [words(fold.summary) for fold in report.select("details")]
    assert folds == ["Method and limits", "All facts of this page", "Glossary", "Code of this page"]
    assert not any(fold.has_attr("open") for fold in report.select("details"))
    assert "A class is not a promise." in words(report.select("details")[0])


def test_the_footer_speaks_of_what_is_used_and_names_later_orders_apart(tmp_path, write_report):
    coverage = Coverage(dt.date(2024, 1, 2), dt.date(2026, 10, 9), 1200, 1188, n_rows_set_aside=7)
    page = parse(write_report(tmp_path / "r", [], coverage=coverage) / "report.html")
    assert [words(p) for p in page.select("footer p")] == [
        "Orders from 2 January 2024 on, used up to 30 September 2026; later ones, up to 9 October 2026, are not looked "
        "at. 1,200 rows read, 12 further ones left out."
    ]


def test_the_footer_says_what_data_the_page_rests_on(tmp_path, write_report):
    coverage = Coverage(dt.date(2024, 1, 2), dt.date(2026, 9, 30), 1200, 1188, "orders.csv", ("A note.",))
    page = parse(write_report(tmp_path / "r", [], coverage=coverage) / "report.html")
    assert [words(p) for p in page.select("footer p")] == [
        "Orders from 2 January 2024 to 30 September 2026. 1,200 rows read, 12 left out. Source: orders.csv.",
        "A note.",
    ]


@pytest.mark.parametrize("coverage", [Coverage(), Coverage(n_rows_read=0, n_rows_kept=0)])
def test_a_page_without_orders_has_a_footer_that_is_true(tmp_path, write_report, coverage):
    page = parse(write_report(tmp_path / "r", [], coverage=coverage) / "report.html")
    expected = [] if coverage.n_rows_read is None else ["0 rows read, 0 left out."]
    assert [words(p) for p in page.select("footer p")] == expected


def test_each_page_is_one_file_without_script_or_address(sample_pages):
    for path in sample_pages.values():
        page = parse(path)
        assert path.stat().st_size <= 1024 * 1024
        assert page.find(["script", "link", "iframe", "object"]) is None
        assert [tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []
        sources = [tag[name] for tag in page.find_all(True) for name in ("src", "href") if tag.has_attr(name)]
        assert [source for source in sources if source.startswith(("http", "//", "file"))] == []
        assert "url(" not in page.style.text
        assert "@import" not in page.style.text


def test_all_links_of_a_page_lead_somewhere(sample_pages):
    for path in sample_pages.values():
        page = parse(path)
        for link in (tag["href"] for tag in page.find_all("a")):
            if link.startswith("#"):
                assert page.find(id=link[1:]) is not None, link
            elif link not in ("review.xlsx", "../index.html"):
                assert (path.parent / link).exists(), link


def test_every_picture_has_words_and_every_table_caption_and_scopes(sample_pages):
    for path in sample_pages.values():
        page = parse(path)
        assert all(len(picture["alt"]) > 20 for picture in page.find_all("img"))
        assert all(table.caption.text for table in page.find_all("table"))
        assert all(head.get("scope") in ("col", "row") for head in page.find_all("th"))


def test_a_node_is_published_like_a_file(sample_run, tmp_path):
    source = sample_run / "2026-09-30" / "survival"
    for name in ("page.json", "facts.json"):
        (tmp_path / name).write_text((source / name).read_text())
    path = render_report(nbformat.read(source / "executed.ipynb", as_version=4), tmp_path)
    assert path.read_text() == (source / "report.html").read_text()


def test_a_notebook_that_left_no_page_is_refused(tmp_path):
    with pytest.raises(RunError, match=r"the notebook left no page\.json; it must open its review first"):
        render_report(new_notebook(), tmp_path)


def test_the_failure_page_is_written_on_top_of_the_attempt(tmp_path):
    assert render_failure(tmp_path) == tmp_path / "failure.html"
    assert "Not published" in (tmp_path / "failure.html").read_text()
