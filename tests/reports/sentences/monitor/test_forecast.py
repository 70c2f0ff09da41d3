"""Sentences on the forecast say how good it was, also where it was no better than none."""

import pandas as pd

from portfolio_lab.analysis.monitor.seasons import SeasonCheck
from portfolio_lab.reports.sentences.monitor import forecast as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def _table(now, ahead):
    rows = [(0, *pair) for pair in now.items()] + [(12, *pair) for pair in ahead.items()]
    return pd.DataFrame(rows, columns=["months_ahead", "stage", "share"])


TABLE = _table({"active": 0.5, "inactive": 0.4, "prospect": 0.1}, {"active": 0.45, "inactive": 0.46, "prospect": 0.09})
ERRORS = pd.DataFrame({"months_ahead": [3, 12, 12], "stage": ["active", "active", "inactive"],
                       "mean_error": [0.5, 0.01, 0.03], "largest_error": [0.6, 0.02, 0.05],
                       "no_change_error": [0.5, 0.05, 0.05], "n_origins": [9, 4, 4]})  # fmt: skip


def test_shares_ahead_and_the_error_of_the_longest_horizon():
    text = say.forecast(TABLE, ERRORS, wording=WORDING)
    first = "If customers go on as in the last six months, **45.0%** will be active in 12 months (50.0% now), "
    assert text.startswith(f"{first}and 46.0% inactive (40.0% now).")
    assert "Tried from 4 earlier month ends" in text
    assert "off by 2.0 percentage points on average over the stages, and at most by 5.0 percentage points" in text
    assert text.endswith("saying that nothing will change was off by 5.0 percentage points.")


def test_a_forecast_that_was_no_better_than_none_says_so():
    worse = say.judged(ERRORS.assign(no_change_error=0.001), wording=WORDING)
    assert worse.endswith("so it was the better guess.")
    equal = say.judged(ERRORS.assign(mean_error=0.0, no_change_error=0.0), wording=WORDING)
    assert equal.endswith("so it was as good a guess.")
    assert "rough guide" in say.judged(ERRORS.head(0), wording=WORDING)


def test_the_season_and_whether_it_is_used():
    used = say.seasons(SeasonCheck({1: 0.1, 2: 0.2, 3: 0.4, 4: 0.3}, True, 0.01, 0.02), wording=WORDING)
    assert "40.0% in Q3 and 10.0% in Q1 bought within a month. The forecast goes by it" in used
    assert "off by 1.0 percentage points in the past and going by the last six months by 2.0" in used
    worse = say.seasons(SeasonCheck({1: 0.1, 3: 0.4}, True, 0.03, 0.02), wording=WORDING)
    assert worse.endswith("by 2.0 percentage points: the latter is shown.")
    none = say.seasons(SeasonCheck({1: 0.2, 3: 0.21}, False), wording=WORDING)
    assert none.endswith("who are buying, between 20.0% (Q1) and 21.0% (Q3) bought within a month.")
    assert say.seasons(SeasonCheck({1: 0.1, 3: 0.4}, True), wording=WORDING).endswith(
        "too short to forecast by season."
    )
    assert "takes a little more than two years" in say.seasons(SeasonCheck({}, None), wording=WORDING)
    by_season = say.forecast(TABLE, ERRORS, by_season=True, wording=WORDING)
    assert by_season.startswith("If customers go on as in the same quarters of the years before, **45.0%**")
    assert "same quarters" in say.caption(by_season=True)


def test_nothing_grows_nothing_is_said_to_grow():
    text = say.forecast(
        _table({"active": 0.5, "inactive": 0.5}, {"active": 0.6, "inactive": 0.4}), ERRORS, wording=WORDING
    )
    assert "(50.0% now). Tried" in text


def test_heads_of_the_table():
    labels, units = say.forecast_labels(pd.DataFrame(columns=["stage", "share_0", "share_3", "error_3"]))
    assert labels == {
        "stage": "Stage",
        "share_0": "Share now",
        "share_3": "Share in 3 months",
        "error_3": "± in 3 months",
    }
    assert units == {"share_0": "share", "share_3": "share", "error_3": "points"}
