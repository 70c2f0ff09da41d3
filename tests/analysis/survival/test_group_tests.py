import numpy as np
import pandas as pd
import pytest
from lifelines.statistics import multivariate_logrank_test

from portfolio_lab.analysis.survival.group_tests import (
    adjust_by_holm,
    compare_pairs,
    compute_log_rank,
    do_curves_cross,
)
from portfolio_lab.analysis.survival.lifetimes import build_lifetimes
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize("late_weight", [0.0, 1.0])
def test_equals_the_library_without_late_entry(rossi, late_weight):
    rows = rossi.assign(band=pd.cut(rossi["prio"], [-1, 1, 3, 99], labels=["a", "b", "c"]).astype(str))
    options = {"weightings": "fleming-harrington", "p": 0, "q": 1} if late_weight else {}
    oracle = multivariate_logrank_test(rows["duration"], rows["band"], rows["event_observed"], **options)
    found = compute_log_rank(rows, "band", late_weight=late_weight)
    assert found["chi2"] == pytest.approx(oracle.test_statistic, rel=1e-8)
    assert found["p"] == pytest.approx(oracle.p_value, rel=1e-8)
    assert found["df"] == 2


@pytest.mark.parametrize(("seed", "n_groups"), [(0, 2), (1, 2), (1, 4), (3, 4)])
def test_rounding_in_a_large_table_is_not_taken_for_spread(seed, n_groups):
    """The covariance of k groups has rank k - 1; with thousands of ties the k-th root is rounding, and no spread."""
    rng = np.random.default_rng(seed)
    shares = [0.9, *[0.1 / (n_groups - 1)] * (n_groups - 1)]
    group = rng.choice(n_groups, 30_000, p=shares)
    life, seen = np.ceil(rng.exponential(300 * (1 + 0.15 * group))), rng.integers(60, 500, 30_000)
    rows = pd.DataFrame({"duration": np.minimum(life, seen), "event_observed": life <= seen, "entry": 0.0})
    rows.loc[rng.random(30_000) < 0.5, "duration"] = 120.0
    rows["group"] = group
    theirs = multivariate_logrank_test(rows["duration"], rows["group"], rows["event_observed"])
    assert compute_log_rank(rows, "group")["chi2"] == pytest.approx(theirs.test_statistic, rel=1e-9)


def test_late_entry_by_hand():
    """At 5 two of A and none of B are at risk, at 8 one each, at 9 one of B: only 8 compares."""
    frame = pd.DataFrame(
        {
            "duration": [5, 8, 9],
            "event_observed": True,
            "entry": [0, 0, 6],
            "team": ["A", "A", "B"],
        }
    )
    found = compute_log_rank(build_lifetimes(frame), "team")
    assert found["chi2"] == pytest.approx((1 - 0.5) ** 2 / 0.25)


def test_splitting_a_stay_in_two_rows_changes_nothing(rossi):
    whole = compute_log_rank(rossi, "fin")
    first = rossi.assign(
        event_observed=rossi["event_observed"] & (rossi["duration"] <= 20), duration=rossi["duration"].clip(upper=20)
    )
    second = rossi[rossi["duration"] > 20].assign(entry=20.0)
    assert compute_log_rank(pd.concat([first, second]), "fin") == pytest.approx(whole)


def test_false_alarms_with_late_entry():
    """120 draws without a difference, everybody entering late: 5 % alarms, 3 standard errors either way."""
    rng = np.random.default_rng(4)
    alarms = 0
    for _ in range(120):
        time, entry = rng.exponential(100, 300), rng.uniform(0, 60, 300)
        frame = pd.DataFrame(
            {"duration": time, "entry": entry, "event_observed": True, "team": rng.integers(0, 2, 300)}
        )
        alarms += compute_log_rank(build_lifetimes(frame[time > entry]), "team")["p"] < 0.05
    assert alarms <= 13


def test_one_group_or_no_event_is_refused(five):
    with pytest.raises(AnalysisError, match="team has fewer than two groups"):
        compute_log_rank(five.assign(team="N"), "team")
    with pytest.raises(AnalysisError, match="no event in any group"):
        compute_log_rank(five.assign(team=list("NNSSS"), event_observed=False), "team")


def test_holm_by_hand():
    assert adjust_by_holm(np.array([0.04, 0.01, 0.03])).tolist() == pytest.approx([0.06, 0.03, 0.06])
    assert adjust_by_holm(np.array([0.9, 0.8])).tolist() == [1.0, 1.0]


def test_pairs_carry_a_difference_in_the_unit_of_duration(waltons):
    table = compare_pairs(waltons, "group", limit=60)
    assert table[["group_1", "group_2"]].values.tolist() == [["control", "miR-137"]]
    assert table.loc[0, "difference"] == pytest.approx(28.7154, abs=1e-3)
    assert table.loc[0, "p_holm"] == table.loc[0, "p"]
    assert table.loc[0, "limit"] == 60


def _crossing(n=4000):
    """A loses many early and few late, B the other way round."""
    rng = np.random.default_rng(2)
    a, b = 100 * rng.weibull(0.6, n), 100 * rng.weibull(2.5, n)
    frame = pd.DataFrame({"duration": np.r_[a, b].clip(max=200), "team": ["A"] * n + ["B"] * n})
    return build_lifetimes(frame.assign(event_observed=frame["duration"] < 200))


def test_crossing_curves_are_told_and_seen_by_the_late_test(waltons):
    rows = _crossing()
    assert do_curves_cross(rows, "team")
    assert not do_curves_cross(waltons, "group")
    assert compare_pairs(rows, "team", limit=200).loc[0, "p_late"] < 1e-6


def test_a_pair_without_events_is_left_out(five):
    rows = pd.concat(
        [
            five.assign(team="N"),
            five.assign(team="S", event_observed=False),
            five.assign(team="T", event_observed=False),
        ]
    )
    pairs = compare_pairs(rows, "team", limit=6)[["group_1", "group_2"]].values.tolist()
    assert pairs == [["N", "S"], ["N", "T"]]
