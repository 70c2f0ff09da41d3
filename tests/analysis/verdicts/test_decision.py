"""The verdict follows the interval, whatever the numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lab.analysis.verdicts import (
    DECISIVE,
    DOES_NOT_WORK,
    FAILS,
    HARMS,
    INCONCLUSIVE,
    NO_VERDICT,
    NOT_MEASURABLE,
    WORKS,
    WORKS_AND_PAYS,
    WORKS_PAY_OFF_OPEN,
    WORKS_TOO_SMALL,
    decide,
)
from portfolio_lab.errors import AnalysisError

NUMBERS = st.floats(-10, 10, allow_nan=False)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.05, -0.0001, HARMS),
        (-0.05, 0.0, DOES_NOT_WORK),
        (0.03, 0.09, WORKS_AND_PAYS),
        (0.0299, 0.09, WORKS_PAY_OFF_OPEN),
        (0.0001, 0.0299, WORKS_TOO_SMALL),
        (0.0001, 0.03, WORKS_PAY_OFF_OPEN),
        (0.0, 0.0299, DOES_NOT_WORK),
        (0.0, 0.03, INCONCLUSIVE),
        (-0.01, 0.05, INCONCLUSIVE),
    ],
)
def test_both_sides_of_every_line(low, high, verdict):
    assert decide(low, high, mwe=0.03, label="A") == verdict


@given(NUMBERS, NUMBERS, st.floats(1e-6, 10), st.sampled_from("ABCDE"), st.booleans())
def test_interval_and_verdict_never_contradict(first, second, mwe, label, is_measurable):
    low, high = sorted((first, second))
    verdict = decide(low, high, mwe=mwe, label=label, is_measurable=is_measurable)
    if label in "DE" or not is_measurable:
        assert verdict not in DECISIVE
        return
    assert (verdict in (*WORKS, WORKS_TOO_SMALL)) == (low > 0)
    assert (verdict == HARMS) == (high < 0)
    assert (verdict == WORKS_AND_PAYS) == (low >= mwe)
    assert (verdict in FAILS) == (high < mwe)
    assert (verdict == INCONCLUSIVE) == (low <= 0 and high >= mwe)


def test_weak_and_descriptive_evidence_never_decides():
    assert decide(1.0, 2.0, mwe=0.1, label="D") == INCONCLUSIVE
    assert decide(1.0, 2.0, mwe=0.1, label="E") == NO_VERDICT
    assert decide(1.0, 2.0, mwe=None, label="A", is_measurable=False) == NOT_MEASURABLE


@pytest.mark.parametrize("mwe", [None, 0.0, -1.0, math.nan])
def test_without_a_smallest_effect_worth_having_there_is_no_verdict(mwe):
    with pytest.raises(AnalysisError, match="smallest effect worth having"):
        decide(0.01, 0.02, mwe=mwe, label="A")


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.1), (math.nan, 0.1), (0.1, math.inf)])
def test_what_is_no_interval_has_no_verdict(low, high):
    with pytest.raises(AnalysisError, match="finite interval"):
        decide(low, high, mwe=0.1, label="A")
