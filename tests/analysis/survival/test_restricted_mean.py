import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.survival.lifetimes import build_lifetimes
from portfolio_lab.analysis.survival.restricted_mean import (
    choose_limit,
    choose_reach,
    compare_restricted_means,
    compute_restricted_mean,
)
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize(
    ("group", "limit", "mean", "error"),
    [
        ("miR-137", 10, 9.7941, 0.1232),
        ("control", 10, 9.9767, 0.0232),
        ("miR-137", 60, 25.5882, 2.2022),
        ("control", 60, 54.3036, 0.7674),
    ],
)
def test_published_values(waltons, group, limit, mean, error):
    """survRM2 on the waltons data."""
    found = compute_restricted_mean(waltons[waltons["group"] == group], limit=limit)
    assert found == pytest.approx((mean, error), abs=1e-4)


def test_by_hand(five):
    """Area to 5: 2 × 1 + 2 × 0.8 + 1 × 0.8/3; variance from the areas right of 2 and of 4."""
    mean, error = compute_restricted_mean(five, limit=5)
    assert mean == pytest.approx(3.6 + 0.8 / 3)
    assert error**2 == pytest.approx((1.6 + 0.8 / 3) ** 2 / 20 + (0.8 / 3) ** 2 * 2 / (3 * 1))


def test_without_follow_up_to_the_limit_there_is_no_number(five):
    assert np.isnan(compute_restricted_mean(five, limit=7)[0])
    assert np.isfinite(compute_restricted_mean(five, limit=6)[0])


def test_a_curve_that_reached_zero_may_be_read_beyond():
    gone = build_lifetimes(pd.DataFrame({"duration": [1.0, 3.0], "event_observed": True}))
    assert compute_restricted_mean(gone, limit=10)[0] == pytest.approx(2.0)


def test_error_is_that_of_the_estimate_not_of_the_lifetimes():
    """With nothing censored it is the standard error of a mean (with n, not n - 1)."""
    times = np.random.default_rng(1).exponential(10, 400)
    frame = build_lifetimes(pd.DataFrame({"duration": times, "event_observed": True}))
    mean, error = compute_restricted_mean(frame, limit=1000)
    assert mean == pytest.approx(times.mean())
    assert error == pytest.approx(times.std() / 20, rel=1e-6)


def test_difference_between_groups(waltons):
    control, treated = (waltons[waltons["group"] == name] for name in ("control", "miR-137"))
    found = compare_restricted_means(control, treated, limit=60)
    assert found["difference"] == pytest.approx(28.7154, abs=1e-3)
    assert found["high"] - found["low"] == pytest.approx(2 * 1.959964 * np.hypot(2.2022, 0.7674), abs=1e-3)
    assert found["p"] < 1e-6


def test_one_limit_serves_all_groups(five):
    grouped = five.assign(team=["N", "N", "N", "S", "S"])
    assert choose_limit(grouped, "team", wanted=100) == 4
    assert choose_limit(grouped, wanted=100) == 6
    assert choose_limit(grouped, "team", wanted=3) == 3


def test_a_limit_of_zero_is_refused(five):
    with pytest.raises(AnalysisError, match="positive limit"):
        compute_restricted_mean(five, limit=0)


def test_the_reach_is_where_ten_of_every_group_are_still_followed():
    long, short = np.arange(1.0, 101), np.arange(1.0, 51)
    rows = pd.DataFrame({"duration": [*long, *short], "group": ["a"] * 100 + ["b"] * 50})
    assert choose_reach(rows) == 91
    assert choose_reach(rows, "group") == 41
    assert choose_reach(rows.head(4)) == 1
