import numpy as np
import pytest

from portfolio_lab.analysis.textbook.findings import Finding, judge_range, tabulate_findings


@pytest.mark.parametrize(
    ("low", "high", "book", "verdict"),
    [
        (0.2, 0.3, (0.8, 0.8), "less"),
        (0.7, 0.81, (0.8, 0.8), "agrees"),
        (0.81, 0.9, (0.8, 0.8), "more"),
        (1.7, 2.3, (2.0, 6.0), "not clear"),
        (2.0, 6.0, (2.0, 6.0), "agrees"),
        (6.1, 7.0, (2.0, 6.0), "more"),
        (1.01, 1.2, (1.0, np.inf), "agrees"),
        (0.9, 1.2, (0.0, 1.0), "not clear"),
        (np.nan, np.nan, (0.0, 1.0), "not known"),
    ],
)
def test_the_interval_decides(low, high, book, verdict):
    assert judge_range(low, high, book_low=book[0], book_high=book[1]) == verdict


def test_one_row_per_finding_in_the_order_given():
    known = Finding("top20", "share", 0.8, 0.8, 0.75, 0.7, 0.79, 100, "customers")
    table = tabulate_findings([Finding("ruptures", "share", 0.8, 0.8, lacks="contacts"), known])
    assert table["saying"].tolist() == ["ruptures", "top20"]
    assert table["verdict"].tolist() == ["not known", "less"]
    assert table["lacks"].tolist() == ["contacts", ""]
