import re

from pypdf import PdfReader

from portfolio_lab.reports.index import build_review_index
from portfolio_lab.reports.pdf import write_pdf


def test_review_and_reports_are_one_document_on_a4_without_code(tmp_path, write_report):
    steps = [lambda out: out.headline("The answer."), lambda out: out.fact("n", 1, label="Number", unit="count")]
    write_report(tmp_path / "abc_classes", steps)
    build_review_index(tmp_path)
    paper = PdfReader(write_pdf(tmp_path))
    assert len(paper.pages) >= 2
    assert [round(float(side)) for side in paper.pages[0].mediabox[2:]] == [595, 842]
    texts = [re.sub(r"\s+", " ", page.extract_text()) for page in paper.pages]
    assert "What needs a decision" in texts[0]
    assert "The answer." in " ".join(texts[1:])
    assert "a call" not in " ".join(texts)


def test_nothing_but_what_stands_in_the_page_is_fetched(tmp_path, caplog):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
    (tmp_path / "index.html").write_text(f'<p>Page</p><img src="{secret.as_uri()}" alt="">')
    assert "secret" not in PdfReader(write_pdf(tmp_path)).pages[0].extract_text()
    assert "disallowed protocol" in caplog.text
