"""Each label allows fewer words than the one before."""

import pytest

from portfolio_lab.analysis.verdicts import LABELS, find_banned_words, find_label
from portfolio_lab.errors import AnalysisError


def test_only_the_first_three_judge_and_money_narrows():
    assert [label.may_judge for label in LABELS.values()] == [True, True, True, False, False]
    assert [label.money for label in LABELS.values()] == ["interval", "interval", "range", "none", "none"]


@pytest.mark.parametrize(
    ("text", "label", "found"),
    [
        ("the call caused it", "A", ()),
        ("The plan MOST LIKELY CAUSED it", "B", ()),
        ("it caused more", "B", ("caused",)),
        ("this is proven", "B", ("proven", "prove")),
        ("caused more", "C", ("caused",)),
        ("consistent with an effect of 3", "C", ()),
        ("consistent with an effect of 3", "D", ("an effect of",)),
        ("the plan works", "D", ("works",)),
        ("no effect is claimed", "E", ("effect",)),
        ("the difference is significant", "A", ("significant",)),
    ],
)
def test_words_that_a_label_does_not_allow(text, label, found):
    assert find_banned_words(text, label=label) == found


def test_an_unknown_label_is_refused():
    with pytest.raises(AnalysisError, match="A, B, C, D, E"):
        find_label("F")
