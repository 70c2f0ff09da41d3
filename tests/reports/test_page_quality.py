"""Each kind of page in a real browser: accessible, narrow enough to read, on a phone, on paper, in the dark."""

import base64
import io
import re
from itertools import pairwise

import pytest
from fixtures.browser import OPEN_ALL
from pypdf import PdfReader

PAGES = ("report", "review", "archive", "failure")
pytestmark = pytest.mark.browser

LONGEST_LINE = """
const longest = [0, ''], range = document.createRange();
for (const block of document.querySelectorAll('p, li, dd, figcaption, h1, h2, h3')) {
  if (!block.offsetParent) continue;
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), lines = new Map();
  for (let node; (node = walker.nextNode());) {
    range.selectNode(node);
    if (range.getClientRects().length === 1) {
      const line = Math.round(range.getBoundingClientRect().bottom / 4);
      lines.set(line, (lines.get(line) || 0) + node.length);
      continue;
    }
    for (let i = 0; i < node.length; i++) {
      range.setStart(node, i); range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      if (box.width) { const line = Math.round(box.bottom / 4); lines.set(line, (lines.get(line) || 0) + 1); }
    }
  }
  for (const n of lines.values()) if (n > longest[0]) { longest[0] = n; longest[1] = block.textContent; }
}
return longest;
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_no_fault_of_accessibility(kind, dark, sample_pages, open_page, find_hindrances):
    open_page(sample_pages[kind], dark=dark)
    assert find_hindrances() == {}


@pytest.mark.parametrize("kind", PAGES)
def test_text_is_large_and_lines_are_short(kind, sample_pages, open_page):
    browser = open_page(sample_pages[kind])
    browser.execute_script(OPEN_ALL)
    sizes = browser.execute_script(
        "return [...document.querySelectorAll('body, p, li, dd, dt, td, th, figcaption, caption')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 16
    length, text = browser.execute_script(LONGEST_LINE)
    assert 30 < length <= 75, text


@pytest.mark.parametrize("kind", PAGES)
def test_a_phone_scrolls_in_one_direction_only(kind, sample_pages, open_page):
    browser = open_page(sample_pages[kind], width=400)
    browser.execute_script(OPEN_ALL)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 400


FIGURES = """
return [...document.querySelectorAll('figure > .scroll')].map(box => ({
  shown: box.clientWidth, held: box.scrollWidth, image: box.querySelector('img').getBoundingClientRect().width,
  hint: getComputedStyle(box, '::before').content}));
"""


def test_a_figure_on_a_phone_keeps_the_size_of_its_words_and_says_that_it_moves(sample_pages, open_page):
    narrow = open_page(sample_pages["report"], width=400).execute_script(FIGURES)
    assert narrow
    for figure in narrow:
        assert figure["held"] > figure["image"] >= 600 and figure["shown"] <= 400 and "sideways" in figure["hint"]
    wide = open_page(sample_pages["report"]).execute_script(FIGURES)
    assert all(figure["held"] == figure["shown"] and figure["hint"] == "none" for figure in wide)


@pytest.mark.parametrize("kind", PAGES)
def test_nothing_is_asked_for_and_nothing_is_complained_of(kind, sample_pages, open_page):
    browser = open_page(sample_pages[kind])
    assert (
        browser.execute_script(
            "return performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length"
        )
        == 0
    )
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("kind", PAGES)
def test_headings_do_not_skip_a_level_and_there_is_one_title(kind, sample_pages, open_page):
    browser = open_page(sample_pages[kind])
    levels = browser.execute_script(
        "return [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
    )
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_paper_shows_method_and_glossary_but_no_code_and_cuts_no_figure(sample_pages, open_page):
    browser = open_page(sample_pages["report"])
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    paper = PdfReader(io.BytesIO(base64.b64decode(printed["data"])))
    width, height = (float(side) for side in paper.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in paper.pages))
    assert "A class is not a promise." in text
    assert "How unequally value is spread" in text
    assert "a call" not in text
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    breaks = browser.execute_script(
        "return [...document.querySelectorAll('figure')].map(f => getComputedStyle(f).breakInside)"
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert set(breaks) == {"avoid"}
