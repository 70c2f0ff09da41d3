"""What followed a case, a late answer, a low score, in words."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.service.aftermath import Aftermath
from portfolio_lab.analysis.service.late_answers import LateEffect
from portfolio_lab.reports.sentences.service import afterwards as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
MONTHS = pd.DataFrame(
    {
        "month": [1, 2, 3],
        "n_bought": [60.0, 80.0, 100.0],
        "n_expected": 100.0,
        "ratio": [0.6, 0.8, 1.0],
        "low": [0.5, 0.7, 0.9],
        "high": [0.7, 0.9, 1.1],
    }
)


def effect(ratio, low, high, problem="", stratum=None):
    return LateEffect(40, 900, 6, 50, ratio, low, high, pd.DataFrame(), problem, stratum)


def test_the_months_of_lower_buying_are_counted():
    text = say.aftermath({"claim": Aftermath(50, 3, 12.0, 2, MONTHS)}, wording=WORDING)
    assert text == (
        "After claims customers bought 30% less than like customers for **2 months** (50 cases, each beside like "
        "customers without one; in the first month 50% to 70% of their purchases)."
    )
    assert "at least 3 months" in say.aftermath({"claim": Aftermath(50, 3, 12.0, 3, MONTHS)}, wording=WORDING)


def test_no_fall_and_too_few_cases_are_said():
    assert "No fall in buying can be seen following" in say.aftermath(
        {"claim": Aftermath(50, 0, 9.0, 0, MONTHS)}, wording=WORDING
    )
    few = say.aftermath({"after_sales": Aftermath(29, 0, 9.0, 2, MONTHS)}, wording=WORDING)
    assert few == "After after-sales cases: only 29 cases can be compared, fewer than 30, too few to say anything."
    assert say.aftermath({}, wording=WORDING) == "No case of the history can be followed for half a year."


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (effect(1.8, 1.2, 2.6), "left **1.8 times as fast** (95% interval 1.2 to 2.6), beside 900 answered sooner."),
        (effect(1.8, 1.2, 2.6, stratum="s"), "customers of the same salesperson compared"),
        (effect(1.2, 0.8, 1.9), "A difference to those answered sooner cannot be seen: 1.2 times as fast"),
        (effect(0.5, 0.3, 0.8), "left more slowly: 0.5 times as fast"),
        (effect(np.nan, np.nan, np.nan, "too few late answers"), "cannot be said: too few late answers."),
    ],
)
def test_late_answers(found, words):
    text = say.late_answers(found, late_days=7, wording=WORDING)
    assert words in text and "than 7 days" in text


def test_by_kind_needs_two_kinds():
    one = {"claim": effect(1.8, 1.2, 2.6)}
    assert say.late_by_kind(one, wording=WORDING) == ""
    both = one | {"after_sales": effect(1.0, 0.5, 2.0)}
    assert say.late_by_kind(both, wording=WORDING) == (
        "By kind: claims 1.8 times (1.2 to 2.6); after-sales cases 1.0 times (0.5 to 2.0)."
    )


def scorers(low_left, high_left, n=200):
    from portfolio_lab.analysis.intervals import compute_share_interval

    rows = []
    for group, left in (("low", low_left), ("high", high_left)):
        low, high = compute_share_interval(left, n)
        rows.append({"score_group": group, "n": n, "n_left": left, "left_share": left / n, "low": low, "high": high})
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("found", "end"),
    [
        (scorers(60, 20), "low scorers leave more."),
        (scorers(20, 60), "high scorers leave more."),
        (scorers(20, 22), "chance alone may have made the difference."),
        (scorers(2, 3, n=10), "Too few low and high scorers could be followed to compare them."),
    ],
)
def test_scorers(found, end):
    assert say.scorers(found, days=180, wording=WORDING).endswith(end)
