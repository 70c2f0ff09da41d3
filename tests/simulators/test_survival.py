"""The simulators behave as published: right estimators find the truth, naive ones miss it by the known amount."""

import time

import numpy as np
import pandas as pd
import pytest
from simulators.survival import (
    BETA,
    EXPOSURE_BETA,
    IMMORTAL_FALSE_BETA,
    LATE_LOG_RATIO,
    RECURRENT_BETA,
    TERMS,
    THETA,
    collapse_to_ever,
    competing,
    competing_incidence,
    exposures,
    late_entries,
    late_entry_median,
    own_rhythms,
    purchase_histories,
    recurrent,
    ties,
)

from portfolio_lab.analysis.spells import as_lifetimes, build_spells, detect_left_truncation
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox
from portfolio_lab.analysis.survival.curves import compute_median, fit_curve, read_curve
from portfolio_lab.analysis.survival.guards import find_truncation

CHECKPOINTS = [200, 365, 545, 730]
WITH_EXPOSURE = (*TERMS[:4], "z")


def repeat(simulate, design, truth, *, reps, n):
    """Mean estimate minus truth, coverage by the design's errors, coverage by the model's errors."""
    gaps, robust, model_based = [], [], []
    for seed in range(reps):
        model = fit_cox(simulate(np.random.default_rng(seed), n=n), design)
        gap = model.coefficients.to_numpy() - truth
        gaps.append(gap)
        robust.append(np.abs(gap) <= 1.96 * np.sqrt(np.diag(model.covariance)))
        model_based.append(np.abs(gap) <= 1.96 * np.sqrt(np.diag(model.model_covariance)))
    return np.mean(gaps, axis=0), np.mean(robust, axis=0), np.mean(model_based, axis=0)


def band(reps):
    return 3 * np.sqrt(0.95 * 0.05 / reps)


def without_entry(rng, *, n):
    return late_entries(rng, n=n).assign(entry=0.0)


def ever_exposed(rng, *, n):
    return collapse_to_ever(exposures(rng, n=n))


EXPOSED_TRUTH = np.append(BETA[:4], EXPOSURE_BETA)


@pytest.mark.parametrize(
    ("simulate", "design", "truth"),
    [(ties, CoxDesign(TERMS), BETA), (exposures, CoxDesign(WITH_EXPOSURE), EXPOSED_TRUTH)],
    ids=["ties", "exposures"],
)
def test_effects_are_covered(simulate, design, truth):
    bias, coverage, _ = repeat(simulate, design, truth, reps=50, n=1000)
    assert (np.abs(coverage - 0.95) <= band(50)).all()
    assert (np.abs(bias) <= 0.05).all()


@pytest.mark.full
@pytest.mark.parametrize(
    ("simulate", "design", "truth"),
    [(ties, CoxDesign(TERMS), BETA), (exposures, CoxDesign(WITH_EXPOSURE), EXPOSED_TRUTH)],
    ids=["ties", "exposures"],
)
def test_effects_are_covered_in_four_hundred_draws(simulate, design, truth):
    start = time.process_time()
    bias, coverage, _ = repeat(simulate, design, truth, reps=400, n=2000)
    assert ((coverage >= 0.917) & (coverage <= 0.983)).all()
    assert (np.abs(bias) <= 0.015).all()
    assert time.process_time() - start <= 60


def test_immortal_time_turns_the_sign():
    bias, _, _ = repeat(ever_exposed, CoxDesign(WITH_EXPOSURE), EXPOSED_TRUTH, reps=8, n=2000)
    assert bias[4] + EXPOSURE_BETA == pytest.approx(IMMORTAL_FALSE_BETA, abs=0.1)


def test_late_entry_is_right_and_ignoring_it_is_not():
    bias, coverage, _ = repeat(late_entries, CoxDesign(("x",)), LATE_LOG_RATIO, reps=50, n=4000)
    assert abs(bias[0]) <= 0.02
    assert coverage[0] >= 0.92 - band(50)
    bias, coverage, _ = repeat(without_entry, CoxDesign(("x",)), LATE_LOG_RATIO, reps=20, n=6000)
    assert bias[0] > 0.1
    assert coverage[0] < 0.3


@pytest.mark.full
def test_late_entry_in_four_hundred_draws():
    bias, coverage, _ = repeat(late_entries, CoxDesign(("x",)), LATE_LOG_RATIO, reps=400, n=6000)
    assert abs(bias[0]) <= 0.02
    assert 0.92 <= coverage[0] <= 0.983


def test_late_entry_median():
    rows = late_entries(np.random.default_rng(0), n=40000)
    assert late_entry_median() == pytest.approx(227, abs=0.5)
    assert compute_median(rows)["median"] == pytest.approx(227, rel=0.02)
    assert compute_median(rows.assign(entry=0.0))["median"] == pytest.approx(309, rel=0.02)


