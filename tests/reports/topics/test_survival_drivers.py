from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import survival_drivers as page
from portfolio_lab.reports.topics.survival_inputs import read_stays

WORDING = Wording("en_GB", "EUR", "margin")


@pytest.fixture(scope="module")
def review():
    return review_of(np.random.default_rng(2), n=500)


@pytest.fixture(scope="module")
def stays(review):
    return read_stays(review)


@pytest.fixture(scope="module")
def drivers(stays):
    return page.fit_drivers(stays, wording=WORDING)


def test_drivers_have_words_and_intervals(drivers):
    assert drivers.problem == ""
    assert (drivers.effects["low"] < drivers.effects["hazard_ratio"]).all()
    assert drivers.effects["label"].notna().all()
    assert {"term", "hazard_ratio", "low", "high", "ph_ok"} <= set(drivers.effects)


def test_without_events_or_covariates_there_is_a_sentence(stays):
    silent = replace(stays, driver_rows=stays.driver_rows.assign(event_observed=False))
    assert "nothing that could explain" in page.fit_drivers(silent, wording=WORDING).problem
    constant = replace(stays, driver_rows=stays.driver_rows.assign(a=1.0), covariates=("a",))
    assert "nothing that could explain" in page.fit_drivers(constant, wording=WORDING).problem


def test_twins_among_the_covariates_are_a_sentence_not_a_crash(stays):
    x = (stays.driver_rows.index % 2).astype(float)
    twins = stays.driver_rows.assign(is_new=x, twin=x)
    found = page.fit_drivers(replace(stays, driver_rows=twins, covariates=("is_new", "twin")), wording=WORDING)
    assert found.problem.startswith("The drivers cannot be estimated")
    assert found.model is None


def test_the_line_is_moved_four_times(review, stays, drivers):
    moved, lasting = page.move_line(review, stays, drivers, wording=WORDING)
    assert moved["inactive_days"].drop_duplicates().tolist() == [90, 120, 150, 180]
    assert set(moved["term"]) == set(drivers.terms["term"])
    assert moved["label"].notna().all()
    assert lasting["inactive_days"].drop_duplicates().tolist() == [120, 240]


def test_events_are_tried_for_half_as_long_and_twice_as_long(review, stays, drivers):
    windows = page.move_window(review, stays, drivers, wording=WORDING)
    assert windows["window"].drop_duplicates().tolist() == ["half", "whole", "twice"]
    assert windows["days"].drop_duplicates().tolist() == [45, 90, 180]
    assert set(windows["term"]) <= {"salesperson_changed", "answered_late", "not_contacted"}
    around = windows[windows["window"] == "whole"].set_index("term")["hazard_ratio"]
    plain = drivers.effects.set_index("term")["hazard_ratio"]
    assert around.to_numpy() == pytest.approx(plain[around.index].to_numpy(), rel=1e-6)
    assert windows.groupby("term")["hazard_ratio"].nunique().min() == 3


def test_an_effect_that_changes_is_given_by_period_beside_the_plain_one(stays):
    rng = np.random.default_rng(3)
    x, u = np.repeat([0.0, 1.0], 1500), rng.exponential(size=3000)
    early = np.where(u * 500 / 4 < 250, u * 500 / 4, 250 + (u - 2) * 500)
    frame = pd.DataFrame({"duration": np.where(x == 1, early, u * 500), "event_observed": True, "entry": 0.0, "x": x})
    found = page.fit_drivers(
        replace(stays, driver_rows=frame, covariates=("x",), cluster=None, driver_strata=()), wording=WORDING
    )
    assert found.effects["term"].tolist() == ["x"]
    assert not found.effects["ph_ok"].any()
    assert found.remedies == {"x": "periods"}
    assert found.by_period["term"].tolist() == ["x [0, 365)", "x [365, 730)", "x from 730"]
    assert found.by_period["hazard_ratio"].is_monotonic_decreasing


