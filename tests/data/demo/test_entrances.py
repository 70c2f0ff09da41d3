import json

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.data.demo import entrances
from portfolio_lab.data.demo.entrances import draw_durations, draw_experiment, draw_valuations, write_entrances
from portfolio_lab.data.schema import CONTRACTS


def test_each_entrance_is_a_source_of_its_own_with_its_truth_outside(tmp_path):
    rows = write_entrances(tmp_path / "e")
    assert set(rows) == {"valuations", "durations", "experiment"}
    for folder, table in (("returns", "valuations"), ("subscriptions", "durations"), ("email_test", "experiment")):
        assert [path.name for path in (tmp_path / "e" / folder).iterdir()] == [f"{table}.csv"]
        assert len(pd.read_csv(tmp_path / "e" / folder / f"{table}.csv")) == rows[table]
    assert set(json.loads((tmp_path / "e_truth/truth.json").read_text())) == {"returns", "subscriptions", "email_test"}


def test_tables_keep_their_contract():
    for table, frame in (
        ("valuations", draw_valuations(1)[0]),
        ("durations", draw_durations(1)),
        ("experiment", draw_experiment(1)),
    ):
        CONTRACTS[table].validate(frame, lazy=True)


def test_returns_follow_from_values_flows_and_income():
    frame, truth = draw_valuations(1)
    for portfolio, rows in frame.groupby("portfolio_id"):
        after = (rows["nav_before"] + rows["cash_flow"]).shift()
        growth = ((rows["nav_before"] + rows["income"]) / after).dropna()
        assert growth.prod() - 1 == pytest.approx(truth[portfolio], abs=1e-5)


def test_monthly_contracts_end_at_the_planted_ratio():
    frame = draw_durations(3)
    k = entrances.WEIBULL_SHAPE
    exposure = (frame["duration"] ** k - frame["entry"] ** k).groupby(frame["contract"]).sum()
    events = frame["event_observed"].groupby(frame["contract"]).sum()
    ratio = events["monthly"] / exposure["monthly"] / (events["yearly"] / exposure["yearly"])
    error = np.sqrt((1 / events).sum())
    assert abs(np.log(ratio / entrances.MONTHLY_CONTRACT_HAZARD_RATIO)) < 3 * error
    assert (frame["duration"] > frame["entry"]).all()


def test_arms_visit_at_their_planted_rates():
    frame = draw_experiment(2)
    old = frame[~frame["newcomer"]]
    for arm, planted in entrances.VISIT_RATES.items():
        visits = old.loc[old["arm"] == arm, "visit"]
        assert abs(visits.mean() - planted) < 3.5 * np.sqrt(planted * (1 - planted) / len(visits))
    assert (frame.loc[frame["visit"] == 0, "spend"] == 0).all()
