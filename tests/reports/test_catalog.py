"""The catalog: every report has a title, a question, a notebook and parameters with help."""

import pytest

from portfolio_lab.data.schema import CONTRACTS
from portfolio_lab.policy import Policy
from portfolio_lab.reports.catalog import (
    CATALOG,
    COMMON_PARAMS,
    AbcClasses,
    ReportParams,
    missing_tables,
    needs_in_words,
    notebook_path,
    own_params,
    runnable_topics,
    topic_of,
)


@pytest.mark.parametrize("topic", CATALOG)
def test_each_report_says_what_it_answers_and_needs(topic):
    report = CATALOG[topic]
    assert report.question.endswith("?")
    assert report.title
    assert report.needs and all(set(way) <= set(CONTRACTS) for way in report.needs)
    assert set(report.policy_parts) <= set(Policy.model_fields)
    assert notebook_path(topic).is_file()
    assert all(field.description for field in report.model_fields.values())


def test_topics_are_the_words_of_the_classes():
    assert topic_of(AbcClasses) == "abc_classes"
    assert own_params("abc_classes") == ("n_bootstrap", "seed", "n_listed")
    assert COMMON_PARAMS == ("run_file", "as_of", "output_dir")


def test_only_reports_whose_tables_are_there_are_run():
    assert "abc_classes" in runnable_topics({"orders"})
    assert "abc_classes" not in runnable_topics({"durations"})


def test_any_one_set_of_tables_is_enough_and_the_shortest_way_is_said(monkeypatch):
    class Either(ReportParams):
        title, question = "Either", "Or?"
        needs = (("valuations",), ("orders", "assignments"))

    monkeypatch.setitem(CATALOG, "either", Either)
    assert missing_tables("either", {"valuations"}) == missing_tables("either", {"orders", "assignments"}) == ()
    assert missing_tables("either", {"contacts"}) == ("valuations",)
    assert missing_tables("either", {"orders"}) == ("assignments",)
    assert needs_in_words("either") == "valuations, or orders and assignments"
    assert "either" in runnable_topics({"valuations"}) and "either" not in runnable_topics({"orders"})


def test_a_topic_that_is_not_in_the_catalog_has_no_notebook():
    with pytest.raises(KeyError):
        notebook_path("../../etc/passwd")
