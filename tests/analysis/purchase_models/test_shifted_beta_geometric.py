import numpy as np
import pandas as pd
import pytest
from scipy.special import hyp2f1

from portfolio_lab.analysis.purchase_models.shifted_beta_geometric import (
    RetentionModel,
    build_renewal_counts,
    compute_residual_renewals,
    compute_survival,
    fit_shifted_beta_geometric,
)
from portfolio_lab.errors import AnalysisError

REGULAR = np.array([1000, 631, 468, 382, 326, 289, 262, 241], float)
HIGH_END = np.array([1000, 869, 743, 653, 593, 551, 517, 491], float)


def _counts(survivors):
    return build_renewal_counts(pd.DataFrame({"renewal": range(len(survivors)), "n_customers": survivors}))


def test_the_published_cohort_gives_the_published_estimates():
    model = fit_shifted_beta_geometric(_counts(REGULAR))
    assert (model.a, model.b) == pytest.approx((0.70408, 1.18204), abs=2e-5)
    assert model.log_likelihood == pytest.approx(-1680.265, abs=1e-3)
    assert (np.diag(model.covariance) > 0).all()


def test_survival_is_the_product_of_the_retention_rates():
    model = RetentionModel(0.7, 1.2)
    rates = [(1.2 + k) / (0.7 + 1.2 + k) for k in range(5)]
    assert compute_survival(model, n_renewals=5) == pytest.approx(np.cumprod([1.0, *rates]))


@pytest.mark.parametrize("n_renewed", [0, 1, 4, 30])
def test_residual_renewals_equal_the_published_form(n_renewed):
    model = RetentionModel(0.668, 3.806)
    stays = model.b + n_renewed
    published = stays / (model.a + stays) * hyp2f1(1, stays + 1, model.a + stays + 1, 1 / 1.1)
    ours = compute_residual_renewals(model, n_renewed=np.array([n_renewed]), discount_rate=0.1, horizon=None)
    assert ours[0] == pytest.approx(published, rel=1e-9)


def test_constant_retention_undervalues_those_who_stayed_by_a_third():
    model = fit_shifted_beta_geometric(_counts(HIGH_END))
    ours = compute_residual_renewals(model, n_renewed=np.array([7]), discount_rate=0.1, horizon=None)[0]
    constant = 0.491 ** (1 / 7)
    assert ours == pytest.approx(7.53, abs=5e-3)
    assert constant * 1.1 / (1.1 - constant) == pytest.approx(5.05, abs=5e-3)


def test_a_horizon_cuts_the_sum_and_grows_towards_the_whole():
    model = RetentionModel(0.7, 1.2)
    one = compute_residual_renewals(model, n_renewed=np.array([0]), discount_rate=0.1, horizon=1)[0]
    assert one == pytest.approx(1.2 / 1.9)
    cut = [
        compute_residual_renewals(model, n_renewed=np.array([0]), discount_rate=0.1, horizon=h)[0] for h in (2, 5, 400)
    ]
    whole = compute_residual_renewals(model, n_renewed=np.array([0]), discount_rate=0.1, horizon=None)[0]
    assert one < cut[0] < cut[1] < cut[2] == pytest.approx(whole, rel=1e-6)


def test_what_has_no_answer_is_refused():
    with pytest.raises(AnalysisError, match="never rise"):
        _counts([100, 90, 95])
    with pytest.raises(AnalysisError, match="some customers lost, some kept"):
        fit_shifted_beta_geometric(_counts([100, 100, 100]))
    with pytest.raises(AnalysisError, match="do not differ"):
        fit_shifted_beta_geometric(_counts([1e6, 8e5, 6.4e5, 5.12e5, 4.096e5]))
    for rate, horizon, message in ((-1.0, None, "above -1"), (0.1, 0, "one renewal"), (0.0, None, "infinitely")):
        with pytest.raises(AnalysisError, match=message):
            compute_residual_renewals(RetentionModel(1, 1), n_renewed=np.zeros(1), discount_rate=rate, horizon=horizon)
