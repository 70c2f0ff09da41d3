import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.origins import choose_origins, outer_positions, training_positions
from portfolio_lab.errors import AnalysisError


def test_origins_are_true_month_ends_with_a_year_before_and_the_horizon_after():
    origins = choose_origins("2023-01-01", "2026-09-30", horizon_days=90)
    assert origins[0] == pd.Timestamp("2024-07-31")
    assert origins[-1] == pd.Timestamp("2026-06-30")
    assert len(origins) == 24
    assert all(origin.is_month_end for origin in origins)
    assert pd.Timestamp("2026-02-28") in origins


def test_first_origin_waits_for_the_warm_up():
    origins = choose_origins("2024-03-15", "2026-09-30", horizon_days=90, warm_up_days=365)
    assert origins[0] == pd.Timestamp("2025-03-31")


def test_a_short_history_shortens_the_warm_up_so_that_two_origins_lie_a_horizon_apart():
    origins = choose_origins("1997-01-01", "1998-06-30", horizon_days=150)
    assert (origins[-1] - origins[0]).days >= 150
    assert origins[0] > pd.Timestamp("1997-05-31")


def test_too_short_a_history_is_refused():
    with pytest.raises(AnalysisError, match=r"too short to tune .*\(found 272\).*at least 332 days"):
        choose_origins("2026-01-01", "2026-09-30", horizon_days=90)


def test_an_origin_teaches_only_when_its_whole_horizon_had_passed():
    origins = pd.DatetimeIndex(["2026-01-31", "2026-02-28", "2026-05-01", "2026-05-29"])
    assert training_positions(origins, 2, horizon_days=90) == [0]
    assert training_positions(origins, 2, horizon_days=91) == []
    assert training_positions(origins, 3, horizon_days=90) == [0, 1]


def test_the_later_half_of_the_origins_that_can_learn_is_judged():
    origins = pd.date_range("2024-01-31", periods=24, freq="ME")
    outer = outer_positions(origins, horizon_days=90)
    assert outer == list(range(13, 24))
    for test in outer:
        train = training_positions(origins, test, horizon_days=90)
        assert origins[train].max() + pd.Timedelta(days=90) <= origins[test]
