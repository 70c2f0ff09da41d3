"""The sayings on a page: one row each, known or not."""

import pandas as pd
from simulators.monitor import open_company

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import monitor_textbook as page
from portfolio_lab.reports.topics.monitor_ruptures import read_ruptures


def test_every_saying_has_its_row(tmp_path):
    review = open_company(tmp_path)
    page.show_textbook(review, read_ruptures(review), wording=Wording("en_GB", "EUR"))
    table = pd.read_parquet(review.out.folder / "tables" / "textbook.parquet")
    assert len(table) == 6
    assert table["Verdict"].tolist()[0] == "not known"
    assert table["How to read it"].tolist()[0] == "it would need receivables"
