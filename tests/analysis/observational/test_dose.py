import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.dose import assert_known_by, fit_dose_curve
from portfolio_lab.errors import AnalysisError


@pytest.fixture(scope="module")
def idle():
    rng = np.random.default_rng(2)
    customers, contacts = sim.contacts_until_the_order(rng)
    customers["x"] = rng.normal(size=len(customers))
    rows = sim.count_dose(customers, contacts, landmark_days=28.0)
    return rows.assign(outcome=np.isfinite(rows["order_day"]).astype(float))


def test_contacts_that_do_nothing_give_a_flat_curve(idle):
    curve = fit_dose_curve(idle, outcome="outcome", covariates=("x",))
    assert curve.levels["dose"].tolist() == [0, 1, 2, 3]
    assert np.ptp(curve.levels["mean"]) <= 0.03
    assert curve.levels["n"].sum() == len(idle)
    assert ((curve.levels["low"] < 0.352) & (curve.levels["high"] > 0.352)).sum() >= 3


def test_with_a_cost_none_is_best_when_contacts_do_nothing(idle):
    curve = fit_dose_curve(idle, outcome="outcome", covariates=("x",), cost_amount=5.0, margin_amount=100.0)
    assert curve.best == 0 and curve.as_good[0] == 0 and 3 not in curve.as_good


def test_a_curve_that_saturates_is_found():
    rng = np.random.default_rng(3)
    n = 12_000
    x = rng.normal(size=n)
    dose = np.clip(rng.poisson(np.exp(0.5 * x)), 0, 3)
    p = 0.25 + 0.05 * x.clip(-2, 2) + np.array([0, 0.10, 0.16, 0.16])[dose]
    rows = pd.DataFrame({"customer_id": np.arange(n), "dose": dose, "x": x, "outcome": (rng.random(n) < p) * 1.0})
    curve = fit_dose_curve(rows, outcome="outcome", covariates=("x",), cost_amount=3.0, margin_amount=100.0)
    np.testing.assert_allclose(curve.levels["mean"], [0.25, 0.35, 0.41, 0.41], atol=0.035)
    assert curve.best == 2 and 0 not in curve.as_good


def test_doses_of_few_join_the_one_below(idle):
    few = pd.concat([idle[idle["dose"] < 2].head(3000), idle[idle["dose"] == 3].head(29)])
    assert fit_dose_curve(few, outcome="outcome", covariates=("x",)).levels["dose"].tolist() == [0, 1]
    one = idle[idle["dose"] == 0]
    with pytest.raises(AnalysisError, match="only one dose"):
        fit_dose_curve(one, outcome="outcome", covariates=("x",))


def test_what_happened_after_the_window_is_refused():
    dates = pd.Series(pd.to_datetime(["2026-01-01", "2026-01-31"]))
    assert_known_by(dates, pd.Timestamp("2026-01-31"), what="a contact")
    with pytest.raises(AnalysisError, match="a contact lies after the contact window"):
        assert_known_by(dates, pd.Timestamp("2026-01-30"), what="a contact")
