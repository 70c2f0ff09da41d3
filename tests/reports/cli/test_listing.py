import json

import pytest
from fixtures.fake_review import fake_parts, make_review

from portfolio_lab.reports.catalog import CATALOG, missing_tables
from portfolio_lab.reports.cli.listing import describe_report, list_for_run, list_reports, type_in_words

ORDERS = "customer_id,order_date,amount,order_id\na,2026-09-01,10,1\nb,2026-09-02,20,2\n"


def test_every_report_is_listed_with_every_parameter(capsys):
    assert list_reports(as_json=True) == 0
    rows = {row["topic"]: row for row in json.loads(capsys.readouterr().out)}
    assert list(rows) == list(CATALOG)
    for topic, report in CATALOG.items():
        own = [name for name in report.model_fields if name not in ("run_file", "as_of", "output_dir")]
        assert [item["name"] for item in rows[topic]["parameters"]] == own
        assert all(item["help"] and item["type"] for item in rows[topic]["parameters"])
    by_name = {item["name"]: item for item in rows["abc_classes"]["parameters"]}
    assert by_name["n_bootstrap"]["default"] == 500 and by_name["n_bootstrap"]["type"] == "whole number (≥ 1)"


def test_people_get_lines_that_they_can_type_again(capsys):
    list_reports(as_json=False)
    said = capsys.readouterr().out
    assert "abc_classes  ABC classes: Which customers" in said and "-p abc_classes.seed=1  whole number (≥ 0); " in said


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1}, "whole number (≥ 1)"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, "number (> 0, ≤ 1)"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or null"),
        ({"type": "string", "format": "date"}, "day"),
        ({"enum": ["amount", "margin"]}, "amount | margin"),
        ({"const": "all"}, "all"),
        ({"type": "boolean"}, "true or false"),
        ({"type": "array"}, "list"),
        ({}, "any"),
    ],
)
def test_types_are_said_in_words(schema, words):
    assert type_in_words(schema) == words


def test_needs_are_listed():
    assert describe_report("abc_classes")["needs"] == [["orders"]]


def test_for_a_run_it_says_what_would_be_run_and_runs_nothing(tmp_path, capsys, monkeypatch):
    make_review(tmp_path)
    (tmp_path / "demo.yaml").write_text("run: demo\nas_of: 2026-09-30\ndata: {source: data.txt}\n")
    from dataclasses import replace

    from portfolio_lab.reports.runner.wiring import suite_reports

    parts = replace(fake_parts(tmp_path), reports=lambda run_file, data: suite_reports(run_file, data.tables))
    monkeypatch.setattr("portfolio_lab.reports.runner.wiring.suite_parts", lambda observe: parts)
    assert list_for_run(str(tmp_path / "demo.yaml"), "", None, as_json=False) == 0
    said = capsys.readouterr().out
    assert "abc_classes  would be run, because there is no earlier result for this date" in said
    assert not (tmp_path / "reports" / "demo" / ".builds").exists()
    list_for_run(str(tmp_path / "demo.yaml"), "2026-06-30", None, as_json=True)
    rows = {row["topic"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["abc_classes"]["would_run"] is True and rows["abc_classes"]["difference"] is None
    for topic in CATALOG:
        if missing_tables(topic, {"orders"}):
            assert rows[topic]["would_run"] is False and "the data have no table" in rows[topic]["reason"]
