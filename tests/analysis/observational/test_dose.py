import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational import dose
from portfolio_lab.analysis.observational.dose import _score, assert_known_by, fit_dose_curve
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


def chosen_by_size(seed, n=4_000, steepness=2.5):
    """Customers of whom the large ones are contacted; a contact changes nothing, and orders grow steeply with size."""
    rng = np.random.default_rng(seed)
    size = rng.standard_t(4, size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(4.0 - steepness * size))
    outcome = rng.poisson(np.exp(size.clip(-3, 2))) * 1.0
    return pd.DataFrame({"customer_id": np.arange(n), "dose": treated * 1, "size": size, "outcome": outcome})


def test_customers_whom_nobody_with_the_dose_is_like_are_left_out_and_nothing_is_found():
    curves = [fit_dose_curve(chosen_by_size(seed), outcome="outcome", covariates=("size",)) for seed in range(20)]
    assert min(curve.n_left_out for curve in curves) > 500
    assert sum(0 not in curve.as_good for curve in curves) <= 3
    apart = [np.diff(curve.levels["mean"])[0] for curve in curves]
    assert abs(np.mean(apart)) < 2.5 * np.std(apart) / np.sqrt(20)


def test_a_dose_whose_customers_stand_apart_even_once_weighted_is_no_dose_to_be_compared():
    rng = np.random.default_rng(6)
    size = rng.normal(size=2_000)
    frame = pd.DataFrame({"customer_id": np.arange(2_000), "size": size, "outcome": rng.normal(size=2_000)})
    among_all = frame.assign(dose=(rng.random(2_000) < 0.2).astype(int))
    in_the_middle = frame.assign(dose=((rng.random(2_000) < 0.5) & (size > 0.2) & (size < 0.6)).astype(int))
    for rows, is_alike in ((among_all, True), (in_the_middle, False)):
        assert _score(rows, [0, 1], outcome="outcome", covariates=("size",), seed=0)[1].is_alike == is_alike
    found = [fit_dose_curve(rows, outcome="outcome", covariates=("size",)) for rows in (among_all, in_the_middle)]
    assert found[0].n_left_out == 0 and found[1].n_left_out > 1_000


def test_where_no_dose_has_customers_like_the_others_no_curve_is_drawn(monkeypatch):
    rows = chosen_by_size(0)
    monkeypatch.setattr(dose, "allow_gap", lambda n_terms, *worth: 0.0)
    with pytest.raises(AnalysisError, match="only one dose"):
        fit_dose_curve(rows, outcome="outcome", covariates=("size",))


def test_where_those_with_a_small_chance_are_not_alike_a_greater_one_is_asked():
    curves = [
        fit_dose_curve(chosen_by_size(seed, n=1_500, steepness=4.0), outcome="outcome", covariates=("size",))
        for seed in range(12)
    ]
    assert all(curve.levels["dose"].tolist() == [0, 1] for curve in curves)


def test_nobody_is_expected_to_do_what_nobody_with_the_dose_has_done():
    rng = np.random.default_rng(1)
    size = np.concatenate([rng.normal(size=1_000), rng.normal(8.0, 0.1, size=20)])  # a few far beyond those with it
    dose = (rng.random(1_020) < 0.3) & (size < 4)
    rows = pd.DataFrame({"customer_id": np.arange(1_020), "dose": dose.astype(int), "size": size})
    rows["outcome"] = np.clip(size + rng.normal(size=1_020), -2, 2)
    _, with_it = _score(rows, [0, 1], outcome="outcome", covariates=("size",), seed=0)
    assert np.abs(with_it.score[1_000:]).max() <= 2


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
