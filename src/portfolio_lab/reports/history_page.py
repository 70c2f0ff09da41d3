"""The archive of a run: every period with its review, the trend of each fact, and how the newest attempt went."""

from pathlib import Path

from portfolio_lab.reports.catalog import CATALOG
from portfolio_lab.reports.facts import show_fact
from portfolio_lab.reports.findings import ReportFiles, read_reports
from portfolio_lab.reports.page_fit import fit_page
from portfolio_lab.reports.pages import long_date, render_page
from portfolio_lab.reports.runner.builds import BuildFolder, list_builds, list_failed
from portfolio_lab.reports.runner.links import good_builds
from portfolio_lab.reports.runner.manifests import read_manifest
from portfolio_lab.reports.trends import draw_sparkline, trace_fact

N_SHOWN = 4
ENDINGS = {
    "failed": "failed",
    "interrupted": "was interrupted",
    "killed": "was killed",
    "refused": "was refused for its data",
}


def render_archive(run_dir: Path) -> str:
    """Return the archive page of a run; true with no build, one build or many, and with failed attempts."""
    builds = good_builds(run_dir)
    reviews = {as_of: read_reports(folder, CATALOG) for as_of, folder in builds.items()}
    newest = next((reports[0].page for reports in reversed(reviews.values()) if reports), {})
    locale = newest.get("locale") or "en_GB"
    page = render_page(
        "archive.html",
        title=newest.get("run_title") or "Customer portfolio review",
        run=newest.get("run") or run_dir.name,
        state=_state(run_dir, builds, locale),
        periods=[_period(as_of, folder, reviews[as_of], locale) for as_of, folder in reversed(builds.items())],
        topics=_trends(reviews),
    )
    return fit_page(page, "the archive")


def _state(run_dir: Path, builds: dict[str, Path], locale: str) -> dict:
    """Return the last good date and what became of attempts that were begun after the last build."""
    last_build = max((build.number for build in list_builds(run_dir)), default=0)
    newer = [attempt for attempt in list_failed(run_dir) if attempt.number > last_build]
    good = f"Good: {long_date(max(builds), locale=locale)}" if builds else "No review has been published yet"
    if not newer:
        return {"good": good, "newer": "", "link": ""}
    link = f"failed/{newer[-1].id}/failure.html"
    return {"good": good, "newer": _ending(newer[-1], locale), "link": link if (run_dir / link).is_file() else ""}


def _ending(attempt: BuildFolder, locale: str) -> str:
    manifest, day = read_manifest(attempt.path), long_date(attempt.as_of, locale=locale)
    if manifest is None:
        return f"newer run for {day} failed"
    ended = f" on {long_date(manifest.finished_at[:10], locale=locale)}" if manifest.finished_at else ""
    return f"newer run for {day} {ENDINGS.get(manifest.status, 'failed')}{ended}"


def _period(as_of: str, folder: Path, reports: list[ReportFiles], locale: str) -> dict:
    manifest = read_manifest(folder)
    page = next((report.page for report in reports if report.page["as_of"] == as_of), None)
    carried = [report.page["title"] for report in reports if report.page["as_of"] != as_of]
    return {
        "as_of": as_of,
        "day": long_date(as_of, locale=locale),
        "label": page["period"] if page else "",
        "published": long_date(manifest.finished_at[:10], locale=locale, length="medium") if manifest else "",
        "n_reports": len(reports),
        "carried": carried,
    }


def _trends(reviews: dict[str, list[ReportFiles]]) -> list[dict]:
    """Return per topic its facts with their course; a report that was carried over counts only for its own date."""
    own = {as_of: {r.topic: r for r in reports if r.page["as_of"] == as_of} for as_of, reports in reviews.items()}
    topics = dict.fromkeys(topic for reports in own.values() for topic in reports)
    order = {topic: i for i, topic in enumerate(CATALOG)}
    return [_topic_trend(topic, own) for topic in sorted(topics, key=lambda topic: order.get(topic, len(order)))]


def _topic_trend(topic: str, own: dict[str, dict[str, ReportFiles]]) -> dict:
    dated = {as_of: reports[topic] for as_of, reports in own.items() if topic in reports}
    newest = dated[max(dated)]
    shown = list(dated)[-N_SHOWN:][::-1]
    fact_ids = dict.fromkeys(fact_id for report in reversed(dated.values()) for fact_id in report.facts)
    rows = [_fact_trend(fact_id, dated, shown, newest) for fact_id in fact_ids]
    days = [long_date(as_of, locale=newest.page["locale"], length="medium") for as_of in shown]
    return {"title": newest.page["title"], "days": days, "facts": rows}


def _fact_trend(fact_id: str, dated: dict[str, ReportFiles], shown: list[str], newest: ReportFiles) -> dict:
    points = trace_fact([(as_of, report.facts[fact_id]) for as_of, report in dated.items() if fact_id in report.facts])
    at = {point.as_of: point for point in points}
    cells = [
        {
            "value": show_fact(at[as_of].fact, **dated[as_of].shown_in) if as_of in at else "",
            "is_words": as_of in at and isinstance(at[as_of].fact["value"], str),
            "is_redefined": as_of in at and at[as_of].is_redefined,
        }
        for as_of in shown
    ]
    return {"label": points[-1].fact["label"], "line": draw_sparkline(points, **newest.shown_in), "cells": cells}
