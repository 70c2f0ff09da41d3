"""Every page that is really published: offline, small, accessible, whole on a phone, on paper and in the dark."""

import html
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from fixtures.browser import OPEN_ALL

from portfolio_lab.reports.catalog import CATALOG

MAX_BYTES = 1024 * 1024
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
REVIEW, ARCHIVE = "index", "archive"
# All pages have one style sheet; its colours are tried on pages made for it, and on all of these by make bench.
CONTRAST = ("color-contrast",)
PAGES = (REVIEW, ARCHIVE, *CATALOG)
# What a sheet of A4 has between its margins, and a small phone.
PAPER_WIDTH, PHONE_WIDTH = 658, 390
TOO_WIDE = """
return [...document.querySelectorAll('table, figure, img, h1, h2, p, dl')]
  .filter(part => part.getBoundingClientRect().right > innerWidth + 1 && !part.closest('.unseen'))
  .map(part => part.tagName + ' ' + part.textContent.trim().slice(0, 60));
"""


def path_of(build: Path, page: str) -> Path:
    places = {REVIEW: build / "index.html", ARCHIVE: build.parent / "index.html"}
    return places.get(page, build / page / "report.html")


def pages_of(build: Path) -> list[Path]:
    """The pages of a review that are there: a report whose tables are missing has none."""
    return [path for page in PAGES if (path := path_of(build, page)).is_file()]


def text_of(page: Path) -> str:
    """The page without its pictures, which are most of its bytes."""
    return re.sub(r"(data:image/png;base64),[A-Za-z0-9+/=]+", r"\1,", page.read_text(encoding="utf-8"))


@pytest.fixture(params=["demo", "cdnow"])
def published(request) -> Path:
    return request.getfixturevalue(request.param)


def test_each_page_is_small_offline_and_cannot_execute_anything(published):
    pages = pages_of(published)
    assert len(pages) >= 9
    for path in pages:
        page = text_of(path)
        style = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
        assert path.stat().st_size <= MAX_BYTES, path
        assert page.count("http-equiv=") == 1 and f'http-equiv="Content-Security-Policy" content="{POLICY}"' in page
        assert not re.search(r"<(script|iframe|object|embed|link|base|form)\b", page, re.IGNORECASE), path
        assert not re.search(r"<[a-z][^>]*\s(on[a-z]+|srcset|style=[^>]*url\()\s*=", page, re.IGNORECASE), path
        assert set(re.findall(r'\ssrc="([^"]*)"', page)) <= {"data:image/png;base64,"}, path
        assert not re.search(r"url\(|@import|https?:", style), path


def test_each_page_says_what_its_pictures_and_tables_show(published):
    for path in pages_of(published):
        page = text_of(path)
        alts = re.findall(r'<img [^>]*alt="([^"]*)"', page)
        assert len(alts) == page.count("<img "), path
        assert all(len(alt.strip()) > 20 and ".png" not in alt for alt in alts), path
        assert len(re.findall(r"<table[^>]*><caption>[^<]", page)) == page.count("<table"), path
        assert len(re.findall(r"<th\b[^>]*scope=", page)) == len(re.findall(r"<th\b", page)), path


def test_each_link_leads_somewhere_also_where_a_build_is_opened_by_its_own_name(published):
    build = published.resolve()
    for path in (*pages_of(published), *(path_of(build, page) for page in (REVIEW, *CATALOG))):
        addresses = set(re.findall(r'<a [^>]*href="([^"#]*)"', text_of(path))) if path.is_file() else set()
        for address in addresses - {""}:
            assert (path.parent / unquote(html.unescape(address))).is_file(), (path, address)


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_demo_company_hinders_nobody_and_is_cut_nowhere(demo, page, open_page, find_hindrances):
    path = path_of(demo, page)
    browser = open_page(path)
    assert find_hindrances(sample=True, without=CONTRAST) == {}
    assert browser.get_log("browser") == []
    open_page(path, width=PAPER_WIDTH, media="print")
    assert browser.execute_script(TOO_WIDE) == []
    open_page(path, width=PHONE_WIDTH)
    browser.execute_script(OPEN_ALL)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= PHONE_WIDTH


@pytest.mark.full
@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("run", ["demo", "cdnow"])
def test_no_published_page_hinders_anybody_by_day_or_by_night(run, dark, request, open_page, find_hindrances):
    for path in pages_of(request.getfixturevalue(run)):
        open_page(path, dark=dark)
        assert find_hindrances() == {}, path
