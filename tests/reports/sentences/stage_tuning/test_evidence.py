from types import SimpleNamespace

import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.guards import Guard
from portfolio_lab.analysis.stage_tuning.regularity import Regularity
from portfolio_lab.reports.sentences.stage_tuning.evidence import gaps, guards, refusal, regularity, returns, two_errors
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def test_guards_say_what_is_missing():
    checked = (Guard("customers who bought", 1200, 500), Guard("days of history", 90, 180))
    assert guards(checked[:1], wording=WORDING) == "There is enough history to judge rules by."
    assert guards(checked, wording=WORDING) == "There is too little: days of history: 90 found, 180 needed."
    assert refusal(checked, wording=WORDING).endswith("too little data: days of history: 90 found, 180 needed.")


def test_gaps_compare_closed_ones_with_all():
    curve = pd.DataFrame({"days": [0, 283], "closed_share": [1.0, 0.05], "longer_share": [1.0, 0.354]})
    text = gaps(SimpleNamespace(gap_curve=curve), wording=WORDING)
    assert "95% had ended by day 283" in text
    assert "64.6% had" in text
    assert "Too few gaps" in gaps(SimpleNamespace(gap_curve=curve[:1]), wording=WORDING)


def test_line_from_the_curve_or_from_the_definition_in_force():
    shown = {"lost_share": 0.2, "horizon_days": 90, "wording": WORDING}
    from_curve = returns(SimpleNamespace(inactive_days=98, is_line_from_curve=True), **shown)
    assert from_curve.startswith("After 98 days of silence, at most 20% of customers buy within 90 days: ")
    assert from_curve.endswith(": by silence alone, inactive from there.")
    assert "nothing is extrapolated" in returns(SimpleNamespace(inactive_days=120, is_line_from_curve=False), **shown)


@pytest.mark.parametrize(
    ("shape", "words"),
    [(0.99, "close to random"), (1.5, "is regular"), (4.0, "very regular"), (float("nan"), "Too few")],
)
def test_regularity_in_words(shape, words):
    assert words in regularity(SimpleNamespace(regularity=Regularity(shape, 0.1, 700)), wording=WORDING)


def test_errors_weigh_the_same_where_the_curves_cross():
    errors = pd.DataFrame({"days": [0, 10, 20], "false_alarm_share": [0.9, 0.5, 0.4], "missed_share": [0.0, 0.4, 0.6]})
    assert "the same at day 20: 40.0% of those" in two_errors(errors, wording=WORDING)
    assert "do not reach far enough" in two_errors(errors[:2], wording=WORDING)
