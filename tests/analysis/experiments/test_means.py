"""Means compared."""

import causaldata
import numpy as np
import pytest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from portfolio_lab.analysis.experiments.means import compare_means, examine_tails
from portfolio_lab.errors import AnalysisError


def test_welch_is_that_of_statsmodels():
    rng = np.random.default_rng(0)
    treated, control = rng.lognormal(3, 1, 80), rng.lognormal(2.8, 1.4, 50)
    estimate = compare_means(treated, control)
    pair = CompareMeans(DescrStatsW(treated), DescrStatsW(control))
    assert (estimate.low, estimate.high) == pytest.approx(pair.tconfint_diff(usevar="unequal"))
    assert estimate.effect == pytest.approx(treated.mean() - control.mean())


def test_the_experiment_of_the_supported_work_programme():
    """LaLonde's men: 1,794 dollars more, Welch error 671 (Dehejia and Wahba, 1999)."""
    men = causaldata.nsw_mixtape.load_pandas().data
    earned = men["re78"].to_numpy(float)
    estimate = compare_means(earned[men["treat"] == 1], earned[men["treat"] == 0])
    assert estimate.effect == pytest.approx(1794.34, abs=0.01)
    assert estimate.se == pytest.approx(671.00, abs=0.01)


def test_one_whale_is_capped_and_named():
    treated, control = np.r_[np.full(499, 10.0), 100_000.0], np.full(500, 10.0)
    tails = examine_tails(treated, control)
    assert tails.winsorised.effect < 1.0
    assert tails.top_share == pytest.approx(1.0)


def test_no_difference_has_no_share_of_the_top():
    same = np.arange(100.0)
    assert examine_tails(same, same).top_share == 0.0


@pytest.mark.parametrize("treated", [[1.0], [1.0, np.nan], []])
def test_too_few_or_no_numbers_are_refused(treated):
    with pytest.raises(AnalysisError, match="cannot be compared"):
        compare_means(np.array(treated), np.array([1.0, 2.0]))