def test_the_cut_over_raises_the_warning():
    """First orders as the shop sees them: everybody who was here before shows up first after the opening."""
    rows = late_entries(np.random.default_rng(1), n=5000)
    opening = pd.Timestamp("2020-01-01")
    year = {"window_start": opening, "as_of": opening + pd.Timedelta(days=365), "inactive_days": 60}
    first = opening + pd.to_timedelta(rows["start"].clip(lower=0), unit="D")
    found = detect_left_truncation(first, **year)
    assert found.is_truncated
    assert find_truncation(found, n_unknown=0, n_late=10)
    assert not detect_left_truncation(first[rows["start"] > 0], **year).is_truncated


@pytest.fixture(scope="module")
def histories():
    orders, truth = purchase_histories(np.random.default_rng(0), n=30000)
    as_of = pd.Timestamp("2020-01-01") + pd.Timedelta(days=1460)
    spells = build_spells(orders, as_of=as_of, inactive_days=THETA)
    return as_lifetimes(spells[spells["spell_number"] == 1]), truth


def test_the_event_at_the_line_is_right(histories):
    rows, truth = histories
    curve = read_curve(fit_curve(rows), CHECKPOINTS)["survival"].to_numpy()
    assert np.abs(curve - [(truth > t).mean() for t in CHECKPOINTS]).max() <= 0.005 + 0.004


@pytest.mark.full
def test_the_event_at_the_line_is_right_within_half_a_point():
    orders, truth = purchase_histories(np.random.default_rng(5), n=120_000)
    as_of = pd.Timestamp("2020-01-01") + pd.Timedelta(days=1460)
    spells = build_spells(orders, as_of=as_of, inactive_days=THETA)
    curve = read_curve(fit_curve(as_lifetimes(spells[spells["spell_number"] == 1])), CHECKPOINTS)
    assert np.abs(curve["survival"].to_numpy() - [(truth > t).mean() for t in CHECKPOINTS]).max() <= 0.005


def test_dating_events_back_is_wrong_unless_censoring_moves_too(histories):
    rows, truth = histories
    last = (rows["last_purchase_date"] - rows["start_date"]).dt.days.astype(float)
    true_share = (truth - THETA > 730).mean()
    naive = rows.assign(duration=np.where(rows["event_observed"], last, rows["duration"]))
    assert read_curve(fit_curve(naive), [730])["survival"][0] - true_share > 0.05
    moved = naive.assign(duration=np.where(rows["event_observed"], last, rows["duration"] - THETA).clip(min=0))
    assert read_curve(fit_curve(moved), [730])["survival"][0] == pytest.approx(true_share, abs=0.01)


def test_competing_causes_follow_the_closed_form_and_one_minus_the_curve_overstates():
    rates = (1 / 600, 1 / 300)
    rows = competing(np.random.default_rng(0), n=20000, rates=rates)
    other = rows.assign(event_observed=rows["cause"] > 0)
    curve = fit_curve(other)
    left = np.concatenate([[1.0], curve["survival"].to_numpy()[:-1]])
    events = rows.loc[rows["cause"] == 1, "duration"].value_counts().reindex(curve["time"], fill_value=0).to_numpy()
    incidence = np.cumsum(left * events / curve["n_at_risk"].clip(lower=1))
    at_400 = incidence[np.searchsorted(curve["time"], 400, "right") - 1]
    truth = competing_incidence(400, cause=1, rates=rates)
    assert at_400 == pytest.approx(truth, abs=0.01)
    alone = 1 - read_curve(fit_curve(rows.assign(event_observed=rows["cause"] == 1)), [400])["survival"][0]
    assert alone - at_400 == pytest.approx(-np.expm1(-rates[0] * 400) - truth, abs=0.02)


RECURRENT = CoxDesign(("x1", "x2"), cluster="customer_id")


def test_repeated_spells_need_errors_by_customer():
    bias, robust, model_based = repeat(recurrent, RECURRENT, RECURRENT_BETA, reps=50, n=600)
    assert (np.abs(bias) <= 0.05).all()
    assert ((robust >= 0.945 - band(50)) & (robust <= 1)).all()
    assert (model_based < 0.8).all()


@pytest.mark.full
def test_repeated_spells_in_three_hundred_draws():
    _, robust, model_based = repeat(recurrent, RECURRENT, RECURRENT_BETA, reps=300, n=600)
    assert ((robust >= 0.905) & (robust <= 0.985)).all()
    assert (model_based < 0.80).all()


def test_own_rhythms_are_regular_and_differ():
    orders = own_rhythms(np.random.default_rng(0), n=500)
    gaps = orders.groupby("customer_id")["order_date"].diff().dt.days
    by_customer = gaps.groupby(orders["customer_id"]).agg(["mean", "std", "size"])
    busy = by_customer[by_customer["size"] > 10]
    assert (busy["std"] / busy["mean"]).mean() == pytest.approx(0.5, abs=0.1)
    assert busy["mean"].std() > 10
