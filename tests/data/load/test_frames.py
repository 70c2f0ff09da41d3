"""Frames of an empty report have their columns and no rows."""

from datetime import date

from portfolio_lab.data.load import frames
from portfolio_lab.data.load.report import LoadReport

EMPTY = LoadReport("x", "f", (), (), None, ())


def test_no_findings_no_rows():
    assert frames.reasons_frame(EMPTY).empty
    assert frames.examples_frame(EMPTY, n_examples=5).empty
    assert frames.months_frame(EMPTY, as_of=date(2026, 1, 1)).columns.tolist() == [
        "month",
        "n_lines",
        "amount",
        "is_missing",
    ]
    assert frames.control_frame(EMPTY, as_of=date(2026, 1, 1)).empty
    assert frames.channels_frame(EMPTY).empty
