"""Pages of a review: the report of a notebook that ran, the failure page of an attempt that did not."""

import re
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbformat import NotebookNode

from portfolio_lab.errors import RunError
from portfolio_lab.plots.style import format_number
from portfolio_lab.reports.facts import describe_change, known_tiles, show_fact, show_interval
from portfolio_lab.reports.failure_page import FAILURE_PAGE, render_attempt
from portfolio_lab.reports.glossary import terms_used
from portfolio_lab.reports.notebook_flow import order_headings, render_cells, render_code, split_cells
from portfolio_lab.reports.page_files import read_facts, read_page
from portfolio_lab.reports.page_fit import fit_page
from portfolio_lab.reports.pages import count, long_date, render_page, rich

MAX_TILES = 7
REPORT_PAGE = "report.html"


def render_report(executed: Path | NotebookNode, report_dir: Path) -> Path:
    """Write report.html of an executed notebook beside its page.json and facts.json, and return its path.

    Raises RunError when the page stays larger than 1 MiB with its figures at half their pixels.
    """
    notebook = executed if isinstance(executed, NotebookNode) else nbformat.read(executed, as_version=4)
    page, facts = read_page(report_dir), read_facts(report_dir)
    if not page:
        raise RunError(f"{report_dir.name}: the notebook left no page.json; it must open its review first")
    path = report_dir / REPORT_PAGE
    path.write_text(fit_page(_render(notebook, page, facts), page["topic"]), encoding="utf-8")
    return path


def _render(notebook: NotebookNode, page: dict, facts: dict[str, dict]) -> str:
    results, method = split_cells(notebook, question=page["question"])
    flow, contents = order_headings(render_cells(results, notebook), top=2)
    limits, _ = order_headings(render_cells(method, notebook), top=3)
    shown = {fact_id: _show(fact_id, fact, page) for fact_id, fact in facts.items()}
    words = re.sub(r"<[^>]+>", " ", flow + limits) + " ".join(fact["label"] for fact in facts.values())
    return render_page(
        "report.html",
        page=page,
        headline=rich(page["headline"] or page["title"]),
        decision=rich(page["decision"]),
        as_of=long_date(page["as_of"], locale=page["locale"]),
        tiles=[shown[fact_id] for fact_id in known_tiles(page, facts, n=MAX_TILES)],
        basis=_basis(page),
        contents=contents,
        flow=Markup(flow),
        method=_method(limits),
        facts=list(shown.values()),
        glossary=terms_used(words),
        code=[Markup(cell) for cell in render_code(notebook)],
        coverage=_coverage(page),
    )


def _show(fact_id: str, fact: dict, page: dict) -> dict:
    shown_in = {"locale": page["locale"], "currency": page["currency"]}
    previous = (page["previous"] or {}).get("facts", {})
    return {
        "label": fact["label"],
        "value": show_fact(fact, **shown_in),
        "is_words": isinstance(fact["value"], str),
        "interval": show_interval(fact, **shown_in),
        "change": describe_change(fact, previous.get(fact_id), **shown_in) if page["previous"] else None,
    }


def _basis(page: dict) -> str:
    previous = page["previous"]
    if not previous:
        return "There is no earlier review to compare with."
    day = long_date(previous["as_of"], locale=page["locale"])
    return f"Changes are against {previous['period']}, as of {day}." if previous["period"] else f"Changes since {day}."


def _method(limits: str) -> Markup:
    if not limits:
        return Markup("")
    return Markup(f"<details><summary><h2>Method and limits</h2></summary>{limits}</details>")


def _coverage(page: dict) -> list[str]:
    coverage, locale, sentences = page["coverage"], page["locale"], []
    if coverage["first_order"] and coverage["last_order"]:
        sentences.append(_span(coverage, page["as_of"], locale))
    if coverage["n_rows_read"] is not None:
        left_out = coverage["n_rows_read"] - (coverage["n_rows_kept"] or 0)
        rows = count(coverage["n_rows_read"], "row", locale=locale)
        further = "further ones " if coverage.get("n_rows_set_aside") else ""
        sentences.append(f"{rows} read, {format_number(left_out, locale=locale, digits=0)} {further}left out.")
    if coverage["source"]:
        sentences.append(f"Source: {coverage['source']}.")
    return [" ".join(sentences), *coverage["notes"]] if sentences else list(coverage["notes"])


def _span(coverage: dict, as_of: str, locale: str) -> str:
    """Say what is used; orders after the day of the review are named apart."""
    first, last = (long_date(coverage[key], locale=locale) for key in ("first_order", "last_order"))
    if coverage["last_order"] <= as_of:
        return f"Orders from {first} to {last}."
    day = long_date(as_of, locale=locale)
    return f"Orders from {first} on, used up to {day}; later ones, up to {last}, are not looked at."


def render_failure(attempt_dir: Path) -> Path:
    """Write failure.html on top of an attempt that was not published, and return its path."""
    path = attempt_dir / FAILURE_PAGE
    path.write_text(render_attempt(attempt_dir), encoding="utf-8")
    return path
