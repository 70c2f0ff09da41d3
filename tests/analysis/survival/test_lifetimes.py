import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.survival.lifetimes import build_lifetimes, count_risk_sets
from portfolio_lab.errors import AnalysisError


def test_missing_entry_means_from_the_beginning():
    frame = pd.DataFrame({"duration": [3, 0], "event_observed": [1, 0], "team": ["N", "S"]})
    found = build_lifetimes(frame)
    assert found["entry"].tolist() == [0.0, 0.0]
    assert found["event_observed"].dtype == bool
    assert found["team"].tolist() == ["N", "S"]
    assert "entry" not in frame


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("duration", np.nan, "a duration is missing, negative or infinite, first in row 1"),
        ("duration", -1.0, "a duration is missing"),
        ("duration", np.inf, "a duration is missing"),
        ("event_observed", None, "event_observed is missing"),
        ("entry", -2.0, "an entry is negative"),
        ("entry", 4.0, "leaves before entering"),
    ],
)
def test_unusable_rows_are_refused_by_name(column, value, words):
    frame = pd.DataFrame({"duration": [3.0, 4.0], "event_observed": [True, False], "entry": [0.0, 0.0]}).astype(object)
    frame.loc[1, column] = value
    with pytest.raises(AnalysisError, match=words):
        build_lifetimes(frame)


def test_risk_sets_by_hand(five):
    assert count_risk_sets(five).to_dict("list") == {"time": [2, 4], "n_at_risk": [5, 3], "n_events": [1, 2]}


def test_who_enters_at_an_event_time_is_not_at_risk_there(late):
    assert count_risk_sets(late)["n_at_risk"].tolist() == [3, 3, 3, 2, 1]


def test_an_event_at_zero_counts_among_those_watched_from_the_start():
    frame = build_lifetimes(pd.DataFrame({"duration": [0, 0, 5, 7], "event_observed": [True, False, True, False]}))
    assert count_risk_sets(frame)["n_at_risk"].tolist() == [4, 2]
