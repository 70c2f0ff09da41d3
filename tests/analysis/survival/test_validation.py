import numpy as np
import pandas as pd
import pytest
from simulators.survival import TERMS, ties

from portfolio_lab.analysis.survival.conditional import compute_risks
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox
from portfolio_lab.analysis.survival.lifetimes import build_lifetimes
from portfolio_lab.analysis.survival.validation import (
    compute_calibration,
    compute_calibration_error,
    compute_concordance,
)
from portfolio_lab.errors import AnalysisError


def test_concordance_by_hand():
    """Comparable pairs: (1,2) (1,3) (2,3); the risk orders the first two rightly and the last wrongly."""
    rows = build_lifetimes(pd.DataFrame({"duration": [1, 2, 3], "event_observed": [True, True, False]}))
    assert compute_concordance(rows, np.array([3.0, 1.0, 2.0])) == pytest.approx(2 / 3)
    with pytest.raises(AnalysisError, match="concordance needs events"):
        compute_concordance(rows.assign(event_observed=False), np.zeros(3))
    with pytest.raises(AnalysisError, match="landmark rows"):
        compute_concordance(rows.assign(entry=0.5), np.zeros(3))


def test_calibration_by_hand():
    rows = build_lifetimes(
        pd.DataFrame({"duration": [5, 5, 5, 5], "event_observed": [False, False, True, False], "entry": 0.0})
    )
    found = compute_calibration(rows, np.array([0.2, 0.1, 0.9, 0.6]), horizon=5, n_groups=2)
    assert found["predicted"].tolist() == pytest.approx([0.15, 0.75])
    assert found["observed"].tolist() == pytest.approx([0.0, 0.5])
    assert compute_calibration_error(found) == pytest.approx((0.15 + 0.25) / 2)


def test_more_groups_than_rows_are_not_made():
    rows = build_lifetimes(pd.DataFrame({"duration": [5, 5], "event_observed": [False, True]}))
    assert len(compute_calibration(rows, np.array([0.2, 0.1]), horizon=5)) == 2


def predicted_and_later(seed, *, factor, n=6000):
    """A model fitted on one draw and applied to another; ``factor`` scales its coefficients."""
    model = fit_cox(ties(np.random.default_rng(seed), n=n), CoxDesign(TERMS))
    later = ties(np.random.default_rng(seed + 1000), n=n).assign(age=0.0)
    shrunk = later.assign(**{term: model.means[term] + factor * (later[term] - model.means[term]) for term in TERMS})
    return compute_calibration(later, compute_risks(model, shrunk, horizons=(365,))["p_365"], horizon=365)


def test_right_model_is_calibrated_on_new_customers_and_a_halved_one_is_flagged():
    """Halved coefficients order customers just as well; only calibration sees them."""
    right, halved = predicted_and_later(1, factor=1.0), predicted_and_later(1, factor=0.5)
    assert compute_calibration_error(right) <= 0.025
    assert (right["predicted"] - right["observed"]).abs().max() <= 0.06
    assert compute_calibration_error(halved) > 0.05
