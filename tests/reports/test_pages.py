import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from portfolio_lab.plots import style
from portfolio_lab.reports.facts import Change
from portfolio_lab.reports.pages import TEMPLATES, change_text, count, join, long_date, render_page, rich

FAILURE = {"title": "T", "attempt": "1", "headline": "h", "problem": "", "reports": [], "others": []}


def test_everything_put_in_is_escaped_unless_it_is_html_already():
    page = render_page("failure.html", **{**FAILURE, "headline": "<b>\u202e&", "title": Markup("<i>x</i>")})
    assert "&lt;b&gt;⟨U+202E⟩&amp;" in page
    assert "<i>x</i>" in page


def test_a_page_carries_its_style_and_forbids_everything_else():
    page = render_page("failure.html", **FAILURE)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert '<html lang="en-GB">' in page
    assert "--accent" in page
    assert "<script" not in page


def test_a_value_that_a_template_misses_is_an_error():
    with pytest.raises(UndefinedError):
        render_page("failure.html", title="T")


def test_page_and_figures_share_paper_ink_and_the_one_accent():
    sheet = (TEMPLATES / "pages" / "page.css").read_text(encoding="utf-8")
    light = sheet.split("@media", 1)[0]
    assert f"--paper: {style.PAPER}" in light
    assert f"--ink: {style.INK}" in light
    assert f"--accent: {style.ACCENT}" in light


@pytest.mark.parametrize(
    ("change", "html"),
    [
        (Change("up", "+2", "good"), '<span aria-hidden="true">▲</span> +2, better'),
        (Change("down", "−2", "bad"), '<span aria-hidden="true">▼</span> −2, worse'),
        (Change("down", "−2"), '<span aria-hidden="true">▼</span> −2'),
        (Change("other", "was <b>"), "was &lt;b&gt;"),
    ],
)
def test_a_change_is_never_told_by_colour_alone(change, html):
    assert change_text(change) == html


def test_words():
    assert rich("**a** <b>") == "<strong>a</strong> &lt;b&gt;"
    assert [count(n, "report", locale="en_GB") for n in (0, 1, 1200)] == ["0 reports", "1 report", "1,200 reports"]
    assert [join(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert long_date("2026-09-30", locale="es_ES") == "30 de septiembre de 2026"
    assert long_date(None, locale="es_ES") == "–"
