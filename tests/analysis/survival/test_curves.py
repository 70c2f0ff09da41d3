import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from portfolio_lab.analysis.survival.curves import (
    build_at_risk_table,
    compute_median,
    fit_curve,
    is_emptied_early,
    mask_thin_risk_sets,
    read_curve,
)
from portfolio_lab.analysis.survival.lifetimes import build_lifetimes
from portfolio_lab.errors import AnalysisError


def test_curve_by_hand(five):
    curve = fit_curve(five).set_index("time")
    assert curve["survival"].to_dict() == pytest.approx({0: 1, 2: 0.8, 3: 0.8, 4: 0.8 / 3, 6: 0.8 / 3})
    assert curve["n_at_risk"].to_dict() == {0: 5, 2: 5, 3: 4, 4: 3, 6: 1}


def test_band_is_the_log_log_band(five):
    """Greenwood at 2: 1 / (5 × 4); on log(-log): ± 1.96 × sqrt(0.05) / |log 0.8|."""
    row = fit_curve(five).set_index("time").loc[2]
    reach = 1.959964 * np.sqrt(0.05) / abs(np.log(0.8))
    assert row["low"] == pytest.approx(0.8 ** np.exp(reach), abs=1e-6)
    assert row["high"] == pytest.approx(0.8 ** np.exp(-reach), abs=1e-6)


def test_late_entry_enlarges_the_risk_set_only_after_it(late):
    curve = fit_curve(late).set_index("time")["survival"]
    assert curve[5] == pytest.approx(2 / 3)
    assert curve[8] == pytest.approx(4 / 9)
    assert curve[12] == pytest.approx(0)


def test_equals_the_library_on_a_published_set(waltons):
    rows = waltons[waltons["group"] == "control"]
    oracle = KaplanMeierFitter().fit(rows["duration"], rows["event_observed"])
    curve = fit_curve(rows).set_index("time")
    assert curve["survival"].to_numpy() == pytest.approx(oracle.survival_function_.to_numpy().ravel())
    inside = (curve["survival"] > 0) & (curve["survival"] < 1)
    band = oracle.confidence_interval_.to_numpy()[inside.to_numpy()]
    assert curve.loc[inside, ["low", "high"]].to_numpy() == pytest.approx(band)


def test_nobody_gives_an_error_in_words():
    empty = build_lifetimes(pd.DataFrame({"duration": [], "event_observed": []}))
    with pytest.raises(AnalysisError, match="nobody to draw a curve for"):
        fit_curve(empty)


def test_median_of_a_published_set(waltons):
    groups = {name: compute_median(rows) for name, rows in waltons.groupby("group")}
    assert groups["miR-137"] == {"median": 26, "median_low": 19, "median_high": 29}
    assert groups["control"] == {"median": 58, "median_low": 56, "median_high": 60}


def test_a_median_that_is_not_reached_is_empty_never_infinite(five):
    early = five.assign(event_observed=[True, False, False, False, False])
    assert np.isnan(compute_median(early)["median"])


def test_curve_is_hidden_below_the_limit_and_shown_at_it(five):
    hidden = mask_thin_risk_sets(fit_curve(five), min_at_risk=4).set_index("time")
    assert hidden.loc[3, "survival"] == pytest.approx(0.8)
    assert hidden.loc[4, ["survival", "low", "high"]].isna().all()


def test_a_curve_once_hidden_stays_hidden_when_late_entries_fill_the_set():
    few = pd.DataFrame({"duration": [10, 20, 30], "event_observed": True, "entry": 0.0})
    many = pd.DataFrame({"duration": np.arange(500, 700), "event_observed": True, "entry": 400.0})
    curve = fit_curve(build_lifetimes(pd.concat([few, many])))
    assert mask_thin_risk_sets(curve)["survival"].isna().all()


def test_a_curve_that_steps_on_three_before_hundreds_enter_is_told():
    few = pd.DataFrame({"duration": [10, 20, 30], "event_observed": True, "entry": 0.0})
    many = pd.DataFrame({"duration": np.arange(500, 700), "event_observed": True, "entry": 400.0})
    assert is_emptied_early(build_lifetimes(pd.concat([few, many])))
    assert not is_emptied_early(build_lifetimes(many.assign(entry=0.0)))


def test_reading_between_steps_and_beyond_the_last_time(five):
    read = read_curve(fit_curve(five), [1, 2, 3.5, 6, 7])["survival"]
    assert read[:4].tolist() == pytest.approx([1, 0.8, 0.8, 0.8 / 3])
    assert np.isnan(read[4])


def test_at_risk_table_counts_by_group(five):
    table = build_at_risk_table(five.assign(team=["N", "N", "S", "S", "S"]), "team", times=[0, 3, 5])
    assert table.loc["N"].tolist() == [2, 1, 0]
    assert table.loc["S"].tolist() == [3, 3, 1]
