"""From case, estimate and checks to a result."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lab.analysis.verdicts import (
    DECISIVE,
    INCONCLUSIVE,
    NO_VERDICT,
    NOT_MEASURABLE,
    WORKS_AND_PAYS,
    WORKS_PAY_OFF_OPEN,
    Check,
    Estimate,
    PlanCase,
    compute_n_more,
    judge,
    leave_unjudged,
)


def test_a_clear_effect_is_judged_and_counted_in_money(case, make_estimate):
    result = judge(case, make_estimate(0.06, 0.01), label="A", naive_effect=0.02)
    assert (result.verdict, result.naive_effect, result.n_more) == (WORKS_AND_PAYS, 0.02, None)
    assert result.money.incremental == pytest.approx(60.0)


def test_an_open_question_says_how_many_more_and_how_long(case, make_estimate):
    result = judge(case, make_estimate(0.01, 0.02), label="A")
    assert result.verdict == INCONCLUSIVE
    assert result.n_more == compute_n_more(0.02, n=1500, mwe=0.03)
    assert result.months_more == result.n_more / 500


def test_an_open_pay_off_is_settled_by_its_distance_from_the_break_even(case, make_estimate):
    result = judge(case, make_estimate(0.04, 0.01), label="A")
    assert result.verdict == WORKS_PAY_OFF_OPEN
    assert result.n_more == compute_n_more(0.01, n=1500, mwe=0.01)
    assert judge(case, make_estimate(0.03, 0.01), label="A").n_more is None


def test_a_failed_check_that_blocks_leaves_no_verdict(case, make_estimate):
    blocked = Check("share of the groups", False, "The groups are not as they were drawn.", blocks=True)
    other = Check("before", False, "They differed before.")
    result = judge(case, make_estimate(), label="A", checks=[blocked, other])
    assert (result.verdict, result.reason) == (NOT_MEASURABLE, "The groups are not as they were drawn.")
    assert result.money is None
    unknown = replace(blocked, passed=None)
    assert judge(case, make_estimate(0.06), label="A", checks=[unknown]).verdict == WORKS_AND_PAYS


def test_nobody_said_what_is_worth_having(case, make_estimate):
    result = judge(replace(case, mwe=None), make_estimate(), label="A")
    assert result.verdict == NO_VERDICT
    assert "worth its cost" in result.reason


@given(st.floats(-1, 1), st.floats(0.001, 0.5), st.sampled_from("DE"))
def test_weak_evidence_never_works_and_never_names_money(effect, se, label):
    case = PlanCase("P1", "purchase", "binary", mwe=0.03, cost_amount=3.0, margin_amount=100.0)
    result = judge(case, Estimate(effect, se, effect - se, effect + se, 10, 10, 0.1), label=label)
    assert result.verdict not in DECISIVE
    assert result.money is None
    assert result.n_more is None


def test_without_an_estimate_a_plan_is_described_or_not_measurable(case):
    described = leave_unjudged(case, reason="nobody was held out")
    assert (described.verdict, described.label, described.estimate) == (NO_VERDICT, "E", None)
    assert leave_unjudged(case, reason="too few", label="A", is_measurable=False).verdict == NOT_MEASURABLE
