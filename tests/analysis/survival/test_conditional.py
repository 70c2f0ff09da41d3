import time

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from simulators.survival import BETA, SCALE, SHAPE, TERMS, ties

from portfolio_lab.analysis.survival.conditional import compute_residual_time, compute_risks
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox
from portfolio_lab.errors import AnalysisError


@pytest.fixture(scope="module")
def rows():
    return ties(np.random.default_rng(12), n=3000)


@pytest.fixture(scope="module")
def model(rows):
    return fit_cox(rows, CoxDesign(TERMS))


def survival(model, customers, *, age, horizon):
    return 1 - compute_risks(model, customers.assign(age=age), horizons=(horizon,)).iloc[:, 0]


def test_nothing_happens_within_no_time(rows, model):
    assert (survival(model, rows, age=100, horizon=0) == 1).all()


def test_survival_falls_with_the_horizon(rows, model):
    grid = np.column_stack([survival(model, rows.head(50), age=100, horizon=h) for h in range(0, 300, 10)])
    assert (np.diff(grid, axis=1) <= 0).all()


def test_conditional_is_the_ratio_of_unconditional(rows, model):
    some = rows.head(200)
    ratio = survival(model, some, age=0, horizon=250) / survival(model, some, age=0, horizon=100)
    assert np.abs(survival(model, some, age=100, horizon=150) - ratio).max() < 1e-12


def test_equals_the_library_where_both_conventions_meet():
    """Without ties, from one event time to another, steps and straight lines give the same."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"x": rng.normal(size=600), "z": rng.integers(0, 2, 600).astype(float)})
    rows["duration"], rows["event_observed"] = rng.exponential(np.exp(-0.5 * rows["x"])), rng.random(600) < 0.7
    times = np.sort(rows.loc[rows["event_observed"], "duration"])
    start, length = times[50], times[200] - times[50] + 1e-12
    oracle = CoxPHFitter().fit(rows, "duration", "event_observed", fit_options={"precision": 1e-12})
    theirs = oracle.predict_survival_function(rows.head(20), times=[length], conditional_after=np.full(20, start))
    ours = survival(fit_cox(rows, CoxDesign(("x", "z"))), rows.head(20), age=start, horizon=length)
    assert np.abs(ours.to_numpy() - theirs.to_numpy().ravel()).max() < 1e-9


def test_beyond_the_follow_up_there_is_no_number(rows, model):
    limit = model.follow_up["all"]
    assert survival(model, rows.head(5), age=limit - 10, horizon=10).notna().all()
    assert survival(model, rows.head(5), age=limit - 10, horizon=11).isna().all()


def test_truth_is_found(rows, model):
    customers = rows.head(500)
    cumulative = ((250 / SCALE) ** SHAPE - (100 / SCALE) ** SHAPE) * np.exp(customers[list(TERMS)].to_numpy() @ BETA)
    assert np.abs(survival(model, customers, age=100, horizon=150) - np.exp(-cumulative)).mean() < 0.03


def coverage(n, reps):
    """How often the 80 % interval of one customer's 90-day risk covers the truth."""
    customer = pd.DataFrame([[1, 0, 0.5, 1.0, -0.5]], columns=list(TERMS)).assign(age=100.0)
    log_risk = float(customer[list(TERMS)].to_numpy()[0] @ BETA)
    truth = 1 - np.exp(-((190 / SCALE) ** SHAPE - (100 / SCALE) ** SHAPE) * np.exp(log_risk))
    hits = []
    for seed in range(reps):
        found = compute_risks(
            fit_cox(ties(np.random.default_rng(seed), n=n), CoxDesign(TERMS)), customer, horizons=(90,)
        )
        hits.append(found["p_90_low"].iloc[0] <= truth <= found["p_90_high"].iloc[0])
    return np.mean(hits)


def test_interval_of_one_customers_risk_covers_the_truth():
    """60 draws at 80 %: 3 standard errors either way."""
    assert abs(coverage(400, 60) - 0.8) <= 3 * np.sqrt(0.16 / 60)


@pytest.mark.full
def test_interval_covers_the_truth_in_four_hundred_draws():
    assert abs(coverage(1000, 400) - 0.8) <= 3 * np.sqrt(0.16 / 400)


def test_median_residual_time_is_where_survival_crosses_one_half(rows, model):
    customers = rows.head(30).assign(age=100.0)
    residual = compute_residual_time(model, customers)
    for position in np.flatnonzero(np.isfinite(residual))[:10]:
        one = customers.iloc[[position]]
        assert survival(model, one, age=100.0, horizon=residual[position]).iloc[0] <= 0.5
        assert survival(model, one, age=100.0, horizon=residual[position] - 1).iloc[0] > 0.5


def test_a_median_beyond_the_follow_up_is_empty(rows, model):
    safest = rows.assign(age=0.0, x1=0.0, x2=1.0, x3=-4.0, x4=-4.0, x5=4.0).head(1)
    assert np.isnan(compute_residual_time(model, safest)[0])


def test_each_stratum_has_its_own_baseline(rows):
    teams = np.where(np.arange(len(rows)) % 2, "N", "S")
    slow = rows.assign(team=teams, duration=np.where(teams == "S", rows["duration"] * 3, rows["duration"]))
    model = fit_cox(slow, CoxDesign(TERMS, strata=("team",)))
    one = rows.head(1)
    pair = pd.concat([one, one]).assign(team=["N", "S"], age=50.0)
    risk = compute_risks(model, pair, horizons=(100,))["p_100"].to_numpy()
    assert risk[0] > 2 * risk[1]
    assert risk[0] == pytest.approx(compute_risks(model, pair.head(1), horizons=(100,))["p_100"].iloc[0])
    with pytest.raises(AnalysisError, match="a stratum that the model has not seen"):
        compute_risks(model, pair.assign(team="E"), horizons=(100,))


def test_a_stratum_whose_last_customer_went_is_known_for_ever(rows):
    gone = rows.assign(event_observed=True)
    model = fit_cox(gone, CoxDesign(TERMS))
    assert survival(model, rows.head(3), age=0, horizon=10_000).notna().all()


def test_who_was_still_there_when_others_left_last_is_not_safe_for_ever(rows):
    """Some leave on the very last day that was watched, others are still there: nobody knows what comes next."""
    last = rows.loc[rows["event_observed"], "duration"].quantile(0.8, interpolation="nearest")
    cut = rows.assign(
        event_observed=rows["event_observed"] & (rows["duration"] <= last), duration=rows["duration"].clip(upper=last)
    )
    assert cut.loc[cut["duration"] == last, "event_observed"].nunique() == 2
    model = fit_cox(cut, CoxDesign(TERMS))
    assert survival(model, rows.head(3), age=last, horizon=30).isna().all()
    assert survival(model, rows.head(3), age=0, horizon=last).notna().all()


@pytest.mark.full
def test_a_million_customers_by_lookup(model):
    customers = ties(np.random.default_rng(1), n=1_000_000).assign(age=100.0)
    start = time.process_time()
    compute_risks(model, customers, horizons=(30, 90, 180))
    assert time.process_time() - start <= 3


def test_a_covariate_cannot_say_how_far_a_customer_came():
    rows = ties(np.random.default_rng(3), n=200).rename(columns={"x3": "age"})
    model = fit_cox(rows, CoxDesign(("age",)))
    with pytest.raises(AnalysisError, match="age is a covariate and cannot say"):
        compute_risks(model, rows, horizons=(30,))
    risks = compute_risks(model, rows.assign(since=10.0), horizons=(30,), age_column="since")
    assert risks["p_30"].between(0, 1).all()
