"""The whole review as one PDF for those who print: the review first, then each report, links and folds left out."""

import logging
import re
from pathlib import Path

from portfolio_lab.reports.catalog import CATALOG
from portfolio_lab.reports.findings import read_reports
from portfolio_lab.reports.index import INDEX
from portfolio_lab.reports.publish import REPORT_PAGE

PDF = "review.pdf"


def write_pdf(build_dir: Path) -> Path:
    """Write review.pdf from the pages of a build, each page on a new sheet, and return its path."""
    # imported here: only a review that asks for paper waits for the typesetter
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # a page of ours holds all that it shows; nothing is fetched from a disk or a network
    inline_only = URLFetcher(allowed_protocols=("data",))
    # the sheet is written for browsers too; what a typesetter does not know of it is no news
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    reports = [build_dir / report.topic / REPORT_PAGE for report in read_reports(build_dir, CATALOG)]
    pages = [path for path in (build_dir / INDEX, *reports) if path.is_file()]
    documents = [HTML(string=_for_paper(path), url_fetcher=inline_only).render() for path in pages]
    sheets = [sheet for document in documents for sheet in document.pages]
    path = build_dir / PDF
    documents[0].copy(sheets).write_pdf(path)
    return path


def _for_paper(path: Path) -> str:
    return re.sub(r'<details class="code">.*?</details>', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
