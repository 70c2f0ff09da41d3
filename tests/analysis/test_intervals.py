import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.intervals import compute_clustered_mean, compute_share_interval, resample_ratio
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize(
    ("n_met", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_shares_have_the_limits_that_newcombe_printed(n_met, n, low, high):
    """Newcombe (1998), table I, Wilson's score method without continuity correction."""
    assert compute_share_interval(n_met, n) == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_all_ends_at_one_and_of_nothing_is_unknown():
    assert compute_share_interval(20, 20)[1] == 1.0
    assert np.isnan(compute_share_interval(0, 0)).all()
    with pytest.raises(AnalysisError, match="more cases met"):
        compute_share_interval(3, 2)


def test_answers_of_one_customer_do_not_count_twice():
    """Each answer doubled: the mean stays and so do the limits; as single answers they would be narrower."""
    values, who = pd.Series([1.0, 2.0, 4.0, 9.0]), pd.Series(list("abcd"))
    once = compute_clustered_mean(values, who)
    twice = compute_clustered_mean(pd.concat([values, values]), pd.concat([who, who]))
    assert (twice["mean"], twice["low"], twice["high"]) == pytest.approx((once["mean"], once["low"], once["high"]))
    assert (once["n"], twice["n"], twice["n_clusters"]) == (4, 8, 4)
    # by hand: sd 3.559, error 3.559 / 2
    assert once["high"] - once["mean"] == pytest.approx(1.959964 * 3.5590 / 2, abs=1e-3)


def test_a_mean_of_one_customer_has_no_limits_and_empty_answers_are_left_out():
    alone = compute_clustered_mean(pd.Series([3.0, 5.0, np.nan]), pd.Series(["a", "a", "b"]))
    assert (alone["n"], alone["mean"]) == (2, 4.0)
    assert np.isnan(alone["low"])
    assert compute_clustered_mean(pd.Series([np.nan]), pd.Series(["a"]))["n"] == 0


def test_the_interval_of_a_ratio_covers_the_truth():
    """Counts with ratio 0.7: 95 of 100 intervals should hold it; 87 is far in the tail of the binomial."""
    generator, inside = np.random.default_rng(4), 0
    for seed in range(100):
        below = pd.DataFrame({"a": generator.gamma(2, 1, 200)})
        above = pd.DataFrame({"a": 0.7 * below["a"] * generator.gamma(4, 0.25, 200)})
        low, high = resample_ratio(above, below, n_bootstrap=200, seed=seed)
        inside += bool(low[0] <= 0.7 <= high[0])
    assert inside >= 87


def test_the_same_seed_gives_the_same_limits():
    frame = pd.DataFrame({"a": np.arange(1.0, 40.0), "b": np.arange(40.0, 1.0, -1)})
    first, again = (resample_ratio(frame, frame + 1, n_bootstrap=50, seed=3) for _ in range(2))
    assert np.array_equal(first, again)
    assert (first[0] < 1).all()
