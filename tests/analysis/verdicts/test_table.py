"""All results as one table of a fixed shape."""

import pytest

from portfolio_lab.analysis.verdicts import build_verdict_table, judge, leave_unjudged


def test_one_row_per_result_with_what_is_known(case, make_estimate):
    results = [judge(case, make_estimate(0.06, 0.01), label="A"), leave_unjudged(_other(case), reason="no hold-out")]
    table = build_verdict_table(results)
    first, second = table.iloc[0], table.iloc[1]
    assert (first["plan_id"], first["verdict"], first["label"]) == ("P1", "works_and_pays", "A")
    assert first["effect"] == 0.06
    assert first["cost_per_recovered_amount"] == pytest.approx(50.0)
    assert (second["verdict"], second["reason"]) == ("no_verdict", "no hold-out")
    assert second[["effect", "low", "high", "n_more", "incremental"]].isna().all()


def test_no_result_is_a_table_of_the_same_shape(case, make_estimate):
    empty = build_verdict_table([])
    assert empty.empty
    assert list(empty.columns) == list(build_verdict_table([judge(case, make_estimate(), label="A")]).columns)


def test_a_plan_and_outcome_stands_once(case, make_estimate):
    with pytest.raises(Exception, match="plan_id"):
        build_verdict_table([judge(case, make_estimate(), label="A")] * 2)


def _other(case):
    return type(case)("P2", "purchase", "binary")
