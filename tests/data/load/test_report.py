"""The border's report: written, read back the same, and shown as faults and frames."""

from datetime import date

import pytest

from portfolio_lab.data.load import frames
from portfolio_lab.data.load.report import Example, Finding, read_load_report

CSV = "customer_id,order_date,amount,sales_channel\na,2026-01-01,1,web\nb,2026-03-02,x,web\nc,2026-03-02,2,shop\n"


@pytest.fixture
def report(border):
    border.write("orders.csv", CSV)
    return border.stage(control_totals={"2026-01": 2.0}).report


def test_it_comes_back_as_it_was_written(report, tmp_path):
    report.write(tmp_path / "r.json")
    assert read_load_report(tmp_path / "r.json") == report


def test_a_finding_becomes_a_fault_with_its_first_example_and_its_count():
    example = Example("o.csv", 7, "a", "x")
    fault = Finding("orders", "amount", "is not a number", "correct it", "dropped", 12, (example,)).fault()
    expected = (
        "file o.csv, table orders, column amount, row 7, key a, value 'x': is not a number (12 rows) → correct it"
    )
    assert str(fault) == expected


def test_frames_answer_the_questions_of_the_data_page(report):
    assert frames.tables_frame(report)[["n_rows_read", "n_rows_kept", "n_rows_dropped"]].iloc[0].tolist() == [3, 2, 1]
    assert frames.reasons_frame(report)[["column", "treatment", "n_rows", "example"]].iloc[0].tolist() == [
        "amount", "row left out", 1, "line 3: 'x'",
    ]  # fmt: skip
    assert frames.examples_frame(report, n_examples=1)["value"].tolist() == ["x"]
    assert frames.months_frame(report, as_of=date(2026, 3, 31))["is_missing"].tolist() == [False, True, False]
    assert frames.months_frame(report, as_of=date(2026, 2, 1))["n_lines"].tolist() == [1, 0]
    assert frames.control_frame(report, as_of=date(2026, 1, 1))["gap"].tolist() == [-1.0]
    assert frames.control_frame(report, as_of=date(2025, 12, 31)).empty  # later months are not looked at
    assert frames.channels_frame(report).to_dict("records") == [{"sales_channel": "web", "n_rows_dropped": 1}]
    assert "contacts" in frames.missing_frame(report)["table"].tolist()


def test_every_table_that_may_be_missing_says_what_it_would_enable(report):
    stand_alone = {"valuations", "durations", "experiment"}
    assert set(frames.missing_frame(report)["table"]) == set(report.missing_tables) - stand_alone
