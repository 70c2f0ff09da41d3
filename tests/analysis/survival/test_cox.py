import time

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, CoxTimeVaryingFitter
from lifelines.datasets import load_stanford_heart_transplants
from simulators.survival import TERMS, ties
from statsmodels.duration.hazard_regression import PHReg

from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox, summarise_coefficients
from portfolio_lab.analysis.survival.episodes import split_at
from portfolio_lab.errors import AnalysisError

ROSSI = ("fin", "age", "race", "wexp", "mar", "paro", "prio")
EXACT = {"precision": 1e-12}
HEART = ("age", "year", "surgery", "transplant")


def errors(model):
    return pd.Series(np.sqrt(np.diag(model.covariance)), index=list(model.design.covariates))


def assert_same(model, oracle):
    assert (model.coefficients - oracle.params_).abs().max() < 1e-6
    assert (errors(model) - oracle.standard_errors_).abs().max() < 1e-6
    assert model.log_likelihood == pytest.approx(oracle.log_likelihood_, abs=1e-6)


@pytest.fixture(scope="module")
def heart():
    frame = load_stanford_heart_transplants()
    return frame.rename(columns={"start": "entry", "stop": "duration", "event": "event_observed"})


def test_published_partial_aic(rossi):
    model = fit_cox(rossi, CoxDesign(ROSSI))
    assert -2 * model.log_likelihood + 2 * 7 == pytest.approx(1331.50, abs=0.01)


def test_equals_the_library_with_ties(rossi):
    assert_same(
        fit_cox(rossi, CoxDesign(ROSSI)), CoxPHFitter().fit(rossi.drop(columns="entry"), "duration", "event_observed")
    )


def test_equals_the_library_with_strata(rossi):
    oracle = CoxPHFitter().fit(rossi.drop(columns="entry"), "duration", "event_observed", strata=["race"])
    terms = tuple(term for term in ROSSI if term != "race")
    assert_same(fit_cox(rossi, CoxDesign(terms, strata=("race",))), oracle)


def test_equals_the_library_with_late_entry_and_weights(rossi):
    rng = np.random.default_rng(0)
    rows = rossi.assign(entry=rng.integers(0, 20, len(rossi)), count=rng.integers(1, 4, len(rossi)))
    rows = rows[rows["duration"] > rows["entry"]]
    oracle = CoxPHFitter().fit(
        rows, "duration", "event_observed", entry_col="entry", weights_col="count", fit_options=EXACT
    )
    assert_same(fit_cox(rows, CoxDesign(ROSSI, weight="count")), oracle)


def test_equals_the_library_with_rows_that_change(heart):
    oracle = CoxTimeVaryingFitter().fit(
        heart, id_col="id", event_col="event_observed", start_col="entry", stop_col="duration"
    )
    assert_same(fit_cox(heart, CoxDesign(HEART)), oracle)


def test_statsmodels_agrees_only_when_entry_is_moved_off_the_event_time(heart):
    """It counts entry == t as at risk; with whole days that is wrong for every row that was split on an event day."""
    args = (heart["duration"], heart[list(HEART)], heart["event_observed"].astype(int))
    model = fit_cox(heart, CoxDesign(HEART))
    moved = PHReg(*args, entry=heart["entry"] + 1e-6, ties="efron").fit().params
    raw = PHReg(*args, entry=heart["entry"], ties="efron").fit().params
    assert np.abs(model.coefficients - moved).max() < 1e-5
    assert np.abs(model.coefficients - raw).max() > 1e-4


