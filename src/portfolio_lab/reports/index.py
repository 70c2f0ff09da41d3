"""The review on one page that is read in three minutes, and the archive of all reviews of a run."""

import base64
import re
from pathlib import Path

from markupsafe import Markup

from portfolio_lab.reports.catalog import CATALOG, needs_in_words
from portfolio_lab.reports.facts import known_tiles, show_fact, show_interval
from portfolio_lab.reports.findings import (
    Movement,
    ReportFiles,
    common_period,
    find_movements,
    read_reports,
    say_certainty,
    say_changes,
    say_lead,
)
from portfolio_lab.reports.history_page import render_archive
from portfolio_lab.reports.page_fit import fit_page
from portfolio_lab.reports.pages import long_date, render_page, rich
from portfolio_lab.reports.runner.links import point_back

INDEX = "index.html"
N_KEYS = 3
_THUMBNAIL = re.compile(r"figures/[a-z][a-z0-9_]*_small\.png\Z")


def build_review_index(build_dir: Path) -> Path:
    """Write index.html of a build from the page.json and facts.json of its reports, and return its path."""
    reports = read_reports(build_dir, CATALOG)
    movements = find_movements(reports)
    period = common_period(reports)
    newest = max(reports, key=lambda report: report.page["as_of"], default=None)
    page = render_page(
        "review.html",
        title=(newest.page["run_title"] if newest else "") or "Customer portfolio review",
        period=newest.page["period"] if newest else "",
        as_of=long_date(newest.page["as_of"], locale=newest.page["locale"]) if newest else "",
        compared_with=period,
        lead=say_lead(reports, movements, period=period),
        changes=say_changes(movements, period=period),
        decisions=[_entry(report) for report in reports if report.page["decision"]],
        certainty=say_certainty(reports),
        reports=[_entry(report) for report in reports],
        absent=_absent(reports),
        facts=[_fact_row(movement) for movement in movements],
        has_workbook=any(report.page["tables"] for report in reports),
    )
    path = build_dir / INDEX
    path.write_text(fit_page(page, "the review"), encoding="utf-8")
    return path


def _absent(reports: list[ReportFiles]) -> str:
    """One sentence on the reports that are not in this review, and which tables each would be made of."""
    made = {report.topic for report in reports}
    parts = [f"{CATALOG[topic].title}, made of {needs_in_words(topic).replace('_', ' ')}"
             for topic in CATALOG if topic not in made]  # fmt: skip
    return f"Not in this review: {'; '.join(parts)}." if reports and parts else ""


def build_archive(run_dir: Path) -> Path:
    """Write index.html of a run: every period, the trend of each fact, the state of the newest attempt."""
    path, half = run_dir / INDEX, run_dir / f".{INDEX}.tmp"
    half.write_text(render_archive(run_dir), encoding="utf-8")
    half.replace(path)
    point_back(run_dir)
    return path


def _entry(report: ReportFiles) -> dict:
    page = report.page
    return {
        "topic": report.topic,
        "title": page["title"],
        "question": page["question"],
        "headline": rich(page["headline"] or "This report gives no headline."),
        "decision": rich(page["decision"]),
        "as_of": long_date(page["as_of"], locale=page["locale"]),
        "key_facts": [_key(report, fact_id) for fact_id in known_tiles(page, report.facts, n=N_KEYS)],
        "picture": _thumbnail(report),
    }


def _key(report: ReportFiles, fact_id: str) -> dict:
    fact = report.facts[fact_id]
    return {"label": fact["label"], "value": show_fact(fact, **report.shown_in)}


def _thumbnail(report: ReportFiles) -> dict | None:
    thumbnail = report.page["thumbnail"]
    if not thumbnail or not _THUMBNAIL.match(thumbnail["file"]):
        return None
    path = report.folder / thumbnail["file"]
    if not path.is_file():
        return None
    return {"data": Markup(base64.b64encode(path.read_bytes()).decode()), "alt": thumbnail["alt"]}


def _fact_row(movement: Movement) -> dict:
    return {
        "report": movement.report.page["title"],
        "label": movement.fact["label"],
        "value": show_fact(movement.fact, **movement.report.shown_in),
        "is_words": isinstance(movement.fact["value"], str),
        "interval": show_interval(movement.fact, **movement.report.shown_in),
        "change": movement.change if movement.report.page["previous"] else None,
    }
