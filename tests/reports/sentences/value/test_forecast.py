"""Sentences of the value report: what they say, and that they stay true at the edges."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.reports.sentences import value as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.value_page import Forecast

WORDS = Wording("en_GB", "EUR", "margin")
SINCE = dt.date(2026, 6, 30)
ERROR = pd.DataFrame(
    {
        "measure": ["purchases", "amount", "purchases at own rate"],
        "expected": [98.0, 880.0, 120.0],
        "actual": [100.0, 1000.0, 100.0],
        "error_rate": [-0.02, -0.12, 0.2],
        "low": [-0.06, -0.2, 0.1],
        "high": [0.02, -0.04, 0.3],
    }
)
NEXT = pd.DataFrame({"period_purchases": [10.0, 5.0], "period_amount": [100.0, 76.0]})
AHEAD = Forecast("Q4 2026", 92, NEXT, SINCE, error=ERROR)


def test_the_forecast_carries_the_error_of_the_last_one():
    text = say.forecast(AHEAD, measure="margin", wording=WORDS)
    assert "For Q4 2026 the customers of today are expected to buy on 15 purchase days and to bring €176" in text
    assert "off by as much as 20.0%; if this one misses by no more, margin will lie between €147 and €220." in text
    none = Forecast("Q4 2026", 92, NEXT, SINCE, problem="too few customers")
    assert say.forecast(none, measure="margin", wording=WORDS).endswith("is not known: too few customers.")


def test_a_large_miss_is_said_and_what_to_do():
    text = say.holdout(AHEAD, measure="margin", wording=WORDS)
    assert "2.0% too low (between −6.0% and +2.0%) for purchase days" in text
    assert "off by 20.0%, so the model earns its keep" in text
    assert "plan with the range" in text
    close = Forecast("Q4 2026", 92, NEXT, SINCE, error=ERROR.assign(error_rate=[-0.02, 0.05, 0.01]))
    text = say.holdout(close, measure="margin", wording=WORDS)
    assert "plan with the range" not in text and "did no better" in text and "5.0% too high" in text


def test_conditional_expectation_names_the_groups_that_miss():
    table = pd.DataFrame({"n_repeats": [0, 1, 7], "expected_purchases": [1.0, 1.0, 9.0], "low": [0.5, 1.1, 1.0],
                          "high": [1.5, 2.0, 2.0]})  # fmt: skip
    text = say.conditional(table, wording=WORDS)
    assert "with 1 and 7 or more repeat purchases until then; it fits the other 1 group" in text
    assert "alike" in say.conditional(table.head(1), wording=WORDS)


def test_fit_in_words():
    counts = pd.DataFrame({"actual": [60, 40], "expected": [50.0, 50.0]})
    assert "puts 10.0% of the customers" in say.repeat_counts(counts, wording=WORDS)
    track = pd.DataFrame({"actual_total": [100.0], "expected_total": [90.0]})
    assert "makes it 10.0% fewer" in say.tracking(track, wording=WORDS)
    assert "no repeat purchase yet" in say.tracking(track.assign(actual_total=0.0), wording=WORDS)


@pytest.mark.parametrize(
    ("found", "words"),
    [({"k": np.nan, "is_regular": False}, "Too few"), ({"k": 0.9, "is_regular": False}, "irregular intervals"),
     ({"k": 2.0, "is_regular": True}, "more regularly than chance")],
)  # fmt: skip
def test_regularity(found, words):
    assert words in say.regularity(found, wording=WORDS)


def test_seasons_name_only_months_that_clearly_stand_out():
    months = pd.DataFrame({"month_of_year": [7, 8, 9], "index": [1.14, 0.8, 1.2], "low": [1.1, 0.75, 0.9],
                           "high": [1.2, 0.86, 1.5], "n_years": [2, 2, 1]})  # fmt: skip
    text = say.seasonality(months, wording=WORDS)
    assert "July (+14%) and August (−20%)" in text and "September" not in text
    assert "fewer than 24 whole months" in say.seasonality(months.head(0), wording=WORDS)
    assert "No month" in say.seasonality(months.tail(1), wording=WORDS)


def test_spend_that_moves_with_frequency_is_a_warning():
    found = {"correlation": 0.3, "low": 0.25, "high": 0.35, "is_correlated": True}
    assert "**Frequent customers bring more margin" in say.spend(found, measure="margin", wording=WORDS)
    fine = say.spend(found | {"is_correlated": False}, measure="margin", wording=WORDS)
    assert "as the model assumes" in fine and "their link is 0.30, 0.25 to 0.35, on a scale from −1 to 1" in fine
    assert "Too few" in say.spend(found | {"correlation": np.nan}, measure="margin", wording=WORDS)