def test_undated_stays_are_scored_from_their_age(stays):
    rows = stays.lifetimes[["duration", "event_observed", "entry", "segment"]].assign(entry=0.0)
    undated = replace(stays, lifetimes=rows, driver_rows=rows, covariates=("segment",), cluster=None, company=None)
    undated = replace(undated, driver_strata=(), events={})
    drivers = page.fit_drivers(undated, wording=WORDING)
    assert drivers.model is not None
    ahead = page.score_open_stays(undated, drivers, horizon=90)
    assert len(ahead) == (~rows["event_observed"]).sum()
    assert ahead["p"].dropna().is_monotonic_decreasing
    c_index, error = page.check_fit(undated, drivers, horizon=365)
    assert 0.4 < c_index < 0.7
    assert error < 0.1
    assert np.isnan(page.check_fit(replace(undated, driver_rows=rows.assign(entry=0.5)), drivers, horizon=9)[0])


OWN_WORDS = ["age", "p", "p_low", "median_residual", "time", "hazard", "variance", "stratum", "period", "label", "term"]


@pytest.mark.parametrize("name", OWN_WORDS)
def test_a_covariate_may_be_called_as_we_call_things_of_our_own(stays, name):
    """Customers have an age of their own: it must not be taken for how long they have stayed, nor the other way."""
    rng = np.random.default_rng(5)
    x, u, seen = rng.normal(40, 10, 900), rng.exponential(size=900), rng.uniform(100, 900, 900)
    time = np.ceil(400 * u * np.exp(-0.05 * (x - 40)))
    rows = pd.DataFrame({"duration": np.minimum(time, seen), "event_observed": time <= seen, "entry": 0.0, "years": x})

    def score(column):
        renamed = rows.rename(columns={"years": column})
        undated = replace(stays, lifetimes=renamed, driver_rows=renamed, covariates=(column,), cluster=None,
                          company=None, driver_strata=(), events={})  # fmt: skip
        found = page.fit_drivers(undated, wording=WORDING)
        return (
            found,
            page.score_open_stays(undated, found, horizon=90)["p"],
            page.check_fit(undated, found, horizon=365),
        )

    plain, named = score("years"), score(name)
    assert named[0].effects["term"].tolist() == [name]
    assert named[1].to_numpy() == pytest.approx(plain[1].to_numpy(), nan_ok=True)
    assert named[2] == pytest.approx(plain[2])
    assert plain[2][1] < 0.05
    assert named[0].by_period["hazard_ratio"].to_numpy() == pytest.approx(plain[0].by_period["hazard_ratio"].to_numpy())


def test_a_figure_leaves_the_groups_out_and_a_page_shows_eight_columns(stays, drivers):
    table = pd.DataFrame({"term": drivers.terms["term"], "hazard_ratio": 1.0})
    kept = page.leave_out_groups(table, drivers)
    assert not kept["term"].str.startswith("segment").any()
    only = replace(drivers, terms=drivers.terms.assign(kind="group"))
    assert len(page.leave_out_groups(table, only)) == len(table)
    ahead = pd.DataFrame(columns=["customer_id", "duration", "entry", "a", "b", "c", "d", *page.OPEN_COLUMNS])
    shown = page.choose_columns(ahead, replace(stays, groupings=("a", "b"), covariates=("b", "c", "d")))
    assert shown == ["customer_id", "duration", "a", "b", "c", *page.OPEN_COLUMNS]


def test_a_covariate_that_says_nothing_is_named(stays):
    rows = stays.driver_rows.assign(country="X", loyal=0.0)
    found = page.fit_drivers(
        replace(stays, driver_rows=rows, covariates=("segment", "country", "loyal")), wording=WORDING
    )
    assert found.findings[0].guard == "mute_covariate"
    assert found.findings[0].sentence.startswith("Nothing can be said of country and loyal: each is the same for")
