"""Buying after a case: the truth of a simulated company is found, and nothing where nothing was planted."""

import numpy as np
import pandas as pd
import pytest
from simulators.service import served

from portfolio_lab.analysis.service.aftermath import compare_aftermath, count_depressed


@pytest.fixture(scope="module")
def depressed():
    days, cases, as_of = served(np.random.default_rng(5), n=1500, depression=0.6, depressed_days=90, hazard=0.0002)
    return compare_aftermath(cases, days, as_of=as_of, n_bootstrap=200)


def test_a_fall_for_three_months_is_found_in_size_and_length(depressed):
    assert depressed.n_cases > 300
    assert depressed.n_depressed == 3
    assert depressed.months["ratio"].head(3).mean() == pytest.approx(0.6, abs=0.06)
    assert depressed.months["ratio"].tail(3).mean() == pytest.approx(1.0, abs=0.07)


def test_without_an_effect_none_is_found_though_every_claim_follows_an_order():
    days, cases, as_of = served(np.random.default_rng(6), n=1500)
    found = compare_aftermath(cases, days, as_of=as_of, n_bootstrap=200)
    assert found.n_depressed == 0
    assert found.months["ratio"].mean() == pytest.approx(1.0, abs=0.05)


@pytest.mark.full
def test_the_interval_of_the_first_month_holds_the_truth_in_most_of_fifty_companies():
    inside = 0
    for seed in range(50):
        days, cases, as_of = served(np.random.default_rng(100 + seed), n=700, depression=0.7, hazard=0.0)
        first = compare_aftermath(cases, days, as_of=as_of, n_bootstrap=200, seed=seed).months.iloc[0]
        inside += bool(first["low"] <= 0.7 <= first["high"])
    assert inside >= 42  # 47.5 expected; below 42 in one of a thousand


def test_the_same_seed_gives_the_same_answer_and_the_frames_are_not_touched():
    days, cases, as_of = served(np.random.default_rng(7), n=300)
    before = (days.copy(), cases.copy())
    first, again = (compare_aftermath(cases, days, as_of=as_of, n_bootstrap=50) for _ in range(2))
    pd.testing.assert_frame_equal(first.months, again.months)
    pd.testing.assert_frame_equal(days, before[0])
    pd.testing.assert_frame_equal(cases, before[1])


def test_cases_that_cannot_be_followed_are_left_out():
    days, cases, as_of = served(np.random.default_rng(8), n=300)
    recent = cases[cases["opened_date"] > as_of - pd.Timedelta(days=100)]
    assert compare_aftermath(recent, days, as_of=as_of).n_cases == 0
    strangers = cases.assign(customer_id="nobody")
    assert not compare_aftermath(strangers, days, as_of=as_of).is_telling
    assert compare_aftermath(cases.iloc[:0], days, as_of=as_of).months.empty


@pytest.mark.parametrize(
    ("highs", "n"), [([0.9, 0.8, 1.1, 0.9], 2), ([1.0, 0.5], 0), ([0.9, 0.99], 2), ([np.nan, 0.5], 0)]
)
def test_the_run_of_months_ends_with_the_first_that_is_not_clearly_lower(highs, n):
    assert count_depressed(pd.DataFrame({"high": highs})) == n
