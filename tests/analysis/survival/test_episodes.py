import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.episodes import build_episodes, derive_period_effects, split_at

COLUMNS = ["customer_id", "entry", "duration", "event_observed"]


def _stays():
    return pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "entry": [0.0, 15.0, 0.0],
            "duration": [25.0, 30.0, 10.0],
            "event_observed": [True, False, True],
            "x": [1.0, 2.0, 3.0],
        }
    )


def test_split_by_hand():
    found = split_at(_stays(), (10, 20))
    assert found[[*COLUMNS, "period"]].values.tolist() == [
        ["a", 0.0, 10.0, False, 0],
        ["a", 10.0, 20.0, False, 1],
        ["a", 20.0, 25.0, True, 2],
        ["b", 15.0, 20.0, False, 1],
        ["b", 20.0, 30.0, False, 2],
        ["c", 0.0, 10.0, True, 0],
    ]


def test_a_stay_of_no_length_stays_in_the_first_period():
    found = split_at(_stays().assign(entry=0.0, duration=0.0), (10,))
    assert len(found) == 3
    assert found["event_observed"].tolist() == [True, False, True]


def test_effects_by_period_hold_the_value_within_and_zero_elsewhere():
    rows, names = derive_period_effects(_stays(), ["x"], cuts=(20,))
    assert names == ("x [0, 20)", "x from 20")
    assert rows["x [0, 20)"].tolist() == [1, 0, 2, 0, 3]
    assert rows["x from 20"].tolist() == [0, 1, 0, 2, 0]


def _spells():
    return pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "start_date": pd.to_datetime(["2024-01-01", "2024-01-11"]),
            "duration_days": [100.0, 50.0],
            "entry_days": [0.0, 20.0],
            "event_observed": [True, False],
            "is_start_known": True,
        }
    )


def test_episodes_by_hand():
    changes = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "b"],
            "valid_from": pd.to_datetime(["2023-12-01", "2024-01-31", "2024-06-01", "2024-01-01", "2024-01-21"]),
            "team": ["N", "S", "N", "N", "S"],
        }
    )
    found = build_episodes(_spells(), changes)
    assert found[[*COLUMNS, "team"]].values.tolist() == [
        ["a", 0.0, 30.0, False, "N"],
        ["a", 30.0, 100.0, True, "S"],
        ["b", 20.0, 50.0, False, "S"],
    ]
    assert found["episode_start_date"].iloc[1] == pd.Timestamp("2024-01-31")


def test_a_change_on_the_last_day_explains_nothing():
    changes = pd.DataFrame({"customer_id": ["a"], "valid_from": pd.to_datetime(["2024-04-10"]), "team": ["S"]})
    found = build_episodes(_spells(), changes)
    assert found["team"].isna().all()
    assert found["duration"].tolist() == [100.0, 50.0]


def test_a_change_on_the_day_of_the_start_counts_from_the_start():
    changes = pd.DataFrame({"customer_id": ["a"], "valid_from": pd.to_datetime(["2024-01-01"]), "team": ["S"]})
    found = build_episodes(_spells(), changes)
    assert found.loc[0, "team"] == "S"
    assert np.isclose(found.loc[0, "entry"], 0)
