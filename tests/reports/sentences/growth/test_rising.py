"""Customers that rise, in words."""

import datetime as dt

import numpy as np
import pytest

from portfolio_lab.analysis.likely_a import LikelyTrial
from portfolio_lab.reports.sentences.growth import rising as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def trial(n_named):
    return LikelyTrial(dt.date(2025, 9, 30), 900, 60, n_named, 15, 15 / 21, 0.5, 0.86, 0.48, 14.0)


def test_likely():
    shown = {"likely_share": 0.5, "wording": WORDING}
    assert say.likely(24, 1370, problem="", **shown) == (
        "24 customers of the 1,370 in B and C have a chance of at least 50% to be in A a year on."
    )
    assert say.likely(1, 10, problem="", **shown).startswith("1 customer of the 10 in B and C has a chance")
    assert say.likely(0, 10, problem="", **shown).startswith("None of the 10 customers")
    assert say.likely(0, 0, problem="too short", **shown) == "Who will rise to A cannot be said: too short."


def test_likely_trial():
    assert say.likely_trial(trial(21), wording=WORDING) == (
        "A year ago the same forecast named 21 customers, of whom 15 are in A now: 71% (95% interval 50% to 86%). "
        "Naming as many of those nearest to A would have been right for 48%."
    )
    assert say.likely_trial(trial(0), wording=WORDING).endswith("60 customers rose to A.")
    assert say.likely_trial(None, wording=WORDING) == ""


@pytest.mark.parametrize(
    ("low", "high", "end"),
    [(1.1, 2.0, "they start better."), (0.5, 0.9, "they start worse."), (0.8, 1.2, "no difference can be told.")],
)
def test_ages(low, high, end):
    found = {"age": 6, "n_new": 119, "n_older": 525, "value": 0.96, "low": low, "high": high}
    text = say.ages(found, wording=WORDING)
    assert text.startswith("6 months after the first order, customers won in the last twelve months (119 of that age)")
    assert text.endswith(end)
    assert say.ages(found | {"value": np.nan}, wording=WORDING).startswith("Too few customers are known to be new")