def test_errors_by_customer_equal_the_library_where_it_is_right():
    """No ties, no late entry: two rows per customer."""
    rng = np.random.default_rng(5)
    n = 400
    rows = pd.DataFrame({"x": rng.normal(size=n), "z": rng.integers(0, 2, n).astype(float), "id": np.arange(n) // 2})
    rows["duration"], rows["event_observed"] = rng.exponential(np.exp(-0.5 * rows["x"])), rng.random(n) < 0.7
    oracle = CoxPHFitter().fit(rows, "duration", "event_observed", cluster_col="id")
    model = fit_cox(rows, CoxDesign(("x", "z"), cluster="id"))
    assert (errors(model) - oracle.standard_errors_).abs().max() < 1e-6


def reference_residuals(start, stop, event, X, beta):
    """Score residuals by the definition, one event time after the other (no ties)."""
    risk, residuals = np.exp(X @ beta), np.zeros_like(X)
    for t in np.unique(stop[event]):
        here = (start < t) & (stop >= t)
        mean = (risk[here, None] * X[here]).sum(axis=0) / risk[here].sum()
        residuals[here] -= (risk[here] / risk[here].sum())[:, None] * (X[here] - mean)
        residuals[event & (stop == t)] += X[event & (stop == t)] - mean
    return residuals


def test_errors_by_customer_are_right_with_late_entry():
    rng = np.random.default_rng(6)
    n = 300
    X = rng.normal(size=(n, 2))
    entry, customer = rng.uniform(0, 1, n), rng.integers(0, 60, n)
    stop, event = entry + rng.exponential(np.exp(-0.5 * X[:, 0])), rng.random(n) < 0.7
    rows = pd.DataFrame({"x": X[:, 0], "z": X[:, 1], "entry": entry, "duration": stop, "event_observed": event})
    model = fit_cox(rows.assign(id=customer), CoxDesign(("x", "z"), cluster="id"))
    residuals = reference_residuals(entry, stop, event, X, model.coefficients.to_numpy())
    sums = np.array([residuals[customer == c].sum(axis=0) for c in np.unique(customer)])
    bread = model.model_covariance.to_numpy()
    assert np.abs(model.covariance.to_numpy() - bread @ (sums.T @ sums) @ bread).max() < 1e-8


def test_errors_by_customer_are_near_the_grouped_jackknife(heart):
    left_out = np.array([fit_cox(heart[heart["id"] != i], CoxDesign(HEART)).coefficients for i in heart["id"].unique()])
    n = len(left_out)
    jackknife = np.sqrt((n - 1) / n * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    found = errors(fit_cox(heart, CoxDesign(HEART, cluster="id")))
    assert np.abs(found / jackknife - 1).max() < 0.1


def test_splitting_rows_changes_nothing_at_all(rossi):
    whole = fit_cox(rossi.assign(id=range(len(rossi))), CoxDesign(ROSSI, cluster="id"))
    split = fit_cox(split_at(rossi.assign(id=range(len(rossi))), (10, 20.5, 40)), CoxDesign(ROSSI, cluster="id"))
    assert np.abs(whole.coefficients - split.coefficients).max() < 1e-10
    assert np.abs(whole.covariance.to_numpy() - split.covariance.to_numpy()).max() < 1e-12


def test_weights_count_as_repeated_rows(rossi):
    """Where nobody shares an event time; among ties Efron's weights differ from copies by definition."""
    rows = rossi.assign(
        duration=rossi["duration"] + np.linspace(0, 0.5, len(rossi)), count=1.0 + np.arange(len(rossi)) % 2
    )
    rows["event_observed"] &= rows["count"] == 1
    copies = rows.loc[rows.index.repeat(rows["count"].astype(int))]
    weighted, repeated = fit_cox(rows, CoxDesign(ROSSI, weight="count")), fit_cox(copies, CoxDesign(ROSSI))
    assert np.abs(weighted.coefficients - repeated.coefficients).max() < 1e-9


def test_a_penalty_shrinks_and_matches_the_library(rossi):
    free, held = fit_cox(rossi, CoxDesign(ROSSI)), fit_cox(rossi, CoxDesign(ROSSI, penalty=0.1 * len(rossi)))
    oracle = CoxPHFitter(penalizer=0.1).fit(rossi.drop(columns="entry"), "duration", "event_observed")
    assert (held.coefficients - oracle.params_).abs().max() < 1e-3
    scale = rossi[list(ROSSI)].std()
    assert np.linalg.norm(held.coefficients * scale) < 0.8 * np.linalg.norm(free.coefficients * scale)


def test_hazard_ratios_and_intervals(rossi):
    table = summarise_coefficients(fit_cox(rossi, CoxDesign(ROSSI))).set_index("term")
    oracle = CoxPHFitter().fit(rossi.drop(columns="entry"), "duration", "event_observed").summary
    for ours, theirs in (("hazard_ratio", "exp(coef)"), ("low", "exp(coef) lower 95%"), ("p", "p")):
        assert table[ours].to_numpy() == pytest.approx(oracle.loc[table.index, theirs].to_numpy(), rel=1e-5)


def _rows(n=200):
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {"x": rng.normal(size=n), "duration": rng.exponential(size=n), "event_observed": rng.random(n) < 0.5}
    )


def test_separation_is_named_and_a_penalty_cures_it():
    rows = _rows()
    rows["marked"] = (rows["event_observed"] & (rows["x"] > 0)).astype(float)
    rows.loc[rows["marked"] == 0, "event_observed"] = False
    with pytest.raises(AnalysisError, match="marked"):
        fit_cox(rows, CoxDesign(("x", "marked")))
    assert fit_cox(rows, CoxDesign(("x", "marked"), penalty=1.0)).coefficients["marked"] > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"event_observed": False}, "no event among the rows"),
        ({"x": 1.0}, "covariate x is the same for everybody"),
        ({"x": np.nan}, "covariate x has missing values"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, words):
    with pytest.raises(AnalysisError, match=words):
        fit_cox(_rows().assign(**change), CoxDesign(("x",)))


def test_two_covariates_that_say_the_same_are_refused():
    rows = _rows()
    with pytest.raises(AnalysisError, match="says the same"):
        fit_cox(rows.assign(y=2 * rows["x"]), CoxDesign(("x", "y")))


def test_a_row_without_stratum_is_refused():
    with pytest.raises(AnalysisError, match="a stratum is missing"):
        fit_cox(_rows().assign(team=["N"] * 199 + [None]), CoxDesign(("x",), strata=("team",)))


@pytest.mark.full
def test_a_million_customers_in_four_seconds():
    rows = ties(np.random.default_rng(0), n=1_000_000)
    start = time.process_time()
    fit_cox(rows, CoxDesign(TERMS))
    assert time.process_time() - start <= 4
