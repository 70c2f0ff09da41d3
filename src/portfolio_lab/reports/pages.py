"""Pages from templates: everything that is put in is escaped, and the style and the policy of the page come along."""

import datetime as dt
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from portfolio_lab.plots.style import format_date, format_number
from portfolio_lab.reports.facts import Change
from portfolio_lab.reports.safe_text import paragraph, visible

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGE = "en-GB"
ARROWS = {"up": "▲", "down": "▼"}
TONES = {"good": "better", "bad": "worse", "neutral": ""}


def render_page(template: str, **values: object) -> str:
    """Return one self-contained HTML page; text is escaped, only what is marked as HTML already stays as it is."""
    return _environment().get_template(template).render(lang=LANGUAGE, css=_style(), **values)


def rich(text: str) -> Markup:
    """Return text of ours or of a notebook as HTML: escaped, with **bold** alone understood."""
    return Markup(paragraph(text))


def long_date(iso: str | None, *, locale: str, length: str = "long") -> str:
    """Return an ISO date in words of the locale, such as "30 September 2026"."""
    return format_date(dt.date.fromisoformat(iso) if iso else None, locale=locale, length=length)


def count(n: int, noun: str, *, locale: str, plural: str = "") -> str:
    """Return a number with its noun, such as "1 report" or "12 reports"."""
    return f"{format_number(n, locale=locale, digits=0)} {noun if n == 1 else plural or noun + 's'}"


def join(words: list[str]) -> str:
    """Return words as a sentence lists them: "a", "a and b", "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def change_text(change: Change) -> Markup:
    """Return a change with its arrow and, where it is known, whether it is for the better: never by colour alone."""
    arrow = Markup('<span aria-hidden="true">{}</span> ').format(ARROWS[change.kind]) if change.kind in ARROWS else ""
    tone = f", {TONES[change.tone]}" if TONES[change.tone] else ""
    return Markup("{}{}{}").format(arrow, visible(change.text), tone)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {"rich": rich, "change_text": change_text}
    return environment


def _finalize(value: object) -> object:
    if isinstance(value, Markup) or not isinstance(value, str):
        return "" if value is None else value
    return escape(visible(value))


@cache
def _style() -> Markup:
    return Markup((TEMPLATES / "pages" / "page.css").read_text(encoding="utf-8"))
